"""``ivr understand`` on a real database; on files with the real models."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner

from ivr.audio.frame import AudioFrame
from ivr.audio.wav import write_wav
from ivr.bootstrap_tts import build_caller_voice
from ivr.cli.corrections import corrections
from ivr.cli.understand import LONGEST, understand
from ivr.ports import VoiceStyle
from ivr.settings import load_settings
from ivr.trials.speech.channel import LINE, telephone

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

MISHEARD = "necesito revisar el salgo de mi cuesta"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "TENANT", "ENABLE_STT_CORRECTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IVR_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "200")


def run(*words: str, **more: Any) -> Result:
    result = CliRunner().invoke(understand, words, **more)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def turns(*words: str, **more: Any) -> list[dict[str, Any]]:
    done = run(*words, "--json", **more)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


async def two_turns() -> AudioFrame:
    synthesizer = build_caller_voice(load_settings())
    parts = [AudioFrame.silence(0.5, LINE)]
    for said in ("Buenos días, quería consultar el saldo de mi cuenta.", "¿Cuándo vence la factura?"):
        frames = [frame async for frame in synthesizer.speak(said, VoiceStyle("ef_dora"))]
        parts += [telephone(AudioFrame.join(frames)), AudioFrame.silence(1.5, LINE)]
    return AudioFrame.join(parts)


@pytest.mark.parametrize("correct", ["online", "offline"])
def test_misheard_words_are_mended_and_the_text_stays_as_it_was_given(correct: str) -> None:
    (turn,) = turns(MISHEARD, "--correct", correct)
    assert turn["text"] == MISHEARD
    assert turn["corrected"] == "necesito revisar el saldo de mi cuenta"
    assert [(each["heard"], each["meant"]) for each in turn["corrections"]] == [
        ("salgo", "saldo"),
        ("cuesta", "cuenta"),
    ]
    assert turn["intent"]["name"] == "account_balance"


@pytest.mark.parametrize("correct", ["online", "offline"])
@pytest.mark.parametrize(
    "said", ["salgo de casa a las cinco", "esto cuesta mucho", "sí", "mi correo es ana@ejemplo.es", "la vaca y el toro"]
)
def test_right_words_stay_as_they_are(said: str, correct: str) -> None:
    (turn,) = turns(said, "--correct", correct)
    assert (turn["text"], turn["corrected"], turn["corrections"]) == (said, said, [])


def test_a_text_in_another_language_is_understood_by_its_gist() -> None:
    turn = json.loads(run("--language", "pt", "Quero cancelar o meu contrato", "--json").output)
    assert turn["intent"]["name"] == "cancellation"
    assert turn["text"] == "quiero darme de baja"


def test_what_is_in_no_dictionary_is_mended_offline_only() -> None:
    said = "quiero domisiliar la faktura"
    assert turns(said)[0]["corrected"] == said
    (turn,) = turns(said, "--correct", "offline")
    assert turn["corrected"].endswith("la factura")
    assert turn["corrections"][-1]["level"] in {"vector", "phonetic"}


def test_what_was_taught_is_used_at_once() -> None:
    assert CliRunner().invoke(corrections, ["add", "guaifai", "wifi"]).exit_code == 0
    assert turns("no me va el guaifai")[0]["corrected"] == "no me va el wifi"


def test_the_bank_is_left_out_where_it_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENABLE_STT_CORRECTION", "false")
    assert turns(MISHEARD)[0]["corrected"] == MISHEARD


def test_entities_are_normalised_from_the_moment_that_is_given() -> None:
    said = "llámeme mañana a las cinco y media de la tarde al 654 32 19 87, son treinta y siete euros con ochenta"
    (turn,) = turns(said, "--now", "2026-03-01T09:00")
    found = {entity["type"]: entity for entity in turn["entities"]}
    values = {name: entity["value"] for name, entity in found.items()}
    assert values == {"date": "2026-03-02", "time": "17:30", "phone": "654321987", "amount": "37.80 EUR"}
    for entity in turn["entities"]:
        assert turn["corrected"][entity["start"] : entity["end"]] == entity["text"]


def test_feelings_follow_the_turns_of_one_caller_to_an_alert() -> None:
    said = ["Buenos días, no me funciona internet.", "Ya es la tercera vez que llamo.", "¡Esto es una vergüenza!"]
    told = turns(input="\n\n".join(said))
    assert [turn["text"] for turn in told] == said
    assert [turn["sentiment"]["label"] for turn in told] == ["negative", "negative", "very_negative"]
    assert told[2]["sentiment"]["score"] < told[0]["sentiment"]["score"] < 0
    assert [turn["mood"]["alert"] for turn in told].count(True) == 1


def test_nothing_felt_is_zero_and_a_question_is_told() -> None:
    (turn,) = turns("¿cuándo vence la factura?")
    assert (turn["sentiment"]["label"], json.dumps(turn["sentiment"]["score"])) == ("neutral", "0.0")
    assert turn["question"]["asks"]


def test_people_read_what_was_understood() -> None:
    shown = run("estoy muy enfadado, es la tercera vez que llamo por el salgo de mi cuesta").stdout
    assert "salgo → saldo" in shown
    assert "sentiment  very_negative" in shown
    assert "sentiment_alert" in shown


def test_other_languages_are_warned_about() -> None:
    (turn,) = turns("hello, I would like to know what is the balance of my account")
    assert turn["warnings"] == ["this looks like English; only Spanish is understood: say it in Spanish"]


@pytest.mark.parametrize("given", [("",), ("   ",), ()])
def test_nothing_to_understand_is_wrong_usage_with_an_example(given: tuple[str, ...]) -> None:
    done = run(*given, input="\n  \n")
    assert done.exit_code == 2
    assert "there is nothing to understand: ivr understand" in done.stderr


def test_wrong_usage_says_what_is_right(tmp_path: Path) -> None:
    (tmp_path / "turns.txt").write_text("hola\n")
    for words, complaint in (
        (("missing.wav",), "missing.wav: no such file"),
        (("turns.txt",), "ivr understand < turns.txt"),
        (("a" * (LONGEST + 1),), "give one turn a line"),
        (("hola", "--now", "tomorrow"), "%Y-%m-%d"),
    ):
        done = run(*words)
        assert done.exit_code == 2
        assert complaint in done.stderr
    latin = run(input="hola\nqué tal\n".encode("latin1"))
    assert latin.exit_code == 2
    assert "line 2 of the input is not UTF-8" in latin.stderr


def test_a_text_needs_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_CACHE", str(tmp_path / "nothing here"))
    assert turns(MISHEARD)[0]["corrected"] == "necesito revisar el saldo de mi cuenta"


@pytest.mark.engine
def test_a_recording_is_understood_turn_by_turn_with_its_voice(tmp_path: Path) -> None:
    write_wav(tmp_path / "call.wav", asyncio.run(two_turns()))
    command = [sys.executable, "-m", "ivr", "understand", "call.wav"]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True, cwd=tmp_path)
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["intent"]["name"] == "account_balance"
    assert 140 < first["prosody"]["pitch"] < 280
    assert 3 < first["prosody"]["rate"] < 9
    assert second["question"]["asks"]
    assert first["start"] < first["end"] <= second["start"]


@pytest.mark.engine
def test_a_silent_recording_fails_and_says_why(tmp_path: Path) -> None:
    write_wav(tmp_path / "silence.wav", AudioFrame(np.zeros(4 * LINE, np.int16).tobytes(), LINE))
    command = [sys.executable, "-m", "ivr", "understand", "silence.wav"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1
    assert "silence.wav" in done.stderr
    assert "Traceback" not in done.stderr
