from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.engines.manifest import load_manifest
from ivr.errors import ConfigError, ModelCorrupt, ModelMissing
from ivr.settings import LLAMACPP_MODEL, Settings

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.engines.store import ModelStore

CONTENT = b"weights of a small model"


def put(store: ModelStore, content: bytes = CONTENT) -> Path:
    path = store.root / "small" / "model.bin"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_file_that_is_right_is_given(store: ModelStore) -> None:
    path = put(store)
    assert store.file("small", "model.bin") == path
    assert store.folder("small") == path.parent
    assert store.missing() == []


def test_a_missing_file_names_the_command_that_fetches_it(store: ModelStore) -> None:
    with pytest.raises(ModelMissing, match="ivr models pull small"):
        store.file("small", "model.bin")
    assert store.missing() == ["small"]


def test_one_flipped_byte_is_found_and_the_mend_named(store: ModelStore) -> None:
    put(store, b"W" + CONTENT[1:])
    with pytest.raises(ModelCorrupt, match="ivr models pull small"):
        store.folder("small")


def test_a_byte_flipped_after_the_first_use_is_found_at_the_next(store: ModelStore) -> None:
    path = put(store)
    store.file("small", "model.bin")
    path.write_bytes(CONTENT + b"!")
    with pytest.raises(ModelCorrupt):
        store.file("small", "model.bin")


def test_what_was_verified_is_not_hashed_again_until_it_changes(store: ModelStore) -> None:
    path = put(store)
    store.file("small", "model.bin")
    seen = (path.parent / ".verified.json").read_text()
    store.file("small", "model.bin")
    assert (path.parent / ".verified.json").read_text() == seen


def test_a_broken_record_of_what_was_verified_only_means_hashing_again(store: ModelStore) -> None:
    path = put(store)
    (path.parent / ".verified.json").write_text("{nonsense")
    assert store.file("small", "model.bin") == path


def test_verify_tells_missing_corrupt_and_right_apart(store: ModelStore) -> None:
    assert list(store.verify([])) == []
    assert [(model, problem[:7]) for model, _, problem in store.verify(["small"])] == [("small", "missing")]
    put(store, b"other")
    assert [problem[:7] for *_, problem in store.verify(["small"])] == ["corrupt"]
    put(store)
    assert [problem for *_, problem in store.verify(["small"])] == [""]
    assert [problem for *_, problem in store.verify([])] == [""]


def test_a_model_of_no_registry_names_where_to_get_it(store: ModelStore) -> None:
    with pytest.raises(ModelMissing, match="hf download Systran/small"):
        store.folder("whisper-small")


def test_an_unknown_model_names_those_that_are_known(store: ModelStore) -> None:
    with pytest.raises(ModelMissing, match="'whisper-huge'; take one of small, whisper-small"):
        store.folder("whisper-huge")


def test_a_folder_put_there_by_hand_is_taken_as_it_is(store: ModelStore) -> None:
    (store.root / "whisper-small").mkdir(parents=True)
    assert store.folder("whisper-small").is_dir()


def test_the_product_s_manifest_pins_every_package_and_file() -> None:
    manifest = load_manifest()
    assert {"whisper-base", "kokoro", "kokoro-voices", "turns"} <= manifest.models.keys()
    for model in manifest.models.values():
        pins = [package.sha256 for package in model.packages] + [file.sha256 for file in model.files.values()]
        assert all(len(pin) == 64 for pin in pins)
        assert model.packages
        assert model.licence


def test_a_manifest_that_is_none_names_the_file(tmp_path: Path) -> None:
    broken = tmp_path / "manifest.yaml"
    broken.write_text("models: [1, 2]")
    with pytest.raises(ConfigError, match=r"manifest.yaml is not a model manifest"):
        load_manifest(broken)
    with pytest.raises(ConfigError, match="cannot be read"):
        load_manifest(tmp_path / "none.yaml")


def test_models_of_stages_that_are_switched_off_are_not_needed() -> None:
    manifest = load_manifest()
    always = set(manifest.needed(lambda _switch: False))
    assert {"deepfilternet3", "d-vectors", "e5-small"} == set(manifest.usual) - always
    assert set(manifest.needed(lambda switch: switch == "ENABLE_DENOISE")) - always == {"deepfilternet3"}


def test_a_language_model_is_fetched_only_for_whoever_asks_it() -> None:
    manifest = load_manifest()
    language = set(manifest.models) - set(manifest.usual)
    assert LLAMACPP_MODEL in language
    own = Settings().model_copy(update={"llm_provider": "llamacpp"})
    assert language & set(manifest.needed(own.is_on)) == {LLAMACPP_MODEL}
    other = own.model_copy(update={"llm_provider": "openai", "llm_fallbacks": "llamacpp:qwen2.5-coder-0.5b-instruct"})
    assert language & set(manifest.needed(other.is_on)) == {"qwen2.5-coder-0.5b-instruct"}
    assert not language & set(manifest.needed(Settings().is_on))


def test_a_switch_of_the_manifest_is_one_of_the_settings() -> None:
    settings = Settings()
    assert all(
        settings.is_on(model.switch) in {True, False} for model in load_manifest().models.values() if model.switch
    )


def test_only_the_models_asked_about_are_missing(store: ModelStore) -> None:
    assert store.missing([]) == []
    assert store.missing(["small"]) == ["small"]
