from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from ivr.engines.manifest import Manifest, load_manifest
from ivr.engines.store import ModelStore
from ivr.errors import ConfigError, ModelCorrupt, ModelMissing

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS = b"weights" * 1000


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    manifest = Manifest.model_validate(
        {
            "models": {
                "ear": {
                    "what": "hears",
                    "licence": "MIT",
                    "files": {"ear.onnx": {"parts": ["a"], "sha256": hashlib.sha256(WEIGHTS).hexdigest()}},
                }
            }
        }
    )
    (tmp_path / "models" / "ear").mkdir(parents=True)
    return ModelStore(tmp_path, manifest)


def test_a_file_that_is_right_is_given(store: ModelStore) -> None:
    path = store.root / "ear" / "ear.onnx"
    path.write_bytes(WEIGHTS)
    assert store.file("ear", "ear.onnx") == path
    assert store.folder("ear") == path.parent
    assert store.missing() == []
    assert list(store.verify()) == [("ear", "ear.onnx", "")]


def test_a_missing_file_tells_how_to_get_it(store: ModelStore) -> None:
    with pytest.raises(ModelMissing, match="ivr models pull"):
        store.file("ear", "ear.onnx")
    assert store.missing() == ["ear"]


def test_a_flipped_byte_is_found_and_the_mend_told(store: ModelStore) -> None:
    path = store.root / "ear" / "ear.onnx"
    path.write_bytes(b"W" + WEIGHTS[1:])
    with pytest.raises(ModelCorrupt, match=r"sha256 differs.*ivr models pull ear"):
        store.file("ear", "ear.onnx")
    assert "corrupt" in next(iter(store.verify()))[2]


def test_a_file_that_changes_after_it_was_verified_is_looked_at_again(store: ModelStore) -> None:
    path = store.root / "ear" / "ear.onnx"
    path.write_bytes(WEIGHTS)
    store.file("ear", "ear.onnx")
    path.write_bytes(WEIGHTS + b"x")
    with pytest.raises(ModelCorrupt):
        store.file("ear", "ear.onnx")


def test_a_model_put_there_by_hand_is_taken(store: ModelStore) -> None:
    (store.root / "whisper-large-v3").mkdir()
    assert store.folder("whisper-large-v3").is_dir()


def test_an_unknown_model_is_named_with_those_that_are_known(store: ModelStore) -> None:
    with pytest.raises(ModelMissing, match="take one of ear"):
        store.folder("whisper-huge")


def test_the_products_own_manifest_is_whole() -> None:
    models = load_manifest().models
    assert {"whisper-base", "kokoro", "kokoro-voices", "turns"} <= models.keys()
    assert all(model.licence and (model.wheels or model.npm) for model in models.values())


def test_a_manifest_that_is_not_one_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "manifest.yaml"
    broken.write_text("models: [")
    with pytest.raises(ConfigError, match="not a model manifest"):
        load_manifest(broken)
