from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from ivr.dialogue.conversation import Message, Speech
from ivr.dialogue.local import LocalEngine
from ivr.dialogue.script import load_script, with_translations
from ivr.errors import ConfigError
from ivr.language.tongues import TONGUES

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2026, 11, 27, 10)  # noqa: DTZ001 - local time
SCRIPT = with_translations(load_script("es"), "es", TONGUES)


def answer(*messages: Message) -> str:
    pieces = LocalEngine(SCRIPT).respond(messages, NOW)
    return " ".join(piece.text for piece in pieces if isinstance(piece, Speech))


def test_every_translation_speaks_its_language_and_knows_the_same_facts() -> None:
    for language, script in SCRIPT.translations.items():
        assert script.persona.language == language
        assert script.persona.facts.keys() == SCRIPT.persona.facts.keys()
        assert script.persona.phrases.keys() == SCRIPT.persona.phrases.keys()


def test_the_agent_answers_in_the_language_of_the_turn() -> None:
    assert "account number" in answer(Message("user", "How much do I owe?", language="en"))
    assert "número de cuenta" in answer(Message("user", "¿Cuánto debo?"))


def test_a_wish_for_another_language_puts_the_open_question_again_in_it() -> None:
    first = Message("user", "¿Cuánto debo?")
    asked = Message("assistant", answer(first))
    said = answer(first, asked, Message("user", "English, please", language="en"))
    assert "we can speak English" in said
    assert "account number" in said


def test_a_language_that_is_not_spoken_is_said_so() -> None:
    assert "puedo atenderle en español" in answer(Message("user", "¿Hablan francés?")).lower()


def test_another_models_english_question_counts_as_asked() -> None:
    said = answer(
        Message("user", "How much do I owe?", language="en"),
        Message("assistant", "Could you tell me your account number?"),
        Message("user", "one two three", language="en"),
    )
    assert "one two three" in said


def test_only_the_languages_that_are_wanted_are_spoken() -> None:
    assert with_translations(load_script("es"), "es", ("es",)).languages == ("es",)


def test_an_extending_persona_has_no_translations_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("extends: es\ncompany: Acme\n", encoding="utf-8")
    assert with_translations(load_script(str(path)), str(path), TONGUES).languages == ("es",)


def test_a_translation_in_another_language_than_it_says_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("extends: es\ntranslations: {pt: en}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="needs language: pt"):
        with_translations(load_script(str(path)), str(path), TONGUES)
