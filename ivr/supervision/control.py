"""Start, stop and look at the supervised set of one state directory; what ``ivr up``, ``down`` and ``status`` call."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from ivr.supervision.processes import end, sweep
from ivr.supervision.state import (
    SetStatus,
    SupervisionError,
    alone,
    read_status,
    run_directory,
    utc_now,
    write_registration,
    write_status,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.supervision.parts import Plan

LOOK_EVERY = 0.1
STOP_MARGIN = 10.0
"""Seconds beyond the parts' own drain and grace after which a supervisor that does not end is killed."""


class StartFailed(SupervisionError):
    """The set did not come up; everything that had started is stopped again."""


def start(plan: Plan, on_change: Callable[[SetStatus], None] = lambda _: None) -> SetStatus:
    """Bring the set up and wait until all of it is ready; a set that runs already is left as it is.

    ``on_change`` is called with every new state. Raises StartFailed with the part's own reason.
    """
    home = plan.home
    with alone(home):
        current = read_status(home)
        if current.state not in {"starting", "running", "stopping"}:
            sweep(home)
            current = _launch(plan)
    deadline = time.monotonic() + STOP_MARGIN + sum(part.start_within for part in plan.parts)
    seen: SetStatus | None = None
    while current.state in {"starting", "stopping"} and time.monotonic() < deadline:
        if current != seen:
            on_change(current)
            seen = current
        time.sleep(LOOK_EVERY)
        current = read_status(home)
    on_change(current)
    if current.state != "running":
        raise StartFailed(current.error or f"the set is {current.state}; look at it: ivr logs supervisor")
    return current


def stop(home: Path, *, now: bool = False, patience: float = 60.0) -> list[str]:
    """End the set and whatever a dead supervisor left; answers the names of the parts that ran.

    Parts may finish their work within their ``drain`` unless ``now``; after ``patience`` seconds all is killed.
    """
    home = home.absolute()
    with alone(home):
        return _stop_alone(home, signal.SIGINT if now else signal.SIGTERM, patience)


def _stop_alone(home: Path, number: signal.Signals, patience: float) -> list[str]:
    status = read_status(home)
    ran = [name for name, part in status.parts.items() if part.pid]
    if status.pid:
        end(end([status.supervisor], number, patience), signal.SIGKILL, STOP_MARGIN)
    swept = sweep(home)
    final = read_status(home)
    if swept or final.state not in {"stopped", "failed"}:
        for part in final.parts.values():
            part.state, part.pid, part.since = "stopped", 0, utc_now()
        final.state, final.error, final.pid = "stopped", "", 0
    if final.parts:
        write_status(home, final)
    return ran


def _launch(plan: Plan) -> SetStatus:
    """Run a supervisor of its own session, and wait for its first word."""
    (plan.home / "log").mkdir(parents=True, exist_ok=True)
    write_status(plan.home, SetStatus(state="stopped"))
    write_registration(plan.home, plan.registration)
    with (run_directory(plan.home).parent / "log" / "supervisor.err").open("ab") as err:
        subprocess.run(
            [sys.executable, "-m", "ivr.supervision"],
            input=plan.model_dump_json().encode(),
            stdout=err,
            stderr=err,
            start_new_session=True,
            env={**os.environ, "IVR_HOME": str(plan.home)},
            check=True,
        )
    deadline = time.monotonic() + STOP_MARGIN
    while (status := read_status(plan.home)).state == "stopped" and not status.pid:
        if time.monotonic() > deadline:
            raise StartFailed("the supervisor gave no sign of life; look at it: ivr logs supervisor")
        time.sleep(LOOK_EVERY)
    return status
