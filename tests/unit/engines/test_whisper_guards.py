import numpy as np
import pytest

from ivr.engines.whisper_guards import compression_ratio, is_hallucination, is_loop, is_silence

RATE = 16000
NOISE = np.random.default_rng(1)


def test_digital_silence_and_line_noise_are_silence() -> None:
    assert is_silence(np.zeros(RATE, np.float32), RATE)
    assert is_silence(NOISE.normal(0, 0.0008, RATE).astype(np.float32), RATE)


def test_a_short_word_in_long_silence_is_not_silence() -> None:
    samples = np.zeros(RATE * 5, np.float32)
    samples[RATE : RATE + 4000] = NOISE.normal(0, 0.05, 4000)
    assert not is_silence(samples, RATE)


def test_nothing_at_all_is_silence() -> None:
    assert is_silence(np.zeros(0, np.float32), RATE)


def test_a_repeating_text_is_a_loop() -> None:
    assert compression_ratio("sí, sí, sí, " * 20) > 2.4
    assert is_loop("y la la la " * 20, 10.0)


def test_more_words_than_anybody_says_are_a_loop() -> None:
    assert is_loop(" ".join(f"palabra{number}" for number in range(30)), 2.0)


@pytest.mark.parametrize("text", ["Sí.", "Quiero saber el saldo de mi cuenta.", "1, 2, 3, 4, 5, 6"])
def test_normal_speech_is_no_loop(text: str) -> None:
    assert not is_loop(text, 2.5)


def test_a_guess_over_silence_is_a_hallucination() -> None:
    assert is_hallucination("Hola", no_speech=0.8, likelihood=-1.4)


def test_a_subtitle_phrase_counts_only_when_it_was_weakly_heard() -> None:
    phrase = "Subtítulos realizados por la comunidad de Amara.org"
    assert is_hallucination(phrase, no_speech=0.4, likelihood=-0.2)
    assert is_hallucination("¡Gracias por ver el vídeo!", no_speech=0.1, likelihood=-0.8)
    assert not is_hallucination("No olvides mirar la factura", no_speech=0.01, likelihood=-0.1)
