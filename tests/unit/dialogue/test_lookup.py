"""Questions that are looked up in documents, played against a table in their place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ivr.dialogue.conversation import Message, Speech
from ivr.dialogue.local import LocalDialogue, LocalEngine
from ivr.dialogue.tools import SEARCH, Tool, ToolCall, ToolResult
from tests.unit.dialogue.conftest import NOW, Caller

if TYPE_CHECKING:
    from ivr.dialogue.script import Script

DOCUMENTS: dict[str, tuple[str, float]] = {
    "roaming": ("El roaming cuesta 9 € al día.", 0.96),
    "tarda": ("Una avería se arregla en 48 horas.", 0.9),
    "router": ("El router se devuelve en Correos.", 0.6),
}


class Reader(Caller):
    """A caller whose agent has documents."""

    def run(self, call: ToolCall) -> ToolResult:
        if call.name != SEARCH:
            return super().run(call)
        known = (told for word, told in DOCUMENTS.items() if word in call.arguments["question"].lower())
        answer, confidence = next(known, ("", 0.1))
        data: dict[str, Any] = {"answer": answer, "confidence": confidence, "passages": [], "sources": []}
        return ToolResult(call.call_id, call.name, ok=True, data=data)


@pytest.fixture
def reader(script: Script) -> Reader:
    return Reader(LocalEngine(replace(script, knows=True)))


def test_a_question_that_nothing_else_answers_is_looked_up_and_told(reader: Reader) -> None:
    said = reader.says("cuánto cuesta el roaming")
    assert reader.called == [SEARCH]
    assert "El roaming cuesta 9 € al día. ¿" in said
    assert reader.state.ask is not None
    assert reader.state.ask.name == "anything_else"


def test_without_documents_nothing_is_looked_up(caller: Caller) -> None:
    assert "no puedo ayudarle" in caller.says("cuánto cuesta el roaming por favor")
    assert caller.called == []


def test_what_is_not_found_is_admitted_and_a_person_offered(reader: Reader) -> None:
    said = reader.says("cuánto vale un billete de avión a Roma")
    assert "no lo sé" in said or "no tengo información" in said
    assert "compañero" in said
    reader.says("sí, por favor")
    assert reader.called[-1] == "transfer_to_agent"


def test_words_without_sense_get_no_other_answer_than_before(reader: Reader) -> None:
    assert "compañero" not in reader.says("el gato azul canta ópera")


def test_a_general_question_is_answered_although_its_words_speak_of_what_we_do(reader: Reader) -> None:
    assert "48 horas" in reader.says("cuánto tarda en arreglarse una avería")
    assert reader.state.goal == ""


def test_unless_the_documents_are_certain_the_words_mean_what_they_always_meant(reader: Reader) -> None:
    said = reader.says("dónde miran si tengo avería en el router")
    assert reader.state.goal == "support"
    assert "Correos" not in said


@pytest.mark.parametrize("text", ["cuánto debo", "no me funciona internet", "quiero darme de baja", "cuál es mi saldo"])
def test_what_callers_want_done_is_not_looked_up(reader: Reader, text: str) -> None:
    reader.says(text)
    assert SEARCH not in reader.called


@pytest.mark.parametrize("text", ["roaming", "uno dos tres cuatro cinco seis", "es ana arroba ejemplo punto com"])
def test_a_word_a_number_or_an_address_is_no_question(reader: Reader, text: str) -> None:
    reader.says(text)
    assert SEARCH not in reader.called


def test_nothing_is_looked_up_while_a_number_is_waited_for(reader: Reader) -> None:
    reader.says("cuánto debo")
    reader.says("y cuánto cuesta el roaming")
    assert SEARCH not in reader.called


def test_a_fact_of_the_persona_goes_before_the_documents(reader: Reader) -> None:
    assert "pegatina" in reader.says("dónde está la clave del wifi")
    assert reader.called == []


def test_a_search_that_fails_leaves_the_turn_as_it_was(reader: Reader) -> None:
    reader.failing[SEARCH] = "timeout"
    reader.run = lambda call: ToolResult(call.call_id, call.name, ok=False, data={"code": "timeout"}, error="no")  # type: ignore[method-assign]
    said = reader.says("cuánto cuesta el roaming")
    assert "compañero" in said


def test_after_an_answer_the_call_goes_on(reader: Reader) -> None:
    reader.says("cuánto cuesta el roaming")
    assert "número de cuenta" in reader.says("vale, y cuánto debo")
    reader.says("654321")
    assert reader.called == [SEARCH, "get_account_balance"]


def test_who_asks_in_vain_again_and_again_is_handed_over(reader: Reader) -> None:
    for _ in range(3):
        reader.says("cuánto cuesta un billete de tren")
    assert "transfer_to_agent" in reader.called


async def test_without_the_function_the_agent_answers_all_the_same(script: Script) -> None:
    dialogue = LocalDialogue(replace(script, knows=True), lambda: NOW)
    others = [Tool("end_call", "", {})]
    pieces = [piece async for piece in dialogue.reply([Message("user", "cuánto cuesta el roaming por favor")], others)]
    assert [type(piece) for piece in pieces] == [Speech]
