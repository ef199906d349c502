from __future__ import annotations

from ivr.call.tongue_switch import CallTongue, TongueSwitch

ENGLISH = {"es": 0.001, "en": 0.99}
SPANISH = {"es": 0.98, "en": 0.01}
OKAY = {"es": 0.12, "en": 0.67}
ALL = ("en", "ca", "gl", "pt")


def test_one_clear_sentence_switches() -> None:
    assert CallTongue("es", ALL).hear("Mi Internet ha notado", ENGLISH, 4.0, 3.7) == TongueSwitch("en", "spoken")


def test_an_okay_hello_never_switches_however_often_it_is_said() -> None:
    tongue = CallTongue("es", ALL)
    assert [tongue.hear("Ok, ok, hello", OKAY, float(start), 2.4) for start in range(10)] == [None] * 10


def test_a_short_word_says_nothing() -> None:
    tongue = CallTongue("es", ALL)
    assert [tongue.hear("Hello", ENGLISH, float(start), 1.0) for start in range(5)] == [None] * 5


def test_a_sentence_in_the_present_language_takes_the_doubt_back() -> None:
    tongue = CallTongue("es", ALL)
    unsure = {"es": 0.15, "en": 0.75}
    assert tongue.hear("", unsure, 1.0, 3.0) is None
    assert tongue.hear("", SPANISH, 5.0, 3.0) is None
    assert tongue.hear("", unsure, 9.0, 3.0) is None
    assert tongue.hear("", unsure, 13.0, 3.0) == TongueSwitch("en", "spoken")


def test_an_utterance_that_is_recognised_again_counts_once() -> None:
    tongue = CallTongue("es", ALL)
    unsure = {"es": 0.15, "en": 0.75}
    assert [tongue.hear("", unsure, 1.0, seconds) for seconds in (2.0, 2.5, 3.0, 3.5)] == [None] * 4


def test_who_asks_is_served_at_once_and_led_back() -> None:
    tongue = CallTongue("es", ALL)
    assert tongue.hear("podem parlar en català?", SPANISH, 1.0, 1.6) == TongueSwitch("ca", "asked")
    assert tongue.hear("Mejor en castellano", SPANISH, 5.0, 1.6) == TongueSwitch("es", "asked")


def test_who_only_says_that_spanish_is_foreign_gets_the_language_of_the_sound() -> None:
    assert CallTongue("es", ALL).hear("No puedo entender Spanish", ENGLISH, 1.0, 1.4) == TongueSwitch("en", "asked")


def test_catalan_is_never_guessed_from_the_sound() -> None:
    tongue = CallTongue("es", ALL)
    assert [tongue.hear("", {"es": 0.01, "ca": 0.9}, float(start), 3.0) for start in range(5)] == [None] * 5


def test_a_catalan_speaker_whom_the_sound_takes_for_spanish_is_not_sent_back() -> None:
    tongue = CallTongue("es", ALL)
    tongue.hear("En català, si us plau", SPANISH, 1.0, 1.6)
    assert [tongue.hear("Quant he de pagar?", SPANISH, float(start), 3.0) for start in range(5)] == [None] * 5


def test_a_call_of_one_language_never_switches() -> None:
    assert CallTongue("es").hear("Do you speak English?", ENGLISH, 1.0, 3.0) is None
