"""The demonstration call: a whole Spanish conversation on a real line."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

from ivr.errors import IvrError
from ivr.trials.demo_judge import Check, DemoReport, judge_demo
from ivr.trials.demo_scenario import REPORT_WITHIN, SCENARIO
from ivr.trials.evidence import CallEvidence, EvidenceMissing, follow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.trials.line import TrialLine


async def hold_demo(
    line: TrialLine, store: Path, called: str, phone_recording: Path, show: Callable[[dict[str, Any]], None]
) -> DemoReport:
    """Make the call; ``show`` gets each entry of the call's journal as it is written."""
    since = time.time()
    evidence = CallEvidence(store, line.user, since)
    async with line.caller(SCENARIO) as caller:
        watching = asyncio.create_task(_watch(evidence, show))
        try:
            lived = await caller.live(SCENARIO, called, phone_recording)
        finally:
            if not watching.done():
                await asyncio.sleep(0.3)  # the journal's last lines
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError, EvidenceMissing):
                await watching
    if not lived.answer.answered:
        raise IvrError(f"{lived.failure}; is the system up (ivr status)? Look at: ivr logs calls")
    metadata = await evidence.metadata()
    report = judge_demo(lived, metadata, store)
    report.checks.append(await _report_written(report.report_file))
    return report


async def _report_written(path: Path) -> Check:
    """Wait for the post-call job's report."""
    started = time.monotonic()
    while time.monotonic() - started < REPORT_WITHIN:
        if _there(path):
            seconds = time.monotonic() - started
            return Check("the post-call report was written", ok=True, detail=f"{seconds:.0f} s after the call")
        await asyncio.sleep(0.2)
    detail = f"not within {REPORT_WITHIN:g} s; write it with: ivr process --unprocessed"
    return Check("the post-call report was written", ok=False, detail=detail)


def _there(path: Path) -> bool:
    return path.exists()


async def _watch(evidence: CallEvidence, show: Callable[[dict[str, Any]], None]) -> None:
    async for entry in follow(await evidence.journal(within=30.0)):
        show(entry)
