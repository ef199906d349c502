"""The real Asterisk as a supervised part."""

from __future__ import annotations

import os
import signal
import socket
import time
from typing import TYPE_CHECKING

import pytest

from ivr.settings import ensure_secrets, load_settings
from ivr.supervision import control
from ivr.supervision.installation import system_plan
from ivr.supervision.parts import Plan
from ivr.supervision.processes import marked
from ivr.supervision.software import check_ari
from ivr.supervision.state import read_status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ivr.settings import Settings

pytestmark = pytest.mark.asterisk


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setenv("IVR_HOME", str(tmp_path))
    monkeypatch.setenv("ARI_URL", f"http://127.0.0.1:{free_port()}/ari")
    monkeypatch.setenv("SIP_PORT", str(free_port()))
    monkeypatch.setenv("SIP_HOST", "127.0.0.1")
    ensure_secrets(tmp_path)
    yield load_settings()
    control.stop(tmp_path, now=True)
    assert marked(tmp_path) == []


def only_pbx(settings: Settings) -> Plan:
    plan = system_plan(settings)
    return Plan(home=plan.home, parts=tuple(part for part in plan.parts if part.name == "pbx"))


def test_a_killed_pbx_comes_back_and_down_leaves_nothing(settings: Settings) -> None:
    first = control.start(only_pbx(settings))
    states = {finding.name: finding.state for finding in check_ari(settings)}
    assert states["ARI"] == "ok"
    assert states["PBX modules and codecs"] == "ok"
    assert states["call worker"] == "fail"
    os.kill(first.parts["pbx"].pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while (part := read_status(settings.home).parts["pbx"]).state != "ready" or not part.restarts:
        assert time.monotonic() < deadline, part
        time.sleep(0.1)
    assert next(check_ari(settings)).state == "ok"
    assert control.stop(settings.home) == ["pbx"]
    assert marked(settings.home) == []


def test_a_wrong_ari_password_is_told_with_its_mend(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    control.start(only_pbx(settings))
    monkeypatch.setenv("ARI_PASSWORD", "not-the-one")
    (finding,) = check_ari(load_settings())
    assert finding.state == "fail"
    assert "ARI_PASSWORD" in finding.mend
    assert "not-the-one" not in finding.detail


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
