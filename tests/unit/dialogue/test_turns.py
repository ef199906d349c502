from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue.bargein import Verdict
from ivr.dialogue.conversation import Expectation
from ivr.dialogue.endpointing import SpeechPaused, SpeechStarted
from ivr.dialogue.outcome import Outcome
from ivr.dialogue.turn_events import (
    CallerLeft,
    DigitPressed,
    DropReply,
    EndCall,
    Forget,
    Judged,
    PauseSpeech,
    PlayedOut,
    Prepare,
    Prompt,
    Reply,
    ReplyFailed,
    ReplyStarted,
    ResumeSpeech,
    StopSpeech,
    Ticked,
    ToolRan,
    Transcribe,
    TurnEvent,
    Understood,
)
from ivr.dialogue.turn_policy import TurnPolicy
from ivr.dialogue.turns import Turn, TurnTaking

if TYPE_CHECKING:
    from ivr.dialogue.turn_events import TurnCommand

FINISHED = "Quiero saber el saldo de mi cuenta."


class Call:
    """Drives a machine as a session would, in ticks."""

    def __init__(self, policy: TurnPolicy | None = None) -> None:
        self.turns = TurnTaking(policy or TurnPolicy())
        self.now = 0.0
        self.commands: list[TurnCommand] = list(self.turns.open())

    def tell(self, event: TurnEvent) -> list[TurnCommand]:
        done = list(self.turns.handle(event, self.now))
        self.commands += done
        return done

    def wait(self, seconds: float) -> list[TurnCommand]:
        done: list[TurnCommand] = []
        for _ in range(round(seconds / 0.02)):
            self.now += 0.02
            done += self.tell(Ticked())
        return done

    def greet(self) -> None:
        self.tell(ReplyStarted())
        self.wait(1)
        self.tell(PlayedOut())

    def talk(self) -> None:
        """Get the agent into the middle of a reply."""
        self.say(FINISHED)
        self.wait(0.5)
        self.tell(ReplyStarted())
        self.wait(1)

    def say(self, text: str, seconds: float = 1.0, probability: float | None = 0.95) -> list[TurnCommand]:
        """Let the caller speak and fall silent; recognition comes 0.4 s later."""
        done = self.tell(SpeechStarted(self.now))
        done += self.wait(seconds)
        ended_at = self.now
        done += self.wait(0.16)
        done += self.tell(SpeechPaused(ended_at))
        done += self.wait(0.4)
        revision = next(command.revision for command in reversed(done) if isinstance(command, Transcribe))
        if probability is not None:
            done += self.tell(Judged(revision, probability))
        return done + self.tell(Understood(revision, text, 0.9))


@pytest.fixture
def call() -> Call:
    call = Call()
    call.greet()
    return call


def replies(commands: list[TurnCommand]) -> list[str]:
    return [command.text for command in commands if isinstance(command, Reply)]


def test_the_agent_greets_first() -> None:
    call = Call()
    assert call.commands == [Reply("", 0.0, 0.0)]
    assert call.turns.turn is Turn.THINKING


def test_a_clear_end_is_answered_as_soon_as_it_is_recognised(call: Call) -> None:
    assert replies(call.say(FINISHED)) == [FINISHED]
    assert call.turns.turn is Turn.THINKING


def test_recognition_starts_at_the_first_pause(call: Call) -> None:
    commands = call.say(FINISHED)
    assert any(isinstance(command, Transcribe) for command in commands)


def test_a_thinking_pause_does_not_end_the_turn(call: Call) -> None:
    commands = call.say("Quiero saber si", probability=0.1)
    commands += call.wait(1.0)
    assert replies(commands) == []
    assert call.turns.turn is Turn.HEARING
    commands = call.say("Quiero saber si puedo pagar mañana.") + call.wait(0.2)
    assert replies(commands) == ["Quiero saber si puedo pagar mañana."]


def test_what_was_recognised_is_thrown_away_when_the_caller_goes_on(call: Call) -> None:
    call.say("Quiero saber si", probability=0.1)
    assert Forget() in call.tell(SpeechStarted(call.now))
    stale = Understood(1, "Quiero saber si", 0.9)
    assert call.tell(stale) == []


def test_an_unfinished_turn_ends_at_the_time_out(call: Call) -> None:
    commands = call.say("Quiero saber si", probability=0.1)
    commands += call.wait(2.0)
    assert replies(commands) == ["Quiero saber si"]


def test_a_thinking_pause_within_a_number_does_not_end_the_turn(call: Call) -> None:
    call.turns.expects, call.turns.digits = Expectation.DIGITS, 9
    commands = call.say("Es el seis cinco cuatro.", probability=0.99) + call.wait(0.9)
    assert replies(commands) == []


def test_the_turn_model_can_not_end_a_phrase_that_hangs_but_it_ends_a_whole_one(call: Call) -> None:
    assert replies(call.say("Quiero cambiar la", probability=0.99)) == []
    call.tell(SpeechStarted(call.now))
    assert replies(call.say(FINISHED, probability=0.99)) == [FINISHED]


