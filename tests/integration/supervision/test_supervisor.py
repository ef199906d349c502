"""The supervised set, with small real processes."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from ivr.heartbeat import beat_path
from ivr.supervision import control, keeper
from ivr.supervision.parts import BeatProbe, HttpProbe, Part, Plan
from ivr.supervision.processes import Identity, marked
from ivr.supervision.state import read_status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ivr.supervision.state import SetStatus

SLEEPER = "import time; time.sleep(600)"
BEATER = """
import sys, time
from pathlib import Path
from ivr.heartbeat import write_beat
for _ in range(int(sys.argv[2])):
    write_beat(Path(sys.argv[1])); time.sleep(0.1)
time.sleep(600)
"""
FAMILY = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
DRAINER = """
import signal, sys, time
from pathlib import Path
asked = []
signal.signal(signal.SIGTERM, lambda *_: asked.append(1))
out, work = Path(sys.argv[1]), float(sys.argv[2])
while not asked: time.sleep(0.02)
end = time.monotonic() + work
while len(asked) < 2 and time.monotonic() < end: time.sleep(0.02)
out.write_text("cut short" if len(asked) > 1 else "drained")
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    control.stop(tmp_path, now=True)
    assert marked(tmp_path) == []


def part(name: str, code: str, *args: str, **options: object) -> Part:
    return Part(name=name, argv=(sys.executable, "-c", code, *args), grace=2.0, first_delay=0.05, **options)


def until(home: Path, condition: Callable[[SetStatus], bool], seconds: float = 15.0) -> SetStatus:
    deadline = time.monotonic() + seconds
    while not condition(status := read_status(home)):
        assert time.monotonic() < deadline, status
        time.sleep(0.05)
    return status


def test_a_set_starts_tells_its_progress_and_stops_without_a_trace(home: Path) -> None:
    seen: list[SetStatus] = []
    plan = Plan(home=home, parts=(part("one", FAMILY), part("two", SLEEPER)))
    running = control.start(plan, seen.append)
    assert running.state == "running"
    assert all(p.state == "ready" for p in running.parts.values())
    assert seen[-1] == running
    assert control.stop(home) == ["one", "two"]
    assert read_status(home).state == "stopped"
    assert not running.supervisor.alive


