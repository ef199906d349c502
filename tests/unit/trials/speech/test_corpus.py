from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.language.words import plain
from ivr.trials.speech.corpus import CALLERS, CLEAN, LEAD, LOSSY, NOISY, TALKED_OVER, Condition, read_lines, speak_set
from ivr.trials.speech.turn_set import read_lines as turn_lines

if TYPE_CHECKING:
    from ivr.trials.speech.corpus import SetName

RATE = 16000


async def hum_a_tune(text: str, voice: str, speed: float) -> AudioFrame:
    del voice, speed
    seconds = np.arange(RATE * max(1, len(text) // 20)) / RATE
    return AudioFrame((9000 * np.sin(2 * np.pi * 700 * seconds)).astype(np.int16).tobytes(), RATE)


def test_the_sets_share_no_text_and_no_voice_at_one_speed() -> None:
    tuning, reporting = ({plain(line.text) for line in read_lines(name)} for name in ("tuning", "reporting"))
    assert not tuning & reporting
    assert not set(CALLERS["tuning"]) & set(CALLERS["reporting"])
    assert min(len(tuning), len(reporting)) >= 60


@pytest.mark.parametrize("name", ["tuning", "reporting"])
def test_the_texts_are_in_no_other_set_and_in_no_bank(name: SetName) -> None:
    texts = {plain(line.text) for line in read_lines(name)}
    assert not texts & {plain(line.text) for other in ("tuning", "reporting") for line in turn_lines(other)}
    bank = files("ivr.language").joinpath("correction/terms_es.csv").read_text(encoding="utf-8")
    known = {plain(row.split(",")[0]) for row in bank.splitlines()}
    entities = {plain(entity) for line in read_lines(name) for entity in line.entities}
    assert not entities & known
    assert len(entities) >= 18


def test_brackets_mark_entities_and_are_not_said() -> None:
    line = read_lines("reporting")[1]
    assert (line.text, line.entities) == (
        "Soy Leopoldo Arriaga y llamo por el contrato de la oficina.",
        ("Leopoldo Arriaga",),
    )


async def test_every_line_is_spoken_under_every_condition_at_8_khz() -> None:
    conditions = (CLEAN, *NOISY[:2], TALKED_OVER[0], LOSSY[-1])
    said = await speak_set("reporting", conditions, hum_a_tune, 3, slice(4))
    assert [one.condition for one in said] == list(conditions) * 4
    assert [one.caller for one in said][::5] == [0, 1, 2, 3]
    clean, noisy, *_ = said
    assert clean.sound.rate == 8000
    assert clean.sound.samples == noisy.sound.samples
    assert clean.sound.duration == pytest.approx(2 * LEAD + len(clean.line.text) // 20, abs=0.01)
    assert len({one.sound for one in said[:5]}) == 5
    assert said == await speak_set("reporting", conditions, hum_a_tune, 3, slice(4))


async def test_a_line_can_be_spoken_by_another_caller() -> None:
    (first,) = await speak_set("tuning", (CLEAN,), hum_a_tune, 3, slice(7, 8))
    (other,) = await speak_set("tuning", (CLEAN,), hum_a_tune, 3, slice(7, 8), shift=1)
    assert first.line == other.line
    assert (first.caller, other.caller) == (2, 3)


def test_conditions_have_names_for_a_table() -> None:
    names = [str(one) for one in (CLEAN, Condition("babble", 5.0), Condition(loss=0.03))]
    assert names == ["clean line", "babble 5 dB", "loss 3%"]
