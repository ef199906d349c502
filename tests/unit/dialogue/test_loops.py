"""Nothing is said more than twice for nothing: then a human is offered, and then comes the transfer or a goodbye."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import pytest

from ivr.dialogue.conversation import Message
from ivr.dialogue.local import LocalEngine
from ivr.dialogue.tools import ToolCall

if TYPE_CHECKING:
    import datetime as dt

    from ivr.dialogue.script import Script
    from tests.unit.dialogue.conftest import Caller

SAYINGS = """no|sí|espere|un momento|¿eres un robot?|¿con quién hablo?|¿qué?|repita|gracias|hola|blablablá|vale
el gato azul canta ópera|¿qué horario tienen?|quiero pagar|mi saldo|me mudo|quiero darme de baja|no sé|adiós
quiero cambiar mis datos|el lunes|123|siga|no me entiende|esto es una vergüenza|¿para qué?|no me funciona internet
¿hay permanencia?|una factura o un técnico|12345678Z|ana arroba|¿y cuándo vence?|mmm""".replace("\n", "|").split("|")


@pytest.mark.parametrize("opening", ["", "mi saldo", "quiero darme de baja", "quiero cambiar el correo"])
@pytest.mark.parametrize("saying", SAYINGS)
def test_a_caller_who_says_the_same_over_and_over_reaches_an_end(caller: Caller, opening: str, saying: str) -> None:
    if opening:
        caller.says(opening)
    replies = []
    for _ in range(14):
        if caller.over:
            break
        replies.append(caller.says(saying))
    assert caller.over, replies
    runs = [len(list(run)) for _, run in groupby(replies)]
    assert max(runs) <= 2, replies


@pytest.mark.parametrize("saying", ["no", "blablablá", "espere", "¿eres un robot?"])
def test_without_a_human_to_be_had_the_call_ends_in_a_goodbye(caller: Caller, saying: str) -> None:
    caller.failing = {"transfer_to_agent": "unavailable", "transfer_to_manager": "unavailable"}
    caller.says("quiero hablar con una persona")
    for _ in range(14):
        if caller.over:
            break
        caller.says(saying)
    assert caller.called[-1] == "end_call"


def test_what_was_not_heard_is_not_counted(caller: Caller) -> None:
    for _ in range(4):
        assert "espero" in caller.says("espere") or "espero" in caller.heard
        caller.unheard()


def test_success_starts_the_count_anew(caller: Caller) -> None:
    caller.says("espere")
    caller.says("espere")
    caller.says("saldo de la 123456")
    assert "compañero" not in caller.says("espere")


def test_three_times_what_keeps_the_question_and_loses_the_courtesies(caller: Caller) -> None:
    caller.says("mi saldo")
    assert "cuenta" in caller.says("¿qué?")
    last = caller.says("¿qué?")
    assert last == "¿Quiere que le pase con un compañero?"


def test_the_same_conversation_is_folded_to_the_same_reply(script: Script, now: dt.datetime) -> None:
    messages = [Message("user", "no"), Message("assistant", "De acuerdo. Dígame si necesita algo.")] * 2
    messages.append(Message("user", "no"))
    engine = LocalEngine(script)
    first = engine.respond(messages, now)
    assert first == engine.respond(messages, now)
    assert not any(isinstance(piece, ToolCall) for piece in first)
