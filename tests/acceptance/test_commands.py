"""The whole system as an operator runs it: ``ivr up``, phones, a worker that dies in mid-call, ``ivr down``."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ivr.metadata import Outcome, read_metadata
from ivr.supervision import control
from ivr.supervision.processes import marked
from tests.acceptance.test_conversation import aside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ivr.metadata import RecordingMetadata

pytestmark = [pytest.mark.asterisk, pytest.mark.engine, pytest.mark.slow]


class Operator:
    """Types commands in a shell with an environment of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.ports = aside(home)
        self.env = os.environ | self.ports | {"COLUMNS": "200"}

    def types(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ivr", *words]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=240, check=False)

    def sees(self) -> dict[str, Any]:
        return dict(json.loads(self.types("status", "--json").stdout))

    def until(self, condition: Callable[[], bool], seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.sees()
            time.sleep(0.2)


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    yield Operator(tmp_path)
    control.stop(tmp_path, now=True)


def the_only_record(home: Path) -> RecordingMetadata | None:
    files = list((home / "recordings" / "metadata").glob("*.json"))
    return read_metadata(files[0].read_bytes()) if files else None


def is_free(port: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) != 0


def test_up_tells_how_to_register_survives_a_killed_worker_and_down_leaves_nothing(
    operator: Operator, measured: Callable[[str], None]
) -> None:
    up = operator.types("up")
    assert up.returncode == 0, up.stderr
    told = operator.sees()["sip"]
    for expected in (told["host"], str(told["port"]), told["users"][0]["password"], "alaw", "100", "the agent"):
        assert expected in up.stdout
    assert operator.types("up").returncode == 0

    talk = [sys.executable, "-m", "ivr", "phone", "call", "100", "--say", "¿Cuál es el horario?", "--seconds", "40"]
    with subprocess.Popen(talk, env=operator.env, stdout=subprocess.DEVNULL) as phone:
        journals = operator.home / "recordings" / "open"
        operator.until(lambda: any(journals.glob("*.journal.jsonl")))
        time.sleep(6)
        worker = operator.sees()["parts"]["calls"]["pid"]
        killed = datetime.now(UTC)
        os.kill(worker, signal.SIGKILL)
        assert phone.wait(60) == 0  # the restarted worker hangs up what the dead one left
    operator.until(lambda: operator.sees()["parts"]["calls"]["state"] == "ready")
    assert operator.sees()["parts"]["calls"]["restarts"] == 1
    operator.until(lambda: the_only_record(operator.home) is not None)
    rescued = the_only_record(operator.home)
    assert rescued is not None
    assert rescued.call.outcome is Outcome.AGENT_FAILED
    assert rescued.call.answered_at is not None
    lost = killed - rescued.call.answered_at - timedelta(seconds=rescued.audio.duration)
    measured(f"kill -9 of the call worker in mid-call: {lost.total_seconds():.2f} s of the recording lost")
    assert lost < timedelta(seconds=1)

    down = operator.types("down")
    assert down.stdout.startswith("ended: pbx, calls, jobs, api")
    assert marked(operator.home) == []
    assert is_free(operator.ports["SIP_PORT"])
    assert is_free(operator.ports["WEB_PORT"])
    assert operator.types("down").stdout == "nothing was running\n"
