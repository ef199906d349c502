"""The supervisor process: starts the parts, keeps each alive, ends them in reverse order."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from typing import TYPE_CHECKING

from ivr.errors import MisuseError
from ivr.supervision.keeper import Keeper, PartFailed
from ivr.supervision.processes import identify
from ivr.supervision.state import SetStatus, utc_now, write_status

if TYPE_CHECKING:
    from ivr.supervision.parts import Plan
    from ivr.supervision.state import SetState

log = logging.getLogger(__name__)


class Supervisor:
    """Runs a plan until SIGTERM (parts may drain) or SIGINT (they end at once)."""

    def __init__(self, plan: Plan) -> None:
        own = identify(os.getpid())
        if own is None:
            raise MisuseError("a running process finds itself in /proc; mount /proc")
        self._home = plan.home
        self._keepers = [Keeper(plan.home, part, self._publish) for part in plan.parts]
        self._status = SetStatus(state="starting", pid=own.pid, ticks=own.ticks, since=utc_now())
        self._end = asyncio.Event()
        self._hurry = asyncio.Event()

    async def run(self) -> bool:
        """Run to the end; False when a part could not be started."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._ask_end)
        loop.add_signal_handler(signal.SIGINT, self._ask_end_now)
        self._publish()
        work = asyncio.create_task(self._work())
        end = asyncio.create_task(self._end.wait())
        await asyncio.wait({work, end}, return_when=asyncio.FIRST_COMPLETED)
        end.cancel()
        work.cancel()
        await asyncio.wait({work})
        error = None if work.cancelled() else work.exception()
        await self._stop()
        if error is not None and not isinstance(error, PartFailed):
            self._show("failed", f"the supervisor broke ({error!r}); report it with {self._home / 'log'}")
            raise error
        self._show("failed" if error else "stopped", str(error or ""))
        return error is None

    async def _work(self) -> None:
        await self._start()
        self._show("running", "")
        async with asyncio.TaskGroup() as group:
            for keeper in self._keepers:
                group.create_task(keeper.keep())

    async def _start(self) -> None:
        """Start all parts side by side, since loading models takes longest and needs nobody; one failure ends it."""
        log.info("starting %s", ", ".join(keeper.part.name for keeper in self._keepers))
        starts = [asyncio.create_task(keeper.start()) for keeper in self._keepers]
        try:
            done, _ = await asyncio.wait(starts, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for start in starts:
                start.cancel()
            await asyncio.wait(starts)
        for start in done:
            start.result()

    async def _stop(self) -> None:
        self._show("stopping", self._status.error)
        for keeper in reversed(self._keepers):
            log.info("stopping %s", keeper.part.name)
            await keeper.stop(self._hurry)

    def _ask_end(self) -> None:
        self._end.set()

    def _ask_end_now(self) -> None:
        self._hurry.set()
        self._end.set()

    def _show(self, state: SetState, error: str) -> None:
        self._status.state, self._status.error, self._status.since = state, error, utc_now()
        self._publish()

    def _publish(self) -> None:
        self._status.parts = {keeper.part.name: keeper.status for keeper in self._keepers}
        write_status(self._home, self._status)
