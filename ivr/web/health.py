"""``GET /health``: whether the system can take calls, and if not, which part keeps it from that."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

import ivr
from ivr.errors import IvrError
from ivr.heartbeat import beat_path, read_beat
from ivr.web.schemas import Health, PartHealth

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from ivr.web.backend import Backend

CHECK_WITHIN = 3.0
KEEP_FOR = 1.0
"""Seconds that an answer is given again, so that many askers do not become many questions to the PBX."""

NEEDED = ("database", "pbx", "calls")


class HealthCheck:
    """Asks each part, at most once a second whoever asks."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._alone = asyncio.Lock()
        self._answer: Health | None = None
        self._until = 0.0

    async def answer(self) -> Health:
        """Say how all parts are."""
        clock = asyncio.get_running_loop().time
        async with self._alone:
            if self._answer is None or clock() >= self._until:
                self._answer = await self._look()
                self._until = clock() + KEEP_FOR
            return self._answer

    async def _look(self) -> Health:
        async with asyncio.TaskGroup() as group:
            database = group.create_task(_ask(self._ping_database))
            pbx = group.create_task(_ask(self._backend.line.ping))
        parts = {
            "database": database.result(),
            "pbx": pbx.result(),
            "calls": _worker(self._backend.home, "calls"),
            "jobs": _worker(self._backend.home, "jobs"),
        }
        failing = [name for name in NEEDED if parts[name].status != "healthy"]
        return Health(
            status="unhealthy" if failing else "healthy", failing=failing, parts=parts, version=ivr.__version__
        )

    async def _ping_database(self) -> None:
        await asyncio.to_thread(self._backend.records.ping)


async def _ask(question: Callable[[], Awaitable[None]]) -> PartHealth:
    try:
        async with asyncio.timeout(CHECK_WITHIN):
            await question()
    except TimeoutError:
        return PartHealth(status="unhealthy", detail=f"no answer within {CHECK_WITHIN:g} s")
    except IvrError as error:
        return PartHealth(status="unhealthy", detail=str(error))
    return PartHealth(status="healthy")


def _worker(home: Path, part: str) -> PartHealth:
    beat = read_beat(beat_path(home, part))
    if beat is None or not beat.fresh:
        return PartHealth(status="unhealthy", detail="no sign of life; look at it: ivr status, ivr logs " + part)
    if beat.state != "healthy":
        return PartHealth(status="unhealthy", detail=beat.state)
    return PartHealth(status="healthy", detail=", ".join(f"{name}: {value}" for name, value in beat.facts.items()))


router = APIRouter(tags=["health"])


@router.get("/health", responses={503: {"model": Health, "description": "A part that calls need fails."}})
async def health(request: Request, response: Response) -> Health:
    """Say whether the system can take calls; 503 names the parts that keep it from that. Needs no key."""
    check: HealthCheck = request.app.state.health
    answer = await check.answer()
    response.headers["Cache-Control"] = "no-store"
    if answer.failing:
        response.status_code = 503
    return answer
