"""What stops the agent and what does not."""

from __future__ import annotations

import pytest

from ivr.dialogue.bargein import Verdict, judge_interruption
from ivr.dialogue.conversation import Expectation

MISHEARD_BACKCHANNELS = [
    ("¡Acharde!", 0.4, 0.6),
    ("Ciclaro.", 0.63, 0.6),
    ("Abale.", 0.62, 0.6),
    ("Bali, Bali.", 0.55, 0.75),
    ("¡Bajazín!", 0.48, 0.6),
    ("Demiachiéme.", 0.45, 0.73),
]
WISHES = [
    ("¿Y la fibra?", 0.4, 0.6),
    ("Cancelar.", 0.4, 0.6),
    ("No.", 0.4, 0.4),
    ("¿Cómo?", 0.4, 0.4),
    ("Espeda.", 0.5, 0.55),
    ("Más despacio.", 0.5, 0.9),
    ("Otra cosa.", 0.5, 0.8),
]


def judge(text: str, confidence: float = 0.8, voiced: float = 0.6, **more: bool) -> Verdict:
    return judge_interruption(text, confidence, voiced, Expectation.ANY, 5.0, **more)


@pytest.mark.parametrize(("text", "confidence", "voiced"), MISHEARD_BACKCHANNELS)
def test_a_misheard_backchannel_does_not_stop_the_agent(text: str, confidence: float, voiced: float) -> None:
    assert judge(text, confidence, voiced) is Verdict.BACKCHANNEL


@pytest.mark.parametrize(("text", "confidence", "voiced"), MISHEARD_BACKCHANNELS)
def test_a_caller_who_insists_stops_it_after_all(text: str, confidence: float, voiced: float) -> None:
    assert judge(text, confidence, voiced, insists=True) is Verdict.INTERRUPTION


@pytest.mark.parametrize(("text", "confidence", "voiced"), WISHES)
def test_a_short_wish_stops_the_agent_even_if_it_is_badly_heard(text: str, confidence: float, voiced: float) -> None:
    assert judge(text, confidence, voiced) is Verdict.INTERRUPTION


def test_clear_words_stop_the_agent_whatever_they_are() -> None:
    assert judge("el martes", 0.9) is Verdict.INTERRUPTION


def test_unclear_speech_that_is_not_short_stops_the_agent() -> None:
    assert judge("la de mi terra", 0.4, 1.4) is Verdict.INTERRUPTION


def test_an_unclear_answer_at_the_end_of_a_question_is_an_answer() -> None:
    assert judge_interruption("Acharde", 0.4, 0.6, Expectation.NAME, 0.5) is Verdict.INTERRUPTION
    assert judge_interruption("Acharde", 0.4, 0.6, Expectation.NAME, 4.0) is Verdict.BACKCHANNEL


def test_a_lone_sound_without_words_is_noise() -> None:
    assert judge("", 0.0, 0.3) is Verdict.NOISE
    assert judge("tal", 0.2, 0.3) is Verdict.NOISE
