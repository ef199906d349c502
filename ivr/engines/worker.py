"""One thread of an engine with a bounded queue, most urgent job first."""

from __future__ import annotations

import asyncio
import atexit
import heapq
import itertools
import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ivr.errors import EngineUnavailable, IvrError

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")
Model = TypeVar("Model")
CAPACITY = 64
LAST_JOB = 5.0
"""Seconds that the end of the process waits for the job that runs."""


class EngineThread(Generic[Model]):
    """Loads a model in a thread of its own and runs jobs on it, one at a time.

    The thread is niced before the model is loaded, so that the threads which the model starts are niced too and the
    call's tick comes first. Beyond ``capacity`` waiting jobs a new one is refused: EngineUnavailable.
    A job whose waiter was cancelled leaves the queue; one that already runs ends, and its result is dropped.
    Whatever a model raises that is not ours comes out as EngineUnavailable.
    """

    def __init__(self, name: str, load: Callable[[], Model], niceness: int, capacity: int = CAPACITY) -> None:
        self._name = name
        self._capacity = capacity
        self._jobs: list[tuple[float, int, Callable[[Model], Any], asyncio.Future[Any]]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._closed = False
        self._failed: BaseException | None = None
        self._loaded = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(load, niceness), name=name, daemon=True)
        self._thread.start()
        self._loaded.wait()
        if self._failed is not None:
            raise self._failed
        atexit.register(self.close)

    def __len__(self) -> int:
        """Count the waiting jobs."""
        with self._changed:
            return sum(not future.cancelled() for *_, future in self._jobs)

    async def run(self, job: Callable[[Model], Result], deadline: float) -> Result:
        """Run a job; the earliest ``deadline`` (any clock, only compared) goes first."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        with self._changed:
            if self._closed:
                raise EngineUnavailable(f"{self._name} was closed; restart: ivr down, ivr up", self._name)
            self._jobs = [entry for entry in self._jobs if not entry[3].cancelled()]
            heapq.heapify(self._jobs)
            if len(self._jobs) >= self._capacity:
                raise EngineUnavailable(f"{len(self._jobs)} jobs wait for {self._name}; take fewer calls", self._name)
            heapq.heappush(self._jobs, (deadline, next(self._numbers), job, future))
            self._changed.notify()
        return await future

    def close(self) -> None:
        """End the thread after the job that runs; waiting jobs are cancelled. Safe to repeat."""
        atexit.unregister(self.close)
        with self._changed:
            self._closed = True
            waiting, self._jobs = self._jobs, []
            self._changed.notify()
        for *_, future in waiting:
            _settle(future, future.cancel)
        if threading.current_thread() is not self._thread:
            self._thread.join(LAST_JOB)

    def _work(self, load: Callable[[], Model], niceness: int) -> None:
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
            model = load()
        except BaseException as error:  # noqa: BLE001 - raised again where the engine is built
            self._failed = error
            return
        finally:
            self._loaded.set()
        while True:
            with self._changed:
                while not self._jobs and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return
                _, _, job, future = heapq.heappop(self._jobs)
            if not future.cancelled():
                self._answer(model, job, future)
            del job, future

    def _answer(self, model: Model, job: Callable[[Model], Any], future: asyncio.Future[Any]) -> None:
        try:
            result = job(model)
        except IvrError as error:
            _settle(future, future.set_exception, error)
        except Exception as error:  # noqa: BLE001 - onnxruntime and CTranslate2 raise bare Exception and RuntimeError
            failure = EngineUnavailable(
                f"{self._name} failed ({type(error).__name__}: {error}); run: ivr models verify", self._name
            )
            failure.__cause__ = error
            _settle(future, future.set_exception, failure)
        else:
            _settle(future, future.set_result, result)


def _settle(future: asyncio.Future[Any], settle: Callable[..., Any], *value: object) -> None:
    def unless_done() -> None:
        if not future.done():
            settle(*value)

    with suppress(RuntimeError):  # the loop was closed, nobody waits any more
        future.get_loop().call_soon_threadsafe(unless_done)
