"""Whole conversations: real Asterisk, real phone, real models, real process set."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from ivr.cli.line import open_line
from ivr.metadata import Outcome
from ivr.settings import ensure_secrets, load_settings
from ivr.supervision import control
from ivr.supervision.installation import system_plan
from ivr.supervision.parts import Plan
from ivr.supervision.processes import marked
from ivr.trials.evidence import CallEvidence
from ivr.trials.scenario import Say, Scenario, Silence, Wait, WaitHangUp
from tests.acceptance.conftest import free_port, rtp_ports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ivr.metadata import RecordingMetadata
    from ivr.settings import Settings

pytestmark = [pytest.mark.asterisk, pytest.mark.engine, pytest.mark.slow]


def aside(home: Path) -> dict[str, str]:
    """Give settings of a system that is in nobody's way."""
    ours, theirs = rtp_ports(), rtp_ports()
    return {
        "IVR_HOME": str(home),
        "STORAGE_LOCAL_PATH": str(home / "recordings"),
        "ARI_URL": f"http://127.0.0.1:{free_port()}/ari",
        "SIP_HOST": "127.0.0.1",
        "SIP_PORT": str(free_port()),
        "WEB_PORT": str(free_port()),
        "RTP_PORT_MIN": str(ours[0]),
        "RTP_PORT_MAX": str(ours[1]),
        "PBX_RTP_PORT_MIN": str(theirs[0]),
        "PBX_RTP_PORT_MAX": str(theirs[1]),
    }


@contextmanager
def system(home: Path, **changes: str) -> Iterator[Settings]:
    """Run PBX and call worker with these settings."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (aside(home) | changes).items():
            patch.setenv(name, value)
        ensure_secrets(home)
        settings = load_settings()
        plan = system_plan(settings)
        control.start(Plan(home=plan.home, parts=tuple(part for part in plan.parts if part.name in {"pbx", "calls"})))
        try:
            yield settings
        finally:
            control.stop(home, now=True)
    assert marked(home) == []


async def call(settings: Settings, scenario: Scenario, number: str = "100") -> RecordingMetadata:
    line = open_line(settings)
    evidence = CallEvidence(settings.storage_local_path, line.user, 0.0)
    async with line.caller(scenario) as caller:
        report = await caller.live(scenario, number, settings.home / f"{scenario.name}.wav")
    assert report.failure == ""
    return await evidence.metadata()


def test_the_demonstration_ends_well(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ivr", "demo", "--json"]
    done = subprocess.run(
        command, env=os.environ | aside(tmp_path), capture_output=True, text=True, timeout=300, check=False
    )
    report = json.loads(done.stdout[done.stdout.index("{") :])
    assert [check for check in report["checks"] if not check["ok"]] == []
    assert done.returncode == 0, done.stderr[-2000:]
    assert report["wer"] <= 0.10


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Run a system that soon loses its patience with callers."""
    with system(tmp_path_factory.mktemp("impatient"), NO_INPUT_AFTER="2", MAX_UTTERANCE="5") as settings:
        yield settings


async def test_a_caller_who_never_speaks_is_asked_and_let_go(impatient: Settings) -> None:
    metadata = await call(impatient, Scenario("silent", (WaitHangUp(within=60),)))
    assert metadata.call.outcome is Outcome.NO_INPUT
    assert [turn.who for turn in metadata.turns] == ["agent"] * 4
    assert metadata.audio.duration > 10


async def test_a_caller_who_never_stops_is_interrupted_and_let_go(impatient: Settings) -> None:
    endless = (
        "Pues mire, yo le llamaba porque resulta que el otro día estuve hablando con mi cuñado y me dijo que él, " * 5
    )
    metadata = await call(impatient, Scenario("endless", (Wait(0.5), Say(endless), WaitHangUp(within=30))))
    assert metadata.call.outcome is Outcome.CALLER_NEVER_STOPPED


async def test_who_dials_101_has_heard_of_the_recording(impatient: Settings) -> None:
    metadata = await call(impatient, Scenario("consent", (Wait(1.2), Say("Adiós, hasta luego."), WaitHangUp())), "101")
    assert metadata.call.recording_notice
    assert metadata.call.outcome is Outcome.COMPLETED


@pytest.mark.parametrize(
    "changes", [{"MEDIA_TRANSPORT": "websocket"}, {"MEDIA_CODEC": "g722"}], ids=["websocket", "g722"]
)
async def test_a_conversation_goes_over_the_other_media_paths(tmp_path: Path, changes: dict[str, str]) -> None:
    scenario = Scenario(
        "short",
        (Wait(0.5), Say("¿Cuál es el horario de atención?"), Silence(0.2), Wait(0.8), Say("Adiós."), WaitHangUp()),
    )
    with system(tmp_path, **changes) as settings:
        metadata = await call(settings, scenario)
    assert metadata.call.outcome is Outcome.COMPLETED
    heard = [turn.heard.lower() for turn in metadata.turns]
    assert any("horario" in text for text in heard)
    assert any("lunes a viernes" in text for text in heard)
