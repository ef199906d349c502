from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.dialogue.conversation import Expectation, Message, Speech
from ivr.dialogue.local import LocalDialogue, LocalEngine
from ivr.dialogue.tools import Tool, ToolCall, ToolResult

if TYPE_CHECKING:
    import datetime as dt

    from ivr.dialogue.script import Script
    from tests.unit.dialogue.conftest import Caller

CONVERSATIONS = yaml.safe_load(Path(__file__).with_name("conversations.yaml").read_text(encoding="utf-8"))
IRREVERSIBLE = {"cancel_service", "update_contact_info"}
SAYINGS = [
    *(
        "sí",
        "no",
        "vale",
        "no sé",
        "gracias",
        "hola",
        "adiós",
        "¿cómo?",
        "¿puede repetir?",
        "un momento",
        "déjelo",
        "siga",
    ),
    *(
        "mi saldo",
        "quiero cancelar mi servicio",
        "no funciona internet",
        "he cambiado de móvil",
        "quiero cambiar el correo",
    ),
    *(
        "llámenme mañana a las diez",
        "¿a qué hora cierran?",
        "quiero pagar",
        "es una vergüenza",
        "¿es un robot?",
        "¿cuándo vence?",
    ),
    *(
        "123456",
        "uno dos tres",
        "cuatro cinco seis",
        "654321987",
        "ana arroba gmail punto com",
        "el lunes",
        "a las cinco",
    ),
    *(
        "me mudo",
        "blablablá",
        "Subtítulos por la comunidad",
        "factura técnico",
        "no, es la 654321",
        "ya lo reinicié",
        "999999",
    ),
]


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda conversation: conversation["name"])
def test_a_conversation_goes_as_written(caller: Caller, conversation: dict[str, Any]) -> None:
    caller.failing = conversation.get("failing", {})
    for turn in conversation["turns"]:
        before = len(caller.calls)
        if "cut" in turn:
            caller.cut(turn["cut"])
            continue
        if "model" in turn:
            if caller.messages[-1].role == "assistant" and turn is conversation["turns"][0]:
                caller.unheard()
            caller.agent_said(turn["model"])
            continue
        said = caller.says(turn["u"]) if "u" in turn else caller.keys(turn["k"])
        if turn.get("ignore"):
            if caller.messages[-1].role == "assistant":
                caller.unheard()
            continue
        ran = [call.name for call in caller.calls[before:]]
        assert ran == turn.get("calls", []), said
        if "has" in turn:
            assert re.search(turn["has"], said), said
        if "lacks" in turn:
            assert turn["lacks"] not in said


def test_the_greeting_says_that_it_is_an_assistant(caller: Caller) -> None:
    assert "asistente virtual" in caller.heard
    assert caller.calls == []


def test_the_account_question_expects_six_digits(caller: Caller) -> None:
    caller.messages.append(Message("user", "mi saldo"))
    question = [piece for piece in caller.pieces() if isinstance(piece, Speech)][-1]
    assert (question.expects, question.digits) == (Expectation.DIGITS, 6)


def test_a_goodbye_may_not_be_interrupted(caller: Caller) -> None:
    caller.messages.append(Message("user", "adiós"))
    speech, call = caller.pieces()
    assert isinstance(speech, Speech)
    assert not speech.interruptible
    assert isinstance(call, ToolCall)


def test_the_same_conversation_gives_the_same_call_id(caller: Caller) -> None:
    caller.messages.append(Message("user", "saldo de la 123456"))
    first, second = caller.pieces(), caller.pieces()
    assert first == second


def test_a_later_request_has_another_call_id(caller: Caller) -> None:
    caller.says("llámenme mañana a las diez al 654321987")
    caller.says("llámenme mañana a las diez al 654321987")
    ids = [call.call_id for call in caller.calls if call.name == "schedule_callback"]
    assert len(ids) == len(set(ids)) == 2


def test_a_dropped_reply_is_not_taken_for_said(caller: Caller) -> None:
    caller.says("quiero darme de baja")
    caller.says("me mudo")
    caller.says("no")
    caller.says("123456")
    caller.unheard()
    caller.says("sí")
    assert "cancel_service" not in caller.called


async def test_a_function_that_is_not_offered_is_not_called(script: Script, now: dt.datetime) -> None:
    dialogue = LocalDialogue(script, lambda: now)
    messages = [Message("user", "quiero hablar con una persona")]
    pieces = [piece async for piece in dialogue.reply(messages, [Tool("get_account_balance", "reads", {})])]
    assert pieces
    assert not any(isinstance(piece, ToolCall) for piece in pieces)


turn = st.tuples(st.sampled_from(SAYINGS) | st.text(max_size=20), st.sampled_from(["heard", "cut", "unheard", "keys"]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=st.lists(turn, max_size=12))
def test_any_sequence_of_words_is_answered_safely(
    engine: LocalEngine, caller: Caller, turns: list[tuple[str, str]]
) -> None:
    talker = type(caller)(engine)
    streak: list[tuple[str, str]] = []
    for text, fate in turns:
        if talker.over:
            break
        asked = talker.state.ask
        before = len(talker.calls)
        said = talker.keys(re.sub(r"\D", "", text) or "1") if fate == "keys" else talker.says(text)
        assert said or talker.over
        ran = [call.name for call in talker.calls[before:]]
        if IRREVERSIBLE & set(ran):
            assert asked is not None
            assert asked.heard
            assert asked.name.startswith("confirm_")
        question = talker.state.ask
        if question is not None:
            assert question.times <= 2
        streak = [*streak[-2:], (said, question.name if question else "")] if fate in {"heard", "keys"} else []
        assert len(streak) < 3 or len({words for words, _ in streak}) > 1
        if fate == "cut" and talker.messages[-1].role == "assistant":
            talker.cut(3)
        elif fate == "unheard" and talker.messages[-1].role == "assistant":
            talker.unheard()


def test_looking_at_the_state_asks_nothing(caller: Caller) -> None:
    caller.says("he cambiado de móvil")
    caller.says("654321987")
    caller.says("123456")
    asked = caller.state.ask
    assert asked is not None
    assert asked.name == "confirm_phone"


def test_a_caller_whom_nobody_answered_is_told_first_and_offered_a_call(engine: LocalEngine, now: dt.datetime) -> None:
    call = ToolCall("transfer_to_agent", {}, "returned")
    failed = ToolResult("returned", call.name, ok=False, error="nobody answered")
    pieces = engine.respond([Message("assistant", call=call), Message("tool", result=failed)], now)
    said = " ".join(piece.text for piece in pieces if isinstance(piece, Speech))
    assert "no puedo pasarle" in said
    assert "le llamamos" in said
    assert said.endswith("?")
