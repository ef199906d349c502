"""The parts of ``ivr bench speech prosody`` that need no voice."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.trials.measure import Span
from ivr.trials.speech.pitch_scores import agreement, ours
from ivr.trials.speech.prosody_voice import changed, pauses, syllables, tones
from ivr.trials.speech.question_fit import BELIEVED, WAYS, current, decides, fit, rates
from ivr.trials.speech.question_set import Utterance, read_pairs, read_turns
from ivr.trials.speech.sentiment_scores import by_rules, by_words_alone, off_by, scores
from ivr.trials.speech.turn_set import CallerTurn, Line
from tests.unit.audio.conftest import sung

RATE = 8000
SURE = ("mark",)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Mi pedido ha salido del almacén", 12),
        ("¿Quién me guía?", 4),
        ("Todavía no hay agua", 8),
        ("el rey y la vergüenza", 7),
        ("aéreo", 4),
        ("ciudad", 2),
        ("", 0),
    ],
)
def test_syllables_are_counted_as_they_are_spoken(text: str, count: int) -> None:
    assert syllables(text) == count


def test_the_sets_share_no_pair_and_each_has_question_and_statement() -> None:
    tuning, reporting = read_pairs("tuning"), read_pairs("reporting")
    assert not set(tuning) & set(reporting)
    for asked, stated in tuning + reporting:
        assert asked.endswith("?")
        assert "?" not in stated


def test_ways_to_decide_use_their_own_cues_only() -> None:
    assert decides("written mark", ("mark", "states"))
    assert decides("rise", ("rise",))
    assert not decides("words", SURE)
    assert decides("together", SURE)
    found = rates("written mark", [SURE, SURE, (), ()], [True, False, True, False])
    assert (found.accuracy, found.precision, found.recall) == (0.5, 0.5, 0.5)
    assert set(current()) == set(BELIEVED) == WAYS["together"] | {"bias"}


def test_a_fit_believes_evidence_over_what_was_believed_before() -> None:
    given = [("rise",)] * 60 + [()] * 60
    never, always = fit(given, [False] * 60 + [True] * 60), fit(given, [True] * 60 + [False] * 60)
    assert never["rise"] < 0 < BELIEVED["rise"] < always["rise"]
    assert never["tag"] == BELIEVED["tag"]


def test_pairs_say_what_a_cue_is_worth_and_nothing_of_how_often_is_asked() -> None:
    turns, pairs = [()] * 80 + [("mark",)] * 20, [()] * 50 + [("mark",)] * 50
    truth = [False] * 80 + [True] * 20
    alone = fit(turns, truth)
    together = fit([*turns, *pairs], [*truth, *[False] * 50, *[True] * 50], [False] * 100 + [True] * 100)
    assert together["bias"] == pytest.approx(alone["bias"], abs=0.5)
    assert together["mark"] > alone["mark"]


def test_turns_have_no_marks_and_some_ask() -> None:
    turns = read_turns("tuning")
    assert not any("?" in text for text, _ in turns)
    assert 0.05 < sum(asks for _, asks in turns) / len(turns) < 0.3


def test_contours_agree_with_themselves_and_octaves_are_gross() -> None:
    hertz = np.array([np.nan, 100, 110, 120, np.nan], np.float32)
    same = agreement([(hertz, hertz)])
    assert (same.gross, same.cents, same.voicing, same.middle) == (0, 0, 1, 0)
    octave = agreement([(hertz * 2, hertz)])
    assert octave.gross == 1
    assert octave.middle == pytest.approx(1)
    quarter = agreement([(hertz * np.float32(2 ** (1 / 24)), hertz)])
    assert quarter.cents == pytest.approx(50, abs=0.1)


def utterance(hertz: float, caller: str = "a") -> Utterance:
    sound = sung(np.full(RATE, hertz), RATE)
    return Utterance("", asks=False, caller=caller, heard="", dry=sound, sound=sound, prosody=None)


def test_a_changed_sound_is_louder_and_higher_by_what_was_asked() -> None:
    before, after = changed(utterance(150).sound), changed(utterance(150).sound, 6.0, 3.0)
    assert np.nanmedian(ours(after)) / np.nanmedian(ours(before)) == pytest.approx(2 ** (3 / 12), rel=0.02)
    assert after.duration / before.duration == pytest.approx(2 ** (-3 / 12), rel=0.02)
    loud = [float(np.abs(np.frombuffer(one.pcm, np.int16)).max()) for one in (before, after)]
    assert loud[1] / loud[0] == pytest.approx(2, rel=0.1)


def test_a_steady_voice_has_a_neutral_tone_after_its_baseline() -> None:
    said = [utterance(150) for _ in range(7)]
    assert tones(said) == ["neutral"] * 3
    assert set(tones(said, 6.0, 3.0)) <= {"angry", "nervous"}


def test_a_pause_is_looked_for_where_it_was_put() -> None:
    voiced = sung(np.concatenate([np.full(RATE, 180.0), np.linspace(180, 110, RATE // 2)]), RATE)
    sound = AudioFrame.join([voiced, AudioFrame.silence(1.0, RATE)])
    line = Line(("x",), expects=None, digits=0)  # type: ignore[arg-type]
    turn = CallerTurn(line, 0, sound, 0.0, (Span(1.5, 2.5),))
    assert pauses([turn]) == [(True, "end_of_turn")]


def test_feelings_are_scored_on_five_and_three_levels() -> None:
    pairs = [("negative", "esto es una vergüenza"), ("very_positive", "me encanta"), ("neutral", "buenos días")]
    found = scores(pairs, by_rules, 1)  # type: ignore[arg-type]
    assert found["accuracy, 5 levels"][0] == pytest.approx(2 / 3)
    assert found["accuracy, 3 levels"][0] == 1
    assert found["macro-F1, 3 levels"][0] == 1
    assert off_by(pairs) == pytest.approx(1 / 3)  # type: ignore[arg-type]


def test_the_baseline_knows_no_negation() -> None:
    assert by_words_alone("no estoy contento") == "positive"
    assert by_rules("no estoy contento") == "negative"
