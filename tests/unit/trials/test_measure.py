from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.trials.measure import (
    SUSTAIN,
    Gap,
    Span,
    TwoTracks,
    barge_in,
    find,
    judged,
    media_round_trip,
    overlap,
    percentiles,
    response_gap,
    sounds,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE = 8000


def speech(seconds: float, seed: int) -> NDArray[np.int16]:
    """Syllables at four a second: noise through a swelling envelope that never falls silent."""
    random = np.random.default_rng(seed)
    t = np.arange(round(seconds * RATE)) / RATE
    envelope = 0.35 + 0.65 * np.abs(np.sin(2 * np.pi * 2 * t))
    return (random.standard_normal(len(t)) * 2500 * envelope).astype("<i2")


def track(duration: float, *pieces: tuple[float, NDArray[np.int16]], noise: float = 0.0) -> NDArray[np.int16]:
    sound = np.random.default_rng(99).standard_normal(round(duration * RATE)) * noise
    for at, piece in pieces:
        start = round(at * RATE)
        sound[start : start + len(piece)] += piece
    return sound.astype("<i2")


def gap_between(caller: tuple[float, float], agent: tuple[float, float], noise: float = 0.0) -> Gap:
    said = track(8.0, (caller[0], speech(caller[1] - caller[0], 1)), noise=noise)
    heard = track(8.0, (agent[0], speech(agent[1] - agent[0], 2)))
    return response_gap(sounds(said, RATE), sounds(heard, RATE), Span(*caller))


@given(end=st.floats(1.0, 2.5), silence=st.floats(0.05, 3.0))
@settings(max_examples=40, deadline=None)
def test_a_known_silence_is_measured_within_10_ms(end: float, silence: float) -> None:
    gap = gap_between((0.3, end), (end + silence, end + silence + 1.2))
    assert gap.discarded == ""
    assert gap.seconds == pytest.approx(silence, abs=0.010)


@pytest.mark.parametrize("silence", [0.4, 0.9, 1.7])
def test_line_noise_under_the_caller_moves_the_silence_by_no_more_than_10_ms(silence: float) -> None:
    gap = gap_between((0.5, 2.0), (2.0 + silence, 4.5), noise=60.0)
    assert gap.seconds == pytest.approx(silence, abs=0.010)


def test_a_turn_over_the_agents_voice_is_discarded() -> None:
    assert gap_between((1.0, 2.0), (1.5, 3.0)).discarded == "the agent was talking when the caller ended"


def test_a_turn_without_an_answer_is_discarded() -> None:
    said = track(4.0, (1.0, speech(1.0, 1)))
    gap = response_gap(sounds(said, RATE), [], Span(1.0, 2.0))
    assert gap.discarded == "the agent never answered"


def test_a_caller_who_goes_on_before_the_answer_is_discarded() -> None:
    said = [Span(1.0, 2.0), Span(2.8, 3.2)]
    assert response_gap(said, [Span(3.5, 4.0)], Span(1.0, 2.0)).discarded.startswith("the caller spoke again")


def test_a_thinking_pause_inside_the_turn_does_not_end_it() -> None:
    said = [Span(1.0, 1.6), Span(2.7, 3.4)]
    assert response_gap(said, [Span(4.0, 5.0)], Span(1.0, 3.4)).seconds == pytest.approx(0.6)


def test_detectors_that_differ_by_more_than_60_ms_discard_the_turn() -> None:
    assert judged(Gap(1.0, 2.0), Gap(1.03, 2.06)).discarded == ""
    assert "differ by 100 ms" in judged(Gap(1.0, 2.0), Gap(1.0, 2.1)).discarded
    assert judged(Gap(1.0, 2.0), Gap(1.0, 1.0, "it saw nothing")).discarded == "the second detector: it saw nothing"


def test_a_click_is_no_sound() -> None:
    click = np.full(80, 8000, "<i2")
    assert sounds(track(2.0, (1.0, click)), RATE) == []


def test_a_silent_track_has_no_sounds() -> None:
    assert sounds(np.zeros(16000, "<i2"), RATE) == []


def test_talk_over_is_the_time_in_which_both_sound() -> None:
    assert overlap([Span(0, 2), Span(3, 4)], [Span(1.5, 3.2)]) == pytest.approx(0.7)


LINE = speech(6.0, 3)
"""What the agent would say, uninterrupted."""


def interrupted_at(stop: float, then: tuple[float, NDArray[np.int16]] | None) -> TwoTracks:
    """Make a call in which the caller sounds at 2.0 s over an agent who falls silent at ``stop``."""
    pieces = [(1.0, LINE[: round((stop - 1.0) * RATE)])]
    if then is not None:
        pieces.append(then)
    return TwoTracks(RATE, track(10.0, (2.0, speech(0.6, 4))), track(10.0, *pieces))


@pytest.mark.parametrize("delay", [0.12, 0.25, 0.6])
def test_the_stop_time_runs_from_the_callers_onset_to_the_agents_last_sound(delay: float) -> None:
    result = barge_in(interrupted_at(2.0 + delay, None), Span(2.0, 2.6))
    assert result.stop_seconds == pytest.approx(delay, abs=0.010)
    assert result.next_sound is None


def test_going_on_where_it_paused_is_resuming() -> None:
    rest = LINE[round(1.2 * RATE) :]
    result = barge_in(interrupted_at(2.2, (3.0, rest)), Span(2.0, 2.6), LINE)
    assert result.resumed is True
    assert result.next_sound == pytest.approx(3.0, abs=0.010)


def test_saying_something_new_is_stopping() -> None:
    result = barge_in(interrupted_at(2.2, (3.5, speech(2.0, 8))), Span(2.0, 2.6), LINE)
    assert result.resumed is False


def test_beginning_the_same_line_again_is_not_resuming() -> None:
    result = barge_in(interrupted_at(2.2, (3.5, LINE[: 2 * RATE])), Span(2.0, 2.6), LINE)
    assert result.resumed is False


def test_another_place_of_the_reference_is_not_resuming() -> None:
    result = barge_in(interrupted_at(2.2, (3.5, LINE[5 * RATE :])), Span(2.0, 2.6), LINE)
    assert result.resumed is False


def test_an_utterance_that_ended_by_itself_is_discarded() -> None:
    short = LINE[: round(1.3 * RATE)]
    reference = np.concatenate((short, np.zeros(RATE, "<i2"), speech(2.0, 9)))
    said = track(10.0, (2.0, speech(0.6, 4)))
    result = barge_in(
        TwoTracks(RATE, said, track(10.0, (1.0, short), (3.3, speech(2.0, 9)))), Span(2.0, 2.6), reference
    )
    assert result.discarded == "the agent's utterance ended by itself just then"


def test_talking_on_is_no_stop() -> None:
    tracks = TwoTracks(RATE, track(10.0, (2.0, speech(0.3, 4))), track(10.0, (1.0, LINE)))
    result = barge_in(tracks, Span(2.0, 2.3), LINE)
    assert (result.stopped_at, result.resumed) == (None, True)


def test_an_onset_in_the_agents_silence_is_discarded() -> None:
    tracks = TwoTracks(RATE, track(6.0, (0.2, speech(0.3, 4))), track(6.0, (2.0, speech(1.0, 5))))
    assert barge_in(tracks, Span(0.2, 0.5)).discarded == "the agent was not talking at the onset"


def test_a_pause_between_sentences_is_not_taken_for_a_stop() -> None:
    pause = SUSTAIN - 0.1
    heard = track(10.0, (1.0, speech(1.3, 6)), (2.3 + pause, speech(2.0, 7)))
    result = barge_in(TwoTracks(RATE, track(10.0, (2.0, speech(0.3, 4))), heard), Span(2.0, 2.3))
    assert result.stop_seconds == pytest.approx(2.3 + pause + 2.0 - 2.0, abs=0.010)


def test_a_piece_is_found_where_it_lies_whatever_its_loudness() -> None:
    piece = (LINE[8000:14000] * 0.4).astype("<i2")
    assert find(piece, LINE) == 8000
    assert find(speech(0.7, 77), LINE) is None


def test_percentiles_of_nothing_are_none() -> None:
    assert percentiles([]) == {"p50_ms": None, "p95_ms": None, "max_ms": None}
    assert percentiles([100.0, 300.0])["p50_ms"] == 200.0


def test_the_media_round_trip_is_found_whatever_the_two_clocks_say() -> None:
    question, answer = speech(1.5, 21), speech(2.0, 22)
    there, back, clocks = 0.045, 0.065, 0.3
    phone = TwoTracks(RATE, track(9.0, (2.0, question)), track(9.0, (4.5, answer)))
    system = TwoTracks(RATE, track(9.0, (2.0 + there - clocks, question)), track(9.0, (4.5 - back - clocks, answer)))
    assert media_round_trip(phone, system) == pytest.approx(there + back, abs=0.001)
    silent = np.zeros(9 * RATE, "<i2")
    assert media_round_trip(phone, TwoTracks(RATE, silent, silent)) is None
