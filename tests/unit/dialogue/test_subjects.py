"""What a persona does not talk about, whoever asks or answers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from ivr.dialogue.conversation import Message
from ivr.dialogue.local import LocalEngine
from ivr.dialogue.persona_file import PERSONAS
from ivr.dialogue.prompt import secret_part, system_prompt
from ivr.dialogue.script import load_script, parse_script, with_translations
from ivr.yaml_text import FileRefused
from tests.unit.dialogue.conftest import NOW, Caller

if TYPE_CHECKING:
    from ivr.dialogue.script import Script

SETS = yaml.safe_load(Path(__file__).with_name("refusals.yaml").read_text(encoding="utf-8"))
ORDINARY = yaml.safe_load(
    Path(__file__).parents[1].joinpath("language", "intents_heldout.yaml").read_text(encoding="utf-8")
)
MINE = """extends: es
about: [averías del router, el horario]
refuses:
  politics: null
  weather: {words: [el tiempo hace, lluvia], unless: lluvia cable, say: "Lo siento, del tiempo no sé, soy {agent}."}
  leaving: {intents: cancellation}
"""


@pytest.fixture
def script() -> Script:
    return parse_script(MINE, "mine.yaml")


@pytest.fixture
def own(script: Script) -> Caller:
    return Caller(LocalEngine(script))


SHIPPED = LocalEngine(load_script("es"))


def refused(text: str) -> bool:
    return SHIPPED.refuses([Message("user", text)], NOW)


def share_refused(name: str, kind: str) -> float:
    texts = SETS[name][kind]
    return sum(map(refused, texts)) / len(texts)


def test_the_shipped_persona_refuses_what_it_was_made_for_and_little_else() -> None:
    assert share_refused("tuned", "refused") == 1.0
    assert share_refused("tuned", "ordinary") == 0.0
    assert share_refused("held", "refused") >= 0.9
    assert share_refused("held", "ordinary") <= 0.04


def test_ordinary_callers_are_refused_nothing() -> None:
    texts = [text for texts in ORDINARY.values() for text in texts]
    assert [text for text in texts if refused(text)] == []


def test_a_refusal_is_in_the_words_of_the_persona(own: Caller) -> None:
    told = own.says("¿Qué tal el tiempo que hace hoy?")
    assert told.startswith("Lo siento, del tiempo no sé, soy Laura.")
    assert own.calls == []


def test_a_subject_without_words_of_its_own_is_refused_in_those_for_all_others(own: Caller, script: Script) -> None:
    assert own.says("Quiero darme de baja") in script.lines_of("out_of_scope")
    assert own.says("Quiero mi saldo").endswith("marcarlas en el teléfono.")


def test_the_open_question_is_put_again_and_its_answer_is_no_subject(own: Caller) -> None:
    own.says("Quiero cambiar el correo")
    assert own.says("¿y la lluvia de mañana?").endswith("arroba ejemplo punto com.")
    assert "cuenta" in own.says("lluvia arroba ejemplo punto com")
    assert own.says("Está roto por la lluvia el cable, no va internet").startswith("Entiendo")


def test_what_is_said_as_a_reason_is_no_subject() -> None:
    caller = Caller(LocalEngine(load_script("es")))
    caller.says("Quiero darme de baja")
    assert "política" not in caller.says("porque el gobierno, que no sé qué opina, me sube la luz")


def test_who_wants_a_person_gets_one_whatever_it_is_about(own: Caller) -> None:
    own.says("Quiero hablar con una persona sobre la lluvia")
    assert [call.name for call in own.calls] == ["transfer_to_agent"]


def test_models_are_told_and_may_say_the_refusal_aloud(script: Script) -> None:
    told = system_prompt(script, dt.datetime(2026, 11, 27, 9, 5))  # noqa: DTZ001 - local time
    assert "Hablas solo de esto: averías del router; el horario." in told
    assert "(el tiempo hace, lluvia); di: Lo siento, del tiempo no sé, soy Laura." in told
    assert "(una baja); di: Lo siento, en eso no puedo ayudarle." in told
    assert "del tiempo no sé" not in secret_part(told)
    assert "política" not in told


def test_a_model_s_clause_is_known_by_its_words_unless_it_declines(script: Script) -> None:
    assert script.subjects.told("Mañana habrá lluvia en Madrid.") == "weather"
    assert script.subjects.told("De la lluvia no puedo hablar.") == ""
    assert script.subjects.told("La lluvia ha roto el cable.") == ""


def test_the_engine_says_beforehand_which_turns_are_refused(script: Script) -> None:
    engine = LocalEngine(script)
    assert engine.refuses([Message("user", "¿habrá lluvia?")], NOW)
    assert not engine.refuses([Message("user", "no funciona internet")], NOW)
    assert not engine.refuses([Message("user", "lluvia"), Message("assistant", "Lo siento.")], NOW)


def test_a_translation_refuses_the_same_in_its_own_words() -> None:
    script = with_translations(load_script("es"), "es", ["en"])
    other = script.in_language("en")
    assert other.persona.refuses.keys() == script.persona.refuses.keys()
    assert other.refusal("politics") == ""
    caller = Caller(LocalEngine(script))
    caller.messages.append(Message("user", "Who should I vote for, elecciones?", language="en"))
    assert caller.listen() in other.lines_of("out_of_scope")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("  sports: {}", "line 3, column 3, refuses.sports: nothing names this subject; give words that callers say"),
        ("  sports: {words: [de]}", "refuses.sports.words.1: 'de' is in too many sentences"),
        ("  sports: {words: fútbol, unles: [tele]}", "no key is called 'unles' here; did you mean 'unless'?"),
        ("  sports: {intents: [cancelation]}", "no intent is called 'cancelation'; did you mean 'cancellation'?"),
        ("  sports: {words: fútbol, say: 'No, {nombre}.'}", "refuses.sports.say: unknown slot {nombre}; take it out"),
        ("  sports: fútbol", "refuses.sports: a mapping is wanted here"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_mend(line: str, complaint: str) -> None:
    with pytest.raises(FileRefused) as caught:
        parse_script(f"extends: es\nrefuses:\n{line}\n", str(PERSONAS / "mine.yaml"))
    assert complaint in str(caught.value)
