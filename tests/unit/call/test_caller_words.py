from __future__ import annotations

from ivr.call.caller_words import REJECTED, callers_words
from ivr.ports import Transcript, Word


def heard(text: str, *confidences: float) -> Transcript:
    words = tuple(Word(word, 0.0, 0.1, sure) for word, sure in zip(text.split(), confidences, strict=True))
    return Transcript(text, words=words, confidence=0.5, alternatives=("otra",))


AS_IT_WAS = heard("Quiero pagar la luz ayer noche.", *[0.5] * 6)


def test_a_sure_word_counts_and_a_doubtful_one_does_not() -> None:
    text = callers_words(heard("quiero comer tarde", 0.9, 0.05, 0.3), AS_IT_WAS).text
    assert text == "quiero"


def test_a_fair_word_counts_that_was_heard_in_the_sound_as_it_was_too() -> None:
    kept = callers_words(heard("quiero pagar la cruz", 0.9, 0.3, 0.15, 0.3), AS_IT_WAS)
    assert kept.text == "quiero pagar la"
    assert kept.raw == "quiero pagar la cruz"
    assert [word.text for word in kept.words] == ["quiero", "pagar", "la"]
    assert round(kept.confidence, 2) == 0.45
    assert kept.alternatives == ()


def test_a_text_whose_words_all_count_stays_as_it_is() -> None:
    sure = heard("Quiero pagar, por favor.", 0.9, 0.9, 0.7, 0.8)
    assert callers_words(sure, AS_IT_WAS) is sure


def test_where_no_word_counts_it_was_another_voice() -> None:
    kept = callers_words(heard("buenas tardes", 0.3, 0.05), AS_IT_WAS)
    assert (kept.text, kept.rejected) == ("", REJECTED)


def test_words_that_nobody_rated_are_left_alone() -> None:
    plain = Transcript("quiero pagar")
    assert callers_words(plain, AS_IT_WAS) is plain