def test_a_slow_thinker_is_given_more_time_than_a_brisk_caller() -> None:
    def waited(pause: float) -> float:
        call = Call()
        call.greet()
        for _ in range(5):
            call.say("Quiero cambiar la", probability=0.05)
            call.wait(pause)
        commands = call.say("La tarifa de este año", probability=0.5)
        while not replies(commands):
            commands = call.wait(0.02)
        return call.now

    assert waited(0.9) - 5 * 0.9 > waited(0.1) - 5 * 0.1 + 0.15


def test_a_likely_end_has_its_reply_prepared_before_the_turn_is_over(call: Call) -> None:
    commands = call.say("La tarifa de este año", probability=0.8) + call.wait(1.6)
    kinds = [type(command) for command in commands if isinstance(command, Prepare | Reply)]
    assert kinds == [Prepare, Reply]


def test_a_prepared_reply_is_forgotten_when_the_caller_goes_on(call: Call) -> None:
    commands = call.say("La tarifa de este año", probability=0.8)
    while not any(isinstance(command, Prepare) for command in commands):
        commands = call.wait(0.02)
    assert call.tell(SpeechStarted(call.now)) == [Forget()]
    assert call.turns.turn is Turn.HEARING


def test_an_unlikely_end_has_no_reply_prepared(call: Call) -> None:
    commands = call.say("Quiero cambiar la", probability=0.05) + call.wait(0.3)
    assert not any(isinstance(command, Prepare) for command in commands)


def test_dictation_waits_longer(call: Call) -> None:
    call.turns.expects, call.turns.digits = Expectation.DIGITS, 6
    commands = call.say("Uno dos tres", probability=0.99) + call.wait(1.2)
    assert replies(commands) == []
    assert replies(call.say("1 2 3 4 5 6", probability=0.99)) == ["1 2 3 4 5 6"]


def test_speech_before_the_reply_sounds_takes_the_turn_back(call: Call) -> None:
    call.say(FINISHED)
    commands = call.tell(SpeechStarted(call.now))
    assert DropReply(retract=True) in commands
    assert call.turns.turn is Turn.HEARING


def test_a_turn_whose_function_ran_is_not_taken_back(call: Call) -> None:
    call.say(FINISHED)
    call.tell(ToolRan())
    assert call.tell(SpeechStarted(call.now)) == [DropReply(retract=False)]


def test_the_agent_pauses_at_the_first_sound_of_the_caller(call: Call) -> None:
    call.talk()
    assert call.tell(SpeechStarted(call.now)) == [PauseSpeech()]


@pytest.mark.parametrize("text", ["Ajá.", "Sí, sí.", "Vale.", "Mhm", "Claro"])
def test_the_agent_goes_on_after_a_backchannel(call: Call, text: str) -> None:
    call.talk()
    commands = call.say(text, seconds=0.4)
    assert any(isinstance(c, ResumeSpeech) and c.verdict is Verdict.BACKCHANNEL for c in commands)
    assert call.turns.turn is Turn.TALKING


def test_the_agent_goes_on_after_a_cough(call: Call) -> None:
    call.talk()
    commands = call.say("", seconds=0.3)
    assert any(isinstance(c, ResumeSpeech) and c.verdict is Verdict.NOISE for c in commands)


def test_a_sound_taken_for_a_backchannel_stops_the_agent_when_it_comes_again_at_once(call: Call) -> None:
    call.talk()
    assert not any(isinstance(c, StopSpeech) for c in call.say("Ciclaro.", seconds=0.6))
    call.wait(0.5)
    assert any(isinstance(c, StopSpeech) for c in call.say("Ciclaro.", seconds=0.6))


def test_the_agent_stops_for_an_interruption_and_answers_it(call: Call) -> None:
    call.talk()
    commands = call.say("No, espere, quiero otra cosa distinta.") + call.wait(0.6)
    assert any(isinstance(c, StopSpeech) for c in commands)


def test_a_content_interruption_becomes_the_callers_turn(call: Call) -> None:
    call.talk()
    commands = call.say("¿Y cuándo vence la factura?") + call.wait(0.6)
    assert replies(commands) == ["¿Y cuándo vence la factura?"]


def test_long_speech_over_the_agent_stops_it_without_waiting_for_words(call: Call) -> None:
    call.talk()
    commands = call.tell(SpeechStarted(call.now)) + call.wait(2.2)
    assert any(isinstance(c, StopSpeech) for c in commands)
    assert call.turns.turn is Turn.HEARING


def test_yes_at_the_end_of_a_question_is_an_answer(call: Call) -> None:
    call.talk()
    call.turns.expects, call.turns.remaining = Expectation.YES_NO, 0.3
    commands = call.say("Sí.", seconds=0.3) + call.wait(0.6)
    assert replies(commands) == ["Sí."]


