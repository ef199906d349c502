"""One thread of an engine with a bounded queue, most urgent job first."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import os
import threading
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ivr.errors import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")
Model = TypeVar("Model")
CAPACITY = 64


class EngineThread(Generic[Model]):
    """Loads a model in a thread of its own and runs jobs on it, one at a time.

    The thread is niced before the model is loaded, so that the threads which the model starts are niced too and the
    call's tick comes first. Beyond ``CAPACITY`` waiting jobs a new one is refused: EngineUnavailable.
    A job whose waiter was cancelled is skipped, or its result dropped when it already runs.
    """

    def __init__(self, name: str, load: Callable[[], Model], niceness: int) -> None:
        self._name = name
        self._jobs: list[tuple[float, int, Callable[[Model], Any], asyncio.Future[Any]]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._failed: BaseException | None = None
        self._loaded = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(load, niceness), name=name, daemon=True)
        self._thread.start()
        self._loaded.wait()
        if self._failed is not None:
            raise self._failed

    def __len__(self) -> int:
        """Count the waiting jobs."""
        return len(self._jobs)

    async def run(self, job: Callable[[Model], Result], deadline: float) -> Result:
        """Run a job; the earliest ``deadline`` (any clock, only compared) goes first."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        with self._changed:
            self._jobs = [entry for entry in self._jobs if not entry[3].cancelled()]
            heapq.heapify(self._jobs)
            if len(self._jobs) >= CAPACITY:
                raise EngineUnavailable(f"{CAPACITY} jobs already wait for {self._name}; take fewer calls", self._name)
            heapq.heappush(self._jobs, (deadline, next(self._numbers), job, future))
            self._changed.notify()
        return await future

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
                while not self._jobs:
                    self._changed.wait()
                _, _, job, future = heapq.heappop(self._jobs)
            if future.cancelled():
                continue
            try:
                result = job(model)
            except BaseException as error:  # noqa: BLE001 - handed to the waiter
                _settle(future, None, error)
            else:
                _settle(future, result, None)


def _settle(future: asyncio.Future[Any], result: object, error: BaseException | None) -> None:
    def settle() -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)

    loop = future.get_loop()
    if not loop.is_closed():
        loop.call_soon_threadsafe(settle)
