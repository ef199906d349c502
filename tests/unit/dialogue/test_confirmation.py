"""A yes counts for a deed only where it answers the question that asked for it."""

from __future__ import annotations

import pytest

from ivr.dialogue.confirmation import asks_to_confirm, is_confirmed, says_yes
from ivr.dialogue.conversation import Message
from ivr.dialogue.tools import ToolCall, ToolResult

CANCEL = "Voy a anular el pedido cinco cinco uno dos. ¿Lo confirma?"


def talk(*lines: str) -> list[Message]:
    """Write a conversation: the agent's lines begin with >."""
    return [Message("assistant", line[1:]) if line.startswith(">") else Message("user", line) for line in lines]


@pytest.mark.parametrize(
    "question",
    [
        CANCEL,
        "¿Confirma que quiere darse de baja?",
        "Su nuevo teléfono es el 612 34 56 78. ¿Es correcto?",
        "¿Quiere que anule el pedido?",
        "¿Desea que proceda con la devolución?",
        "¿Le reservo la mesa?",
        "¿Está segura de que quiere anularlo?",
    ],
)
def test_questions_that_ask_for_a_yes(question: str) -> None:
    assert asks_to_confirm(question)


@pytest.mark.parametrize(
    "text",
    [
        "¿Puedo ayudarle en algo más?",
        "¿Necesita alguna otra cosa?",
        "¿Sigue ahí? Le escucho.",
        "¿Me dice su número de cuenta?",
        "¿A qué correo se lo envío?",
        "¿Le paso con un compañero?",
        "Voy a anular el pedido.",
        "¿Qué día le viene bien?",
    ],
)
def test_questions_that_ask_for_something_else(text: str) -> None:
    assert not asks_to_confirm(text)


@pytest.mark.parametrize(
    "answer",
    [
        "sí",
        "Sí, anúlelo",
        "sí, anúlela por favor",
        "anúlelo",
        "claro que sí",
        "sí confirmo",
        "de acuerdo",
        "sip, adelante",
    ],
)
def test_a_yes_or_the_question_s_own_verb_confirms(answer: str) -> None:
    question = "¿Quiere que anule el pedido?"
    assert says_yes(question, answer)


@pytest.mark.parametrize(
    "answer",
    [
        "no",
        "no lo anule",
        "no, no lo anule",
        "sí, pero mañana",
        "déjelo",
        "olvídelo",
        "¿sí?",
        "eh",
        "bueno, ya veré",
        "repítalo",
    ],
)
def test_anything_else_does_not(answer: str) -> None:
    assert not says_yes("¿Quiere que anule el pedido?", answer)


def test_contentment_confirms_what_was_read_back_but_undoes_nothing() -> None:
    assert says_yes("El nuevo número es el 612. ¿Es correcto?", "está bien")
    assert not says_yes(CANCEL, "está bien")


def test_the_yes_must_answer_the_last_question() -> None:
    assert is_confirmed(talk(f">{CANCEL}", "sí"))
    assert not is_confirmed(talk(f">{CANCEL}", "espere", ">Claro, espero. ¿Necesita algo más?", "sí"))
    assert not is_confirmed(talk("quiero anular mi pedido", ">Voy a anular el pedido", "sí"))
    assert not is_confirmed(talk(f">{CANCEL}", "sí", "¿y cuándo llega?"))
    assert not is_confirmed(talk("sí"))
    assert not is_confirmed([])


def test_a_yes_of_an_earlier_turn_is_none_in_this_one() -> None:
    done = Message("tool", result=ToolResult("k", "track", ok=True))
    asked = Message("assistant", call=ToolCall("track", {}, "k"))
    assert is_confirmed([*talk(f">{CANCEL}", "sí"), asked, done])
    assert not is_confirmed(talk(f">{CANCEL}", "sí", ">Ya está anulado.", "sí"))


def test_a_yes_that_was_asked_about_again_counts_for_the_question_before() -> None:
    doubt = ">Perdone, no le he oído bien. ¿Ha dicho que sí?"
    assert is_confirmed(talk(f">{CANCEL}", "si", doubt, "eso he dicho, sí"))
    assert not is_confirmed(talk(f">{CANCEL}", "si", doubt, "no"))
    assert not is_confirmed(talk(">¿Necesita algo más?", "si", doubt, "sí"))


def test_the_key_1_is_a_yes() -> None:
    assert is_confirmed([*talk(f">{CANCEL}"), Message("user", "1", by_keys=True)])
    assert not is_confirmed([*talk(f">{CANCEL}"), Message("user", "2", by_keys=True)])