def test_protected_speech_is_not_paused_and_the_caller_is_answered_after_it(call: Call) -> None:
    call.talk()
    call.turns.interruptible = False
    commands = call.say("¿Y cuándo vence la factura?")
    assert not any(isinstance(c, PauseSpeech | StopSpeech | Reply) for c in commands)
    assert replies(call.tell(PlayedOut())) == ["¿Y cuándo vence la factura?"]


def test_a_backchannel_during_protected_speech_is_not_answered(call: Call) -> None:
    call.talk()
    call.turns.interruptible = False
    call.say("Ajá", seconds=0.4)
    call.tell(PlayedOut())
    assert call.turns.turn is Turn.LISTENING


def test_a_pause_without_a_verdict_ends_in_speech_again(call: Call) -> None:
    call.talk()
    call.tell(SpeechStarted(call.now))
    call.tell(SpeechPaused(call.now + 0.3))
    commands = call.wait(4)
    assert any(isinstance(c, ResumeSpeech) for c in commands)


def test_a_silent_caller_is_asked_twice_and_then_let_go(call: Call) -> None:
    prompts: list[Prompt] = []
    ended: list[TurnCommand] = []
    for _ in range(3):
        prompts += [c for c in call.wait(8.5) if isinstance(c, Prompt)]
        call.tell(ReplyStarted())
        ended = call.tell(PlayedOut(prompts[-1].final))
    assert [prompt.name for prompt in prompts] == ["no_input", "no_input", "no_input_goodbye"]
    assert ended == [EndCall(Outcome.NO_INPUT)]
    assert call.turns.turn is Turn.OVER


def test_a_caller_who_never_stops_is_interrupted_and_in_the_end_let_go(call: Call) -> None:
    prompts: list[Prompt] = []
    ended: list[TurnCommand] = []
    call.tell(SpeechStarted(call.now))
    for _ in range(3):
        prompts += [c for c in call.wait(30.5) if isinstance(c, Prompt)]
        call.turns.interruptible = False
        call.tell(ReplyStarted())
        ended = call.tell(PlayedOut(prompts[-1].final))
        call.turns.interruptible = True
    assert [prompt.name for prompt in prompts] == ["interject", "interject", "never_stops"]
    assert ended == [EndCall(Outcome.CALLER_NEVER_STOPPED)]


def test_long_speech_that_nobody_could_recognise_is_asked_for_again(call: Call) -> None:
    assert Prompt("not_understood") in call.say("", seconds=2.0)


def test_a_short_noise_is_ignored(call: Call) -> None:
    call.say("", seconds=0.3)
    assert call.turns.turn is Turn.LISTENING


def test_keys_end_with_the_hash(call: Call) -> None:
    commands = [command for digit in "1234#" for command in call.tell(DigitPressed(digit))]
    assert [(c.text, c.by_keys) for c in commands if isinstance(c, Reply)] == [("1234", True)]


def test_keys_end_when_there_are_enough(call: Call) -> None:
    call.turns.digits = 6
    commands = [command for digit in "123456" for command in call.tell(DigitPressed(digit))]
    assert replies(commands) == ["123456"]


def test_keys_end_after_a_while(call: Call) -> None:
    call.tell(DigitPressed("7"))
    assert replies(call.wait(3)) == ["7"]


def test_a_key_silences_the_agent(call: Call) -> None:
    call.talk()
    assert any(isinstance(c, StopSpeech) for c in call.tell(DigitPressed("1")))


def test_a_failed_reply_is_apologised_for(call: Call) -> None:
    call.say(FINISHED)
    assert call.tell(ReplyFailed()) == [Prompt("failed")]


def test_nothing_happens_after_the_caller_left(call: Call) -> None:
    assert call.tell(CallerLeft()) == [EndCall(None)]
    assert call.tell(SpeechStarted(call.now)) == []
    assert call.wait(20) == []


EVENTS = st.one_of(
    st.just(SpeechStarted(0.0)),
    st.just(SpeechPaused(0.0)),
    st.builds(Understood, st.integers(0, 5), st.sampled_from(["", "Sí.", FINISHED, "ajá", "espera"]), st.just(0.9)),
    st.builds(Judged, st.integers(0, 5), st.floats(0, 1)),
    st.just(ReplyStarted()),
    st.just(ToolRan()),
    st.just(PlayedOut()),
    st.just(ReplyFailed()),
    st.builds(DigitPressed, st.sampled_from("0123456789*#")),
    st.just(Ticked()),
)


@given(st.lists(EVENTS, max_size=60))
def test_no_order_of_events_breaks_the_machine_and_hanging_up_always_ends_it(events: list[TurnEvent]) -> None:
    call = Call()
    for event in events:
        call.now += 0.02
        call.tell(event)
    call.tell(CallerLeft())
    assert call.turns.turn is Turn.OVER


def test_the_end_key_after_a_number_that_was_whole_does_not_stop_its_answer(call: Call) -> None:
    call.talk()
    call.turns.digits = 6
    assert replies([command for digit in "123456" for command in call.tell(DigitPressed(digit))]) == ["123456"]
    call.tell(ReplyStarted())
    assert call.tell(DigitPressed("#")) == []
    assert call.turns.turn is Turn.TALKING
