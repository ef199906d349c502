"""The interpreter's thread: words and voice off the event loop."""

from __future__ import annotations

import asyncio
import time

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.engines.interpreter import Interpreter
from ivr.errors import EngineUnavailable
from tests.unit.audio.conftest import sung

SOUND = sung(np.full(16_000, 150.0), 8000)


async def test_words_and_voice_are_interpreted_together() -> None:
    interpreter = Interpreter()
    try:
        told = await interpreter.interpret("¿cuándo vence la factura?", SOUND, None)
        silent = await interpreter.interpret("estoy harto", AudioFrame.silence(1.0, 8000), None)
    finally:
        interpreter.close()
    assert told.question.asks
    assert told.prosody is not None
    assert told.prosody.pitch == pytest.approx(150, abs=2)
    assert silent.prosody is None
    assert silent.sentiment.level == "negative"


async def test_without_voice_the_sound_is_not_looked_at_but_feelings_are() -> None:
    interpreter = Interpreter(voice=False)
    try:
        told = await interpreter.interpret("es una vergüenza", SOUND, None)
    finally:
        interpreter.close()
    assert told.prosody is None
    assert told.sentiment.level == "very_negative"


async def test_the_event_loop_goes_on_while_a_hundred_calls_wait_and_some_are_refused() -> None:
    interpreter = Interpreter()
    refused = 0
    gaps: list[float] = []

    async def ask() -> None:
        nonlocal refused
        try:
            await interpreter.interpret("sí", SOUND, None)
        except EngineUnavailable:
            refused += 1

    try:
        await interpreter.interpret("hola", SOUND, None)
        async with asyncio.TaskGroup() as tasks:
            asked = [tasks.create_task(ask()) for _ in range(100)]
            while not all(task.done() for task in asked):
                before = time.monotonic()
                await asyncio.sleep(0.01)
                gaps.append(time.monotonic() - before)
    finally:
        interpreter.close()
    assert 0 < refused < 100
    assert sorted(gaps)[len(gaps) // 2] < 0.05
