from __future__ import annotations

import numpy as np
import pytest

from ivr.engines.whisper import WINDOWS, _pieces
from ivr.engines.whisper_guards import compression_ratio, disbelief, is_echo, is_hallucination, is_loop, is_silence

RATE = 16000


def tone(seconds: float, level: float) -> np.ndarray:
    times = np.arange(int(seconds * RATE)) / RATE
    return np.asarray(level * np.sin(2 * np.pi * 200 * times), np.float32)


def test_line_noise_is_silence_and_a_word_in_it_is_not() -> None:
    noise = np.asarray(np.random.default_rng(1).normal(0, 0.0003, 3 * RATE), np.float32)
    assert is_silence(noise, RATE)
    noise[RATE : RATE + RATE // 4] += tone(0.25, 0.05)
    assert not is_silence(noise, RATE)


@pytest.mark.parametrize("length", [0, 1, 100])
def test_next_to_nothing_is_silence(length: int) -> None:
    assert is_silence(np.zeros(length, np.float32), RATE)


def test_a_text_that_repeats_itself_is_a_loop() -> None:
    assert is_loop("y luego " * 20, 10)
    assert compression_ratio("y luego " * 20) > 2.4


def test_more_words_than_the_sound_has_room_for_are_a_loop() -> None:
    assert is_loop(" ".join(f"palabra{number}" for number in range(40)), 2)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Sí.", 0.3),
        ("No, no, no, gracias.", 1.2),
        ("Sí, sí, sí, vale, vale.", 1.6),
        ("654 321 987", 4.0),
        ("seis cinco cuatro tres dos uno nueve ocho siete", 5.0),
        ("Mi número es el 666 666 666, seis seis seis, seis seis seis, seis seis seis.", 9.0),
        ("Buenos días, quería consultar el saldo de mi cuenta, por favor.", 2.6),
        ("1, 2, 3, 4, 5, 6", 2.5),
        ("", 2.0),
    ],
)
def test_what_people_say_is_no_loop(text: str, seconds: float) -> None:
    assert not is_loop(text, seconds)


@pytest.mark.parametrize(
    "text",
    [
        "Subtítulos realizados por la comunidad de Amara.org",
        "¡Gracias por ver el vídeo!",
        "¡Suscríbete al canal!",
        "...",
    ],
)
def test_a_subtitle_phrase_is_dropped_only_when_it_was_heard_badly(text: str) -> None:
    assert is_hallucination(text, no_speech=0.5, likelihood=-0.2)
    assert is_hallucination(text, no_speech=0.1, likelihood=-0.8)
    assert not is_hallucination(text, no_speech=0.1, likelihood=-0.2)


def test_a_guess_over_probable_silence_is_dropped_whatever_it_says() -> None:
    assert is_hallucination("Hola, buenos días.", no_speech=0.7, likelihood=-1.2)
    assert not is_hallucination("No olvides mirar la factura", no_speech=0.01, likelihood=-0.1)
    assert not is_hallucination("Hola, buenos días.", no_speech=0.7, likelihood=-0.4)


def test_long_sound_is_cut_where_it_is_quiet_and_nothing_is_lost() -> None:
    sound = tone(70, 0.3)
    for quiet in (25.0, 52.0):
        sound[int(quiet * RATE) : int((quiet + 0.3) * RATE)] = 0
    pieces = _pieces(sound)
    assert [round(start, 1) for _, start in pieces] == [0, pytest.approx(25.1, abs=0.2), pytest.approx(52.1, abs=0.2)]
    assert sum(len(piece) for piece, _ in pieces) == len(sound)
    assert all(len(piece) <= WINDOWS[-1] * RATE for piece, _ in pieces)


def test_sound_that_fits_is_not_cut() -> None:
    assert len(_pieces(tone(30, 0.3))) == 1


HOUSE = ("Telenova", "fibra 600", "móvil 50 gigas", "Ana López García")
SURE, WEAK = (0.05, -0.2), (0.4, -0.9)


@pytest.mark.parametrize(
    ("text", "odds"),
    [
        ("Telenova, fibra 600, móvil 50 gigas.", SURE),
        ("Telenova, Telenova, Telenova", SURE),
        ("Fibra 600.", WEAK),
        ("Ana Lopez Garcia", WEAK),
        ("Fibra 600, móvil 50 gigas, Ana López García", SURE),
    ],
)
def test_a_text_of_nothing_but_hotwords_is_an_echo(text: str, odds: tuple[float, float]) -> None:
    assert is_echo(text, odds, HOUSE)


@pytest.mark.parametrize(
    ("text", "odds"),
    [
        ("Fibra 600.", SURE),
        ("Fibra 600 y móvil 50 gigas.", WEAK),
        ("Quiero la fibra 600.", WEAK),
        ("Ana", WEAK),
        ("Ana López García, fibra 600, Telenova", WEAK),
        ("", WEAK),
    ],
)
def test_a_hotword_that_somebody_says_is_no_echo(text: str, odds: tuple[float, float]) -> None:
    assert not is_echo(text, odds, HOUSE)
    assert not is_echo(text, odds, ())


@pytest.mark.parametrize(
    ("text", "odds", "guard"),
    [
        ("Telenova " * 30, WEAK, "loop"),
        ("Gracias por ver el vídeo. " * 12, (0.9, -2.0), "loop"),
        ("Telenova, fibra 600, móvil 50 gigas", (0.9, -2.0), "echo"),
        ("¡Gracias por ver el vídeo!", (0.9, -2.0), "hallucination"),
        ("Quiero saber mi saldo.", SURE, None),
    ],
)
def test_the_first_guard_in_the_order_names_the_failure(
    text: str, odds: tuple[float, float], guard: str | None
) -> None:
    assert disbelief(text, 3.0, odds, HOUSE) == guard
