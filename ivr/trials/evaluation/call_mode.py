"""Holds scenarios on a real line: a softphone with a synthetic voice calls the system."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.errors import IvrError
from ivr.trials.evaluation.customers import begin_anew, bring_back, rows_of
from ivr.trials.evaluation.listener import Listener
from ivr.trials.evaluation.on_line import as_lived, record_of
from ivr.trials.evidence import CallEvidence
from ivr.trials.measure import TwoTracks, response_gap, sounds
from ivr.trials.scenario import Say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from sqlalchemy import Engine

    from ivr.settings import Settings
    from ivr.trials.caller import CallReport
    from ivr.trials.evaluation.record import CallRecord
    from ivr.trials.evaluation.suite import Scenario, Suite
    from ivr.trials.line import TrialLine

AGENT = "100"
WRITTEN_WITHIN = 30.0
"""Seconds after a call until its metadata is there."""


class CallMode:
    """Calls the system of ``settings`` over ``line``; its customers are put back before each call."""

    def __init__(self, settings: Settings, line: TrialLine, database: Engine, today: Callable[[], dt.date]) -> None:
        self._settings = settings
        self._line = line
        self._database = database
        self._today = today

    async def hold(self, suite: Suite, scenario: Scenario, variant: int) -> CallRecord:
        """Hold one call; ``variant`` chooses among ways to say something."""
        begin_anew(self._database, self._today())
        for earlier in scenario.earlier_calls:
            bring_back(self._database, self._settings.tenant, earlier)
        lived_as = as_lived(suite, scenario, variant)
        name = re.sub(r"\W+", "-", scenario.name)[:60]
        recording = Path(self._settings.home) / "calls" / f"{name}-{variant}.wav"
        since = time.time()
        evidence = CallEvidence(Path(self._settings.storage_local_path), self._line.user, since)
        async with self._line.caller(lived_as) as caller:
            caller.rejoinder = Listener(scenario, evidence).rejoinder
            lived = await caller.live(lived_as, AGENT, recording)
        if not lived.answer.answered:
            raise IvrError(f"{lived.failure}; look at: ivr logs calls")
        metadata = await evidence.metadata(within=WRITTEN_WITHIN)
        record = record_of(scenario, lived, metadata, _gaps(lived))
        record.models = [model.model_dump() for turn in metadata.turns for model in turn.models]
        record.rows = rows_of(self._database)
        return record

    async def aclose(self) -> None:
        """Leave the database."""
        self._database.dispose()


def _gaps(lived: CallReport) -> list[float | None]:
    """Measure, in the phone's recording, the silence after each thing that was said."""
    tracks = TwoTracks.read(lived.recording)
    said, heard = sounds(tracks.said, tracks.rate), sounds(tracks.heard, tracks.rate)
    gaps = []
    for deed in lived.deeds:
        gap = response_gap(said, heard, deed.span) if isinstance(deed.step, Say) else None
        gaps.append(None if gap is None or gap.discarded else gap.seconds)
    return gaps