def test_parts_end_in_reverse_order(home: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    parts = (part("pbx", DRAINER, str(first), "0", drain=5.0), part("calls", DRAINER, str(second), "0.3", drain=5.0))
    control.start(Plan(home=home, parts=parts))
    time.sleep(0.5)
    control.stop(home)
    assert second.stat().st_mtime_ns < first.stat().st_mtime_ns


def test_starting_twice_leaves_the_running_set_alone(home: Path) -> None:
    plan = Plan(home=home, parts=(part("one", SLEEPER),))
    first = control.start(plan)
    second = control.start(plan)
    assert (first.pid, first.parts["one"].pid) == (second.pid, second.parts["one"].pid)


def test_a_killed_part_comes_back_and_its_children_do_not_linger(home: Path) -> None:
    first = control.start(Plan(home=home, parts=(part("one", FAMILY),)))
    until(home, lambda _: len(marked(home, "one")) == 2)
    os.kill(first.parts["one"].pid, signal.SIGKILL)
    after = until(home, lambda s: s.parts["one"].restarts == 1 and s.parts["one"].state == "ready")
    assert after.parts["one"].pid != first.parts["one"].pid
    until(home, lambda _: len(marked(home, "one")) == 2)


def test_a_part_that_hangs_is_started_again(home: Path) -> None:
    path = beat_path(home, "calls")
    beater = part("calls", BEATER, str(path), "3", probe=BeatProbe(path=path), hang_after=0.3)
    control.start(Plan(home=home, parts=(beater,)))
    status = until(home, lambda s: s.parts["calls"].restarts >= 1 and s.parts["calls"].state == "ready", 20)
    assert status.state == "running"


def test_what_a_killed_supervisor_leaves_is_told_and_ended_by_down(home: Path) -> None:
    first = control.start(Plan(home=home, parts=(part("one", FAMILY), part("two", SLEEPER))))
    os.kill(first.pid, signal.SIGKILL)
    status = until(home, lambda s: s.state == "abandoned")
    assert "ivr down" in status.error
    assert set(control.stop(home)) == {"one", "two"}
    assert read_status(home).state == "stopped"
    assert marked(home) == []


def test_up_after_a_killed_supervisor_ends_the_orphans_first(home: Path) -> None:
    plan = Plan(home=home, parts=(part("one", SLEEPER),))
    first = control.start(plan)
    os.kill(first.pid, signal.SIGKILL)
    until(home, lambda s: s.state == "abandoned")
    second = control.start(plan)
    assert not Identity(first.parts["one"].pid, first.parts["one"].ticks).alive
    assert second.state == "running"
    assert len(marked(home)) == 1


def test_a_part_that_cannot_start_is_named_with_its_last_words_and_the_rest_is_stopped(home: Path) -> None:
    bad = part("two", "import sys, time; time.sleep(0.3); sys.exit('ivr: ARI_PASSWORD: set it in .env')", probe=none(1))
    with pytest.raises(control.StartFailed, match=r"two ended with exit status 1: ivr: ARI_PASSWORD: set it in .env"):
        control.start(Plan(home=home, parts=(part("one", SLEEPER), bad)))
    assert read_status(home).state == "failed"
    assert marked(home) == []


def test_a_part_that_never_answers_is_not_called_ready(home: Path) -> None:
    deaf = part("two", SLEEPER, probe=none(free_port()), start_within=0.5)
    with pytest.raises(control.StartFailed, match=r"two not ready within 0.5 s: http://127.0.0.1:\d+/ does not answer"):
        control.start(Plan(home=home, parts=(deaf,)))


def test_a_program_that_is_missing_is_said_so(home: Path) -> None:
    with pytest.raises(control.StartFailed, match="/no/such/program cannot be run"):
        control.start(Plan(home=home, parts=(Part(name="one", argv=("/no/such/program",)),)))


def test_down_lets_a_part_finish_its_work(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    control.start(Plan(home=home, parts=(part("calls", DRAINER, str(out), "0.5", drain=10.0),)))
    time.sleep(0.5)
    control.stop(home)
    assert out.read_text() == "drained"


def test_down_now_cuts_the_work_short(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    control.start(Plan(home=home, parts=(part("calls", DRAINER, str(out), "60", drain=60.0),)))
    time.sleep(0.5)
    control.stop(home, now=True)
    assert out.read_text() == "cut short"


def none(port: int) -> HttpProbe:
    return HttpProbe(url=f"http://127.0.0.1:{port}/")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_two_ups_at_once_make_one_set(home: Path) -> None:
    plan = Plan(home=home, parts=(part("one", SLEEPER),))
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(control.start, (plan, plan))
    assert first.pid == second.pid
    assert len(marked(home)) == 1


def test_down_during_a_start_ends_what_has_started(home: Path) -> None:
    plan = Plan(home=home, parts=(part("one", SLEEPER), part("two", SLEEPER, probe=none(free_port()))))
    with ThreadPoolExecutor(1) as pool:
        up = pool.submit(control.start, plan)
        until(home, lambda s: "two" in s.parts and s.parts["two"].state == "starting")
        control.stop(home)
        with pytest.raises(control.StartFailed):
            up.result()
    assert marked(home) == []


def test_a_part_that_does_not_come_back_is_tried_again_later_and_later(home: Path, tmp_path: Path) -> None:
    flag = tmp_path / "broken"
    code = f"import pathlib, sys, time; pathlib.Path({str(flag)!r}).exists() and sys.exit('no'); time.sleep(600)"
    first = control.start(Plan(home=home, parts=(part("one", code, probe=None),)))
    flag.touch()
    os.kill(first.parts["one"].pid, signal.SIGKILL)
    until(home, lambda s: s.parts["one"].restarts >= 1)
    flag.unlink()
    until(home, lambda s: s.parts["one"].state == "ready" and bool(s.parts["one"].pid))


async def test_whoever_waits_for_a_slow_part_learns_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "SLOW_START", 0.2)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        probe = HttpProbe(url=f"http://127.0.0.1:{closed.getsockname()[1]}/health")
        (tmp_path / "log").mkdir()
        told: list[tuple[str, str]] = []
        slow = part("slow", SLEEPER, probe=probe, start_within=1.0)
        keeping = keeper.Keeper(tmp_path, slow, lambda: told.append((keeping.status.state, keeping.status.reason)))
        with pytest.raises(keeper.PartFailed):
            await keeping.start()
    assert told[0] == ("starting", "")
    assert told[1][0] == "starting"
    assert told[1][1]
    assert told[-1][0] == "failed"
