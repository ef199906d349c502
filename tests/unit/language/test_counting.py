from __future__ import annotations

import pytest

from ivr.language.counting import number_words, with_digits


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "cero"),
        (16, "dezaseis"),
        (45, "corenta e cinco"),
        (100, "cen"),
        (121, "cento vinte e un"),
        (2026, "dous mil vinte e seis"),
    ],
)
def test_galician_numbers(value: int, said: str) -> None:
    assert number_words(value, "gl") == said


@pytest.mark.parametrize(
    ("language", "said", "digits"),
    [
        ("en", "one two three", "1 2 3"),
        ("en", "forty five euros", "45 euros"),
        ("ca", "u dos tres quatre", "1 2 3 4"),
        ("ca", "vint i un", "21"),
        ("pt", "um dois tres e vinte e cinco", "1 2 3 e 25"),
        ("gl", "un dous tres catro", "1 2 3 4"),
    ],
)
def test_number_words_become_digits(language: str, said: str, digits: str) -> None:
    assert with_digits(said, language) == digits
