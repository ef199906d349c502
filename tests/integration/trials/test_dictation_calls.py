from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from click.testing import CliRunner

from ivr.audio.frame import AudioFrame
from ivr.cli import bench
from ivr.dialogue.script import load_script
from ivr.errors import ConfigError
from ivr.settings import Settings
from ivr.trials.line import TrialLine
from ivr.trials.speech.bench import SpeechBench
from ivr.trials.speech.dictation import calls_of, tell
from ivr.trials.speech.dictation_calls import PhoneCalls
from ivr.trials.voices import CallerVoices

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from pathlib import Path

    import pytest

    from ivr.ports import VoiceStyle


class Silent:
    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        assert text
        assert style
        yield AudioFrame.silence(0.1, 8000)

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None: ...


async def test_a_lost_call_loses_its_values_and_says_why(tmp_path: Path) -> None:
    (values,) = calls_of("reporting", 1, 1, ("phone",))
    lines = CallerVoices(Silent, tmp_path / "voices")
    bench = SpeechBench(
        Settings().model_copy(update={"ivr_home": tmp_path}), line=(TrialLine("127.0.0.1", 1, "1001", "x", lines),)
    )
    (attempt,) = await PhoneCalls(bench).hold([values])
    assert "127.0.0.1:1" in attempt.failure
    assert not attempt.exact
    kept = json.loads((tmp_path / "bench" / "dictation" / "attempts.jsonl").read_text())
    assert kept["dictation"]["value"] == values[0].value
    assert attempt.failure in tell([attempt], 1, "how").notes[1]


def test_the_system_may_be_told_to_ask_for_some_kinds_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []

    def start_nothing(_console: object) -> None:
        started.append(os.environ["PERSONA"])
        raise ConfigError("not in a test")

    monkeypatch.setenv("IVR_HOME", str(tmp_path))
    monkeypatch.setenv("PERSONA", "datos")
    monkeypatch.setattr("ivr.cli.line.running_system", start_nothing)
    CliRunner().invoke(bench.bench, ["speech", "dictation", "--kind", "email", "--kind", "dni"])
    (persona,) = started
    assert [detail.kind for detail in load_script(persona).persona.form] == ["dni", "email"]
