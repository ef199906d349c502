"""Looks for recordings that nobody processed, whenever a cron expression says so."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from cronsim import CronSim

from ivr.db.job_board import sweep
from ivr.db.session import writing
from ivr.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

log = logging.getLogger(__name__)


def _here() -> datetime:
    return datetime.now().astimezone()


class Sweeper:
    """Queues a job for each recording with ``processed=false`` that has none; ``cron`` in the machine's own time.

    It looks once at the start, for what the last worker left, and then when the expression comes due.
    """

    def __init__(self, database: Engine, cron: str, clock: Callable[[], datetime] = _here) -> None:
        self._database, self._cron, self._clock = database, cron, clock
        self._due = clock()

    def step(self) -> int:
        """Sweep when it is time; answers how many recordings wait, 0 when it was not time."""
        now = self._clock()
        if now < self._due:
            return 0
        self._due = next(CronSim(self._cron, now))
        try:
            with writing(self._database) as session:
                found = len(sweep(session))
        except StorageError as error:
            log.warning("unprocessed recordings were not looked for: %s; again at %s", error, self._due)
            return 0
        if found:
            log.info("%d recordings wait to be processed; looked for again at %s", found, self._due)
        return found
