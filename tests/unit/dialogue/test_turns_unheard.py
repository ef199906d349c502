"""Callers whom nobody can understand, and calls that never end by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.dialogue.outcome import Outcome
from ivr.dialogue.turn_events import PlayedOut, Prompt, ReplyStarted
from ivr.dialogue.turn_policy import TurnPolicy
from ivr.dialogue.turns import Turn
from tests.unit.dialogue.test_turns import Call, replies

if TYPE_CHECKING:
    from ivr.dialogue.turn_events import TurnCommand


@pytest.fixture
def call() -> Call:
    call = Call()
    call.greet()
    return call


def let_play(call: Call, commands: list[TurnCommand]) -> list[Prompt]:
    """Let what the agent says play out; answers it."""
    prompts = [command for command in commands if isinstance(command, Prompt)]
    for prompt in prompts:
        call.tell(ReplyStarted())
        call.tell(PlayedOut(prompt.final))
    return prompts


@pytest.mark.parametrize("seconds", [0.3, 1.5], ids=["clicks", "a television"])
def test_a_silent_caller_on_a_noisy_line_is_let_go_too(call: Call, seconds: float) -> None:
    prompts: list[Prompt] = []
    while call.turns.turn is not Turn.OVER and call.now < 120:
        prompts += let_play(call, call.wait(5.0))
        if call.turns.turn is Turn.LISTENING:
            prompts += let_play(call, call.say("", seconds=seconds))
    assert call.turns.turn is Turn.OVER
    assert len(prompts) == 3
    assert prompts[-1] == Prompt("no_input_goodbye", final=Outcome.NO_INPUT)


def test_a_caller_who_is_understood_in_between_is_asked_anew(call: Call) -> None:
    for _ in range(3):
        assert [prompt.name for prompt in let_play(call, call.say("", seconds=2.0))] == ["not_understood"]
        assert [prompt.name for prompt in let_play(call, call.wait(8.5))] == ["no_input"]
        assert replies(call.say("Quería consultar mi saldo.") + call.wait(3)) == ["Quería consultar mi saldo."]
        call.tell(ReplyStarted())
        call.tell(PlayedOut())


def test_a_call_that_lasts_too_long_is_ended_with_a_word() -> None:
    call = Call(TurnPolicy(max_call=5.0))
    call.talk()
    call.tell(PlayedOut())
    commands = call.wait(6)
    assert [command for command in commands if isinstance(command, Prompt)] == [
        Prompt("time_limit", final=Outcome.TIME_LIMIT)
    ]
