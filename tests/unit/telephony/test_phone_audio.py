from __future__ import annotations

import numpy as np
import pytest

from ivr.telephony.phone_audio import TICK, LevelGate, Mouth, Utterance, line_noise

RATE = 8000
FRAME = 320


def tone(level: int) -> bytes:
    return np.full(FRAME // 2, level, "<i2").tobytes()


def test_utterances_follow_each_other_and_know_when_they_were_said() -> None:
    mouth = Mouth(RATE)
    mouth.say(Utterance(1, tone(5) * 2))
    mouth.say(Utterance(2, tone(7)))
    frames = [mouth.next(tick) for tick in range(10, 14)]
    assert frames == [tone(5), tone(5), tone(7), bytes(FRAME)]
    assert [(said.number, said.start, said.end, said.complete) for said in mouth.finished()] == [
        (1, 10, 12, True),
        (2, 12, 13, True),
    ]


def test_hushing_ends_every_utterance_incomplete() -> None:
    mouth = Mouth(RATE)
    mouth.say(Utterance(1, tone(5) * 3))
    mouth.say(Utterance(2, tone(7)))
    mouth.next(0)
    mouth.hush()
    assert [(said.number, said.complete) for said in mouth.finished()] == [(1, False), (2, False)]
    assert mouth.next(1) == bytes(FRAME)


def test_the_last_frame_of_an_utterance_is_filled_up_with_silence() -> None:
    mouth = Mouth(RATE)
    mouth.say(Utterance(1, tone(5)[:100]))
    assert mouth.next(0) == tone(5)[:100].ljust(FRAME, b"\0")


def test_line_noise_lies_under_silence_and_speech_and_repeats_without_end() -> None:
    noise = line_noise(-40.0, RATE)
    mouth = Mouth(RATE, noise)
    heard = b"".join(mouth.next(tick) for tick in range(len(noise) // FRAME + 1))
    assert heard == noise + noise[:FRAME]
    level = np.sqrt(np.mean(np.frombuffer(noise, "<i2").astype(float) ** 2))
    assert 20 * np.log10(level / 32768) == pytest.approx(-40.0, abs=0.1)


def test_sound_begins_with_its_first_frame_and_ends_with_its_last() -> None:
    gate = LevelGate(release=0.1)
    frames = [bytes(FRAME)] * 5 + [tone(3000)] * 10 + [bytes(FRAME)] * 10
    changes = [change for tick, frame in enumerate(frames) if (change := gate.feed(frame, tick)) is not None]
    assert [sounding for sounding, _ in changes] == [True, False]
    assert [at for _, at in changes] == pytest.approx([5 * TICK, 15 * TICK])


def test_a_click_of_one_frame_is_no_sound() -> None:
    gate = LevelGate()
    frames = [bytes(FRAME), tone(9000), bytes(FRAME), bytes(FRAME)]
    assert all(gate.feed(frame, tick) is None for tick, frame in enumerate(frames))


def test_a_dip_shorter_than_the_release_does_not_end_sound() -> None:
    gate = LevelGate(release=0.1)
    frames = [tone(3000)] * 5 + [bytes(FRAME)] * 4 + [tone(3000)] * 5
    changes = [change for tick, frame in enumerate(frames) if (change := gate.feed(frame, tick)) is not None]
    assert len(changes) == 1
