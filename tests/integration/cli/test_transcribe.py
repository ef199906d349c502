"""``ivr transcribe`` on files: real models where speech is to be understood."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.audio.wav import write_wav
from ivr.bootstrap_tts import build_caller_voice
from ivr.engines.espeak import EspeakSynthesizer
from ivr.ports import VoiceStyle
from ivr.settings import load_settings
from ivr.trials.speech.channel import LINE, telephone

if TYPE_CHECKING:
    from pathlib import Path

SAID = "Buenos días, quería consultar el saldo de mi cuenta."
ENGLISH = "Good morning, I would like to know the balance of my account, please."


def run(*arguments: str | Path, home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ivr", "transcribe", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment(home))


def environment(home: Path) -> dict[str, str]:
    return os.environ | {"IVR_HOME": str(home), "COLUMNS": "200"}


async def spoken(text: str, language: str) -> AudioFrame:
    settings = load_settings()
    synthesizer = EspeakSynthesizer() if language == "en" else build_caller_voice(settings)
    frames = [frame async for frame in synthesizer.speak(text, VoiceStyle(language=language))]
    line = telephone(AudioFrame.join(frames))
    return AudioFrame.join([AudioFrame.silence(0.5, LINE), line, AudioFrame.silence(1.0, LINE)])


@pytest.mark.engine
async def test_a_call_is_written_down_plainly_and_in_full(tmp_path: Path) -> None:
    sound = tmp_path / "call.wav"
    write_wav(sound, await spoken(SAID, "es"))
    assert "saldo de mi cuenta" in run(sound, home=tmp_path).stdout
    told = json.loads(run(sound, "--enhanced", "--json", home=tmp_path).stdout)
    words = told["segments"][0]["words"]
    assert all(0 <= word["confidence"] <= 1 and 0.3 < word["start"] < word["end"] < told["duration"] for word in words)
    assert told["faults"] == []
    shown = run(sound, "--enhanced", home=tmp_path).stdout
    assert shown.startswith("00:00.")
    assert "words are right with" in shown


@pytest.mark.engine
async def test_8_khz_told_as_16_is_caught(tmp_path: Path) -> None:
    sound = tmp_path / "call.wav"
    line = await spoken(SAID, "es")
    write_wav(sound, AudioFrame(line.pcm, 2 * line.rate))
    assert "the header says 16000 Hz, but it is understood at 8000 Hz" in run(sound, home=tmp_path).stderr


@pytest.mark.engine
async def test_english_is_told_and_written_down_when_it_is_asked_for(tmp_path: Path) -> None:
    sound = tmp_path / "call.wav"
    write_wav(sound, await spoken(ENGLISH, "en"))
    assert "sounds like English, not Spanish: say language=en" in run(sound, home=tmp_path).stderr
    assert "balance" in run(sound, "--language", "auto", home=tmp_path).stdout


@pytest.mark.engine
def test_a_silent_file_says_so_and_is_no_failure(tmp_path: Path) -> None:
    sound = tmp_path / "silence.wav"
    write_wav(sound, AudioFrame(np.full(4 * LINE, 700, np.int16).tobytes(), LINE))
    done = run(sound, home=tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, "")
    assert "nothing is to be heard" in done.stderr
    assert "constant offset of 2.1 %" in done.stderr


@pytest.mark.parametrize(
    ("content", "complaint"), [(b"", "the file is empty"), (b"OggS and so on", "convert it with: ffmpeg")]
)
def test_what_is_no_sound_is_told_with_the_mend(tmp_path: Path, content: bytes, complaint: str) -> None:
    (tmp_path / "letter.wav").write_bytes(content)
    done = run(tmp_path / "letter.wav", home=tmp_path)
    assert done.returncode == 1
    assert complaint in done.stderr


def test_too_many_hotwords_are_refused(tmp_path: Path) -> None:
    (tmp_path / "call.wav").write_bytes(b"")
    done = run(tmp_path / "call.wav", *[part for n in range(31) for part in ("--hotword", f"w{n}")], home=tmp_path)
    assert done.returncode == 2
    assert "at most 30 hotwords" in done.stderr
