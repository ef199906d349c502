from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue.completeness import looks_unfinished
from ivr.dialogue.conversation import Expectation

ANY, DIGITS, YES_NO, EMAIL = Expectation.ANY, Expectation.DIGITS, Expectation.YES_NO, Expectation.EMAIL


@pytest.mark.parametrize(
    ("text", "expects", "digits"),
    [
        ("Mi número es", ANY, 0),
        ("Mi número de cuenta es el", ANY, 0),
        ("Es que", ANY, 0),
        ("Quiero cancelar el", ANY, 0),
        ("Llamaba porque", ANY, 0),
        ("No funciona y", ANY, 0),
        ("Eh...", ANY, 0),
        ("Sí, pero", YES_NO, 0),
        ("uno dos tres", DIGITS, 6),
        ("Es el 12 34", DIGITS, 6),
        ("6 5 4", DIGITS, 9),
        ("1 2 3", DIGITS, 0),
        ("ana punto lópez", EMAIL, 0),
        ("ana punto lópez arroba gmail", EMAIL, 0),
        ("seis cinco cuatro", ANY, 0),
    ],
)
def test_a_turn_that_hangs_goes_on(text: str, expects: Expectation, digits: int) -> None:
    assert looks_unfinished(text, expects, digits) is True


@pytest.mark.parametrize(
    ("text", "expects", "digits"),
    [
        ("uno dos tres cuatro cinco seis", DIGITS, 6),
        ("123456", DIGITS, 6),
        ("Es el 654 321 987.", DIGITS, 9),
        ("Sí", YES_NO, 0),
        ("No, gracias", YES_NO, 0),
        ("Eso es", YES_NO, 0),
        ("Vale.", YES_NO, 0),
        ("ana punto lópez arroba gmail punto com", EMAIL, 0),
        ("Quiero hablar con alguien, por favor", ANY, 0),
        ("Muchas gracias", ANY, 0),
        ("¿Y cuándo?", ANY, 0),
        ("¿Por qué?", ANY, 0),
    ],
)
def test_a_clear_end_is_an_end(text: str, expects: Expectation, digits: int) -> None:
    assert looks_unfinished(text, expects, digits) is False


@pytest.mark.parametrize(
    "text", ["Quiero saber el saldo de mi cuenta.", "Eso es.", "No lo sé.", "Es para mí", "El viernes", ""]
)
def test_most_words_do_not_say(text: str) -> None:
    assert looks_unfinished(text, ANY, 0) is None


def test_keyed_digits_count() -> None:
    assert looks_unfinished("cuatro cinco seis", DIGITS, 6, "123") is False


@given(st.text(), st.sampled_from(Expectation), st.integers(0, 12))
def test_no_text_breaks_it(text: str, expects: Expectation, digits: int) -> None:
    assert looks_unfinished(text, expects, digits) in {True, False, None}
