from __future__ import annotations

import asyncio

import pytest

from ivr.audio.frame import AudioFrame
from ivr.call.playout import AHEAD_SECONDS, Playout

RATE = 8000
FRAME = 320


def sound(seconds: float, value: int = 1) -> AudioFrame:
    return AudioFrame(value.to_bytes(2, "little") * round(RATE * seconds), RATE)


async def speaking(*clauses: tuple[str, AudioFrame]) -> Playout:
    playout = Playout(RATE)
    playout.begin()
    for text, frame in clauses:
        writer = playout.clause(text)
        await writer.write(frame)
        await writer.complete()
    playout.finish()
    return playout


async def test_sound_goes_out_in_frames_of_20_ms_and_the_last_is_filled_with_silence() -> None:
    playout = await speaking(("hola", sound(0.05)))
    frames = [playout.next(tick * 0.02) for tick in range(4)]
    assert [frame and len(frame) for frame in frames] == [FRAME, FRAME, FRAME, None]
    assert frames[2] == sound(0.01).pcm + bytes(160)
    assert playout.idle


async def test_clauses_follow_each_other_without_a_gap() -> None:
    playout = await speaking(("uno", sound(0.03, 1)), ("dos", sound(0.03, 2)))
    frames = b"".join(playout.next(tick * 0.02) or b"" for tick in range(3))
    assert frames == sound(0.03, 1).pcm + sound(0.03, 2).pcm


async def test_a_pause_keeps_the_exact_sample() -> None:
    pcm = b"".join(number.to_bytes(2, "little") for number in range(1600))
    playout = await speaking(("hola", AudioFrame(pcm, RATE)))
    before = [playout.next(0.0) for _ in range(3)]
    playout.pause()
    assert [playout.next(0.0) for _ in range(5)] == [None] * 5
    playout.resume()
    after = [playout.next(0.0) for _ in range(7)]
    assert b"".join(frame or b"" for frame in before + after) == pcm


async def test_a_cut_reply_accounts_for_what_was_heard() -> None:
    playout = await speaking(("uno dos tres cuatro", sound(0.4)))
    for tick in range(11):
        playout.next(tick * 0.02)
    spoken = playout.close(0.22)
    assert spoken is not None
    assert spoken.heard == "uno dos"
    assert spoken.interrupted
    assert playout.next(0.24) is None
    assert playout.idle


async def test_the_rest_of_a_reply_that_was_closed_goes_nowhere() -> None:
    playout = Playout(RATE)
    playout.begin()
    writer = playout.clause("hola")
    playout.close(0.0)
    await writer.write(sound(1))
    await writer.complete()
    assert playout.next(0.0) is None


async def test_the_writer_waits_when_far_ahead_of_the_line() -> None:
    playout = Playout(RATE)
    playout.begin()
    writer = playout.clause("larga")
    work = asyncio.ensure_future(writer.write(sound(AHEAD_SECONDS + 1)))
    await asyncio.sleep(0)
    assert not work.done()
    for tick in range((AHEAD_SECONDS // 2 + 2) * 50):
        playout.next(tick * 0.02)
    await asyncio.wait_for(work, 1)


async def test_what_remains_is_known_once_the_reply_is_whole() -> None:
    playout = Playout(RATE)
    playout.begin()
    writer = playout.clause("hola")
    await writer.write(sound(1))
    assert playout.remaining == float("inf")
    await writer.complete()
    playout.finish()
    assert playout.remaining == pytest.approx(1.0)


async def test_protection_is_the_current_clauses() -> None:
    playout = Playout(RATE)
    playout.begin()
    for text, interruptible in (("uno", False), ("dos", True)):
        writer = playout.clause(text, interruptible=interruptible)
        await writer.write(sound(0.02))
        await writer.complete()
    assert not playout.interruptible
    playout.next(0.0)
    assert playout.interruptible


async def test_other_rates_are_resampled_to_the_line() -> None:
    playout = Playout(RATE)
    playout.begin()
    writer = playout.clause("hola")
    await writer.write(AudioFrame(bytes(2 * 24000), 24000))
    await writer.complete()
    playout.finish()
    assert playout.remaining == pytest.approx(1.0, abs=0.01)
