from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from ivr.engines.worker import EngineThread
from ivr.errors import ConfigError, EngineUnavailable, UnusableAnswer

SOON = 5.0


class Gate:
    """A model whose first job waits until it is let go."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.open = threading.Event()
        self.done: list[str] = []

    def hold(self) -> str:
        self.entered.set()
        assert self.open.wait(SOON)
        return "held"

    def note(self, name: str) -> str:
        self.done.append(name)
        return name


def thread(gate: Gate, capacity: int = 64) -> EngineThread[Gate]:
    return EngineThread("test", lambda: gate, niceness=0, capacity=capacity)


async def busy(gate: Gate, engine: EngineThread[Gate]) -> asyncio.Task[str]:
    task = asyncio.create_task(engine.run(lambda model: model.hold(), 0))
    await asyncio.to_thread(gate.entered.wait, SOON)
    return task


async def test_the_earliest_deadline_goes_first_and_equals_keep_their_order() -> None:
    gate = Gate()
    engine = thread(gate)
    running = await busy(gate, engine)
    async with asyncio.TaskGroup() as group:
        for name, deadline in (("late", 9.0), ("soon", 1.0), ("soon too", 1.0), ("never", float("inf"))):
            group.create_task(engine.run(partial(Gate.note, name=name), deadline))
        group.create_task(asyncio.to_thread(gate.open.set))
    assert gate.done == ["soon", "soon too", "late", "never"]
    assert await running == "held"
    engine.close()


async def test_a_cancelled_job_leaves_the_queue_and_is_never_run() -> None:
    gate = Gate()
    engine = thread(gate)
    running = await busy(gate, engine)
    waiting = asyncio.create_task(engine.run(lambda model: model.note("waiting"), 1))
    await asyncio.sleep(0)
    assert len(engine) == 1
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert len(engine) == 0
    gate.open.set()
    await running
    await engine.run(lambda model: model.note("after"), 2)
    assert gate.done == ["after"]
    engine.close()


async def test_the_result_of_a_running_job_that_was_cancelled_is_dropped() -> None:
    gate = Gate()
    engine = thread(gate)
    running = await busy(gate, engine)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    gate.open.set()
    assert await engine.run(lambda model: model.note("next"), 0) == "next"
    engine.close()


async def test_a_full_queue_refuses_and_says_so_and_cancelled_jobs_make_room() -> None:
    gate = Gate()
    engine = thread(gate, capacity=2)
    running = await busy(gate, engine)
    first, second = (asyncio.create_task(engine.run(lambda model: model.note("x"), 1)) for _ in range(2))
    await asyncio.sleep(0)
    with pytest.raises(EngineUnavailable, match="2 jobs wait for test; take fewer calls"):
        await engine.run(lambda model: model.note("third"), 1)
    first.cancel()
    gate.open.set()
    assert await engine.run(lambda model: model.note("third"), 1) == "third"
    await second
    await running
    engine.close()


async def test_what_a_model_raises_comes_out_as_an_engine_error_with_the_mend() -> None:
    def fail(_: Gate) -> None:
        raise RuntimeError("bad weights")

    engine = thread(Gate())
    with pytest.raises(EngineUnavailable, match=r"bad weights.*ivr models verify") as raised:
        await engine.run(fail, 0)
    assert raised.value.engine == "test"
    assert await engine.run(lambda model: model.note("still there"), 0) == "still there"
    engine.close()


async def test_our_own_errors_come_out_as_they_are() -> None:
    def fail(_: Gate) -> None:
        raise UnusableAnswer("nothing usable; try again", "test")

    engine = thread(Gate())
    with pytest.raises(UnusableAnswer, match="nothing usable"):
        await engine.run(fail, 0)
    engine.close()


def test_a_model_that_cannot_be_loaded_is_told_where_it_is_built() -> None:
    def load() -> Gate:
        raise ConfigError("no such device; set STT_DEVICE=cpu")

    with pytest.raises(ConfigError, match="STT_DEVICE"):
        EngineThread("test", load, niceness=0)


async def test_closing_cancels_what_waits_and_refuses_what_comes() -> None:
    gate = Gate()
    engine = thread(gate)
    running = await busy(gate, engine)
    waiting = asyncio.create_task(engine.run(lambda model: model.note("waiting"), 1))
    await asyncio.sleep(0)
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.to_thread(engine.close))
        with pytest.raises(asyncio.CancelledError):
            await waiting
        gate.open.set()
    engine.close()
    assert await running == "held"
    assert gate.done == []
    with pytest.raises(EngineUnavailable, match="restart"):
        await engine.run(lambda model: model.note("late"), 0)


def test_a_loop_that_is_gone_does_not_end_the_thread() -> None:
    gate = Gate()
    engine = thread(gate)

    async def leave() -> None:
        task = asyncio.create_task(engine.run(lambda model: model.hold(), 0))
        await asyncio.to_thread(gate.entered.wait, SOON)
        task.cancel()

    asyncio.run(leave())
    gate.open.set()

    async def come() -> str:
        return await engine.run(lambda model: model.note("new loop"), 0)

    assert asyncio.run(come()) == "new loop"
    engine.close()
