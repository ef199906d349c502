"""What a call makes of how its caller feels: on the record, in the journal, and in what the agent hears of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.frame import AudioFrame
from ivr.call.feelings import Feelings
from ivr.dialogue.conversation import Speech
from ivr.errors import EngineUnavailable
from ivr.ports import HangUp
from tests.unit.audio.conftest import sung

if TYPE_CHECKING:
    from ivr.language.interpretation import Interpretation
    from ivr.metadata import RecordingMetadata, TurnRecord
    from tests.unit.call.conftest import FakeCall

CALM = "Quería saber mi saldo."
CROSS = "Mi internet no funciona."
FURIOUS = "Esto es una vergüenza, estoy harto de ustedes."


async def talk(call: FakeCall, *texts: str) -> RecordingMetadata:
    """Hold a call in which the caller says these, and hang up."""
    await call.start()
    await call.ticks(1)
    for text in texts:
        await call.say(text, [Speech("Entiendo.")])
        await call.ticks(1.5)
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
    assert call.book.metadata is not None
    return call.book.metadata


async def test_each_turn_of_the_caller_keeps_how_it_was_felt(call: FakeCall) -> None:
    metadata = await talk(call, CALM, CROSS)
    caller = [turn for turn in metadata.turns if turn.who == "caller"]
    assert [turn.sentiment_level for turn in caller] == ["neutral", "negative"]
    assert caller[0].sentiment == 0
    assert caller[1].sentiment is not None
    assert caller[1].sentiment < 0
    assert caller[1].sentiment_trend is not None
    assert caller[1].sentiment < caller[1].sentiment_trend < 0
    assert [turn.question for turn in caller] == [False, False]
    assert all(turn.sentiment is None for turn in metadata.turns if turn.who == "agent")


async def test_an_outburst_is_told_at_once_and_once(call: FakeCall) -> None:
    metadata = await talk(call, CALM, FURIOUS, FURIOUS)
    assert [alert.text for alert in metadata.alerts] == [FURIOUS]
    assert metadata.alerts[0].kind == "sentiment_alert"
    assert metadata.alerts[0].at == metadata.turns[3].end
    assert call.tapes.tape.notes.count("sentiment_alert") == 1


async def test_small_complaints_add_up_to_an_alert(call: FakeCall) -> None:
    metadata = await talk(call, CROSS, "El técnico no vino.", "Se corta la llamada.")
    assert len(metadata.alerts) == 1


async def test_the_engine_learns_which_words_were_too_much(call: FakeCall) -> None:
    await talk(call, CALM, FURIOUS, CALM)
    upset = [[message.upset for message in asked if message.role == "user"] for asked in call.model.asked]
    assert upset[-1] == [False, True, False]


async def test_a_turn_that_is_taken_back_leaves_no_trace(call: FakeCall) -> None:
    feelings = Feelings(call.session._kit)
    await feelings.take(FURIOUS, AudioFrame.silence(1, 8000))
    assert feelings.upsets(FURIOUS)
    await feelings.take(CALM, AudioFrame.silence(1, 8000))
    assert feelings.keep(CALM)["sentiment_level"] == "neutral"
    assert feelings.mood.frustration == 0


async def test_switched_off_nothing_is_told_of_feelings_but_the_voice_still_is(call: FakeCall) -> None:
    kit = call.session._kit
    feelings = Feelings(replace(kit, policy=replace(kit.policy, sentiment=False)))
    await feelings.take(FURIOUS, AudioFrame.silence(1, 8000))
    assert not feelings.upsets(FURIOUS)
    assert feelings.keep(FURIOUS) == {"question": False}
    assert not feelings.mood.alert


async def test_without_an_interpreter_nothing_is_looked_at(call: FakeCall) -> None:
    feelings = Feelings(replace(call.session._kit, interpreter=None))
    await feelings.take(FURIOUS, AudioFrame.silence(1, 8000))
    assert not feelings.upsets(FURIOUS)
    assert feelings.keep(FURIOUS) == {}


class Breaks:
    async def interpret(self, text: str, speech: AudioFrame | None, middle: float | None) -> Interpretation:
        raise EngineUnavailable(f"too busy for {text!r}, {speech}, {middle}", "interpreter")


async def test_an_interpreter_that_cannot_keep_up_costs_the_voice_and_not_the_call(call: FakeCall) -> None:
    feelings = Feelings(replace(call.session._kit, interpreter=Breaks()))
    await feelings.take(CROSS, AudioFrame.silence(1, 8000))
    assert feelings.keep(CROSS)["sentiment_level"] == "negative"


async def test_under_load_the_sound_is_left_out(call: FakeCall) -> None:
    sounds: list[AudioFrame | None] = []

    class Notes:
        async def interpret(self, text: str, speech: AudioFrame | None, middle: float | None) -> Interpretation:
            sounds.append(speech)
            return await Breaks().interpret(text, speech, middle)

    allowed = True
    feelings = Feelings(replace(call.session._kit, interpreter=Notes()), lambda: allowed)
    await feelings.take(CALM, AudioFrame.silence(1, 8000))
    allowed = False
    await feelings.take(CALM, AudioFrame.silence(1, 8000))
    assert [sound is not None for sound in sounds] == [True, False]


PITCH = 150.0


async def sing(call: FakeCall, text: str) -> TurnRecord:
    """Let the caller say something at 150 Hz, with a dip for each syllable; answers the turn's record."""
    sound = sung(np.full(8000, PITCH), 8000)
    dips = (0.55 + 0.45 * np.cos(2 * np.pi * 4 * np.arange(8000) / 8000)) * np.frombuffer(sound.pcm, "<i2")
    pcm = dips.astype("<i2").tobytes()
    call.ear.texts.append(text)
    call.model.replies.append([Speech("Entiendo.")])
    call.line.queue.extend(pcm[at : at + 320] for at in range(0, len(pcm), 320))
    await call.ticks(3)
    assert call.book.metadata is not None
    return [turn for turn in call.book.metadata.turns if turn.who == "caller"][-1]


async def test_a_turn_keeps_how_it_was_said_and_load_takes_the_voice_but_not_the_feelings(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    calm = await sing(call, CALM)
    assert calm.prosody is not None
    assert abs(calm.prosody["pitch"] - PITCH) < 3
    assert calm.prosody["rate"] > 2
    assert any(calm.prosody["contour"])
    assert calm.prosody["tone"] == "neutral"
    for _ in range(200):
        call.conductor.keep_pace(0.03)
    assert not call.conductor.shedding.allows("prosody")
    furious = await sing(call, FURIOUS)
    assert furious.prosody is None
    assert furious.sentiment_level == "very_negative"
    metadata = call.book.metadata
    assert metadata is not None
    assert [alert.text for alert in metadata.alerts] == [FURIOUS]
    assert ("prosody", False) in [(stage.stage, stage.on) for stage in metadata.stages]
    for _ in range(10_000):
        call.conductor.keep_pace(0.0)
    assert (await sing(call, CALM)).prosody is not None
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
