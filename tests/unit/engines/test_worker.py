from __future__ import annotations

import asyncio
import threading

import pytest

from ivr.engines.worker import EngineThread
from ivr.errors import EngineUnavailable


class Gate:
    """A model whose first job waits for the test."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.done: list[str] = []

    def work(self, name: str) -> str:
        self.open.wait(5)
        self.done.append(name)
        return name


async def test_the_most_urgent_waiting_job_goes_first() -> None:
    gate = Gate()
    thread = EngineThread("test", lambda: gate, niceness=0)
    first = asyncio.ensure_future(thread.run(lambda model: model.work("first"), 0.0))
    await asyncio.sleep(0.05)
    late = asyncio.ensure_future(thread.run(lambda model: model.work("late"), 9.0))
    soon = asyncio.ensure_future(thread.run(lambda model: model.work("soon"), 1.0))
    await asyncio.sleep(0)
    gate.open.set()
    assert [await first, await late, await soon] == ["first", "late", "soon"]
    assert gate.done == ["first", "soon", "late"]


async def test_a_cancelled_job_is_never_run() -> None:
    gate = Gate()
    thread = EngineThread("test", lambda: gate, niceness=0)
    first = asyncio.ensure_future(thread.run(lambda model: model.work("first"), 0.0))
    await asyncio.sleep(0.05)
    dropped = asyncio.ensure_future(thread.run(lambda model: model.work("dropped"), 1.0))
    await asyncio.sleep(0)
    dropped.cancel()
    last = asyncio.ensure_future(thread.run(lambda model: model.work("last"), 2.0))
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.wait([first, last])
    assert gate.done == ["first", "last"]


async def test_too_many_waiting_jobs_are_refused() -> None:
    gate = Gate()
    thread = EngineThread("test", lambda: gate, niceness=0, capacity=1)
    running = asyncio.ensure_future(thread.run(lambda model: model.work("a"), 0.0))
    await asyncio.sleep(0.05)
    waiting = asyncio.ensure_future(thread.run(lambda model: model.work("b"), 0.0))
    await asyncio.sleep(0)
    with pytest.raises(EngineUnavailable, match="take fewer calls"):
        await thread.run(lambda model: model.work("c"), 0.0)
    gate.open.set()
    await asyncio.wait([running, waiting])


async def test_what_a_job_raises_reaches_its_waiter_and_the_thread_goes_on() -> None:
    thread = EngineThread("test", Gate, niceness=0)
    with pytest.raises(EngineUnavailable, match="ZeroDivisionError"):
        await thread.run(lambda _model: 1 // 0, 0.0)
    assert await thread.run(lambda _model: "alive", 0.0) == "alive"


def test_a_model_that_cannot_be_loaded_is_told_at_once() -> None:
    def load() -> Gate:
        raise EngineUnavailable("no such model", "test")

    with pytest.raises(EngineUnavailable, match="no such model"):
        EngineThread("test", load, niceness=0)
