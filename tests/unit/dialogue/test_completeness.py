from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue.completeness import Ending, ending_of
from ivr.dialogue.conversation import Expectation

ANY, DIGITS, YES_NO, EMAIL = Expectation.ANY, Expectation.DIGITS, Expectation.YES_NO, Expectation.EMAIL


@pytest.mark.parametrize(
    ("text", "expects"),
    [
        ("Mi número es", ANY),
        ("Mi número de cuenta es el", ANY),
        ("Quiero cancelar el", ANY),
        ("Llamaba porque", ANY),
        ("No funciona y", ANY),
        ("Quería saber si", ANY),
        ("Sí, pero", YES_NO),
        ("Mi correo.", ANY),
        ("Dijo que vendría él.", ANY),
        ("No, por qué.", YES_NO),
        ("Hola, me llamo", ANY),
    ],
)
def test_an_open_phrase_hangs(text: str, expects: Expectation) -> None:
    assert ending_of(text, expects, 0) is Ending.HANGS


@pytest.mark.parametrize("text", ["Eh...", "Sí, pues", "Es que", "Bueno, o sea,", "A ver.", "Un momento."])
def test_a_filler_is_thinking_aloud(text: str) -> None:
    assert ending_of(text, ANY, 0) is Ending.FILLER


@pytest.mark.parametrize(
    ("text", "expects", "digits"),
    [
        ("uno dos tres", DIGITS, 6),
        ("Es el 12 34", DIGITS, 6),
        ("6 5 4", DIGITS, 9),
        ("1 2 3", DIGITS, 0),
        ("ana punto lópez", EMAIL, 0),
        ("ana punto lópez arroba gmail", EMAIL, 0),
        ("Ana López", EMAIL, 0),
        ("ana lópez arrova gmail", EMAIL, 0),
        ("seis cinco cuatro", ANY, 0),
    ],
)
def test_a_number_or_address_that_is_not_whole_is_dictation_in_progress(
    text: str, expects: Expectation, digits: int
) -> None:
    assert ending_of(text, expects, digits) is Ending.DICTATES


@pytest.mark.parametrize(
    ("text", "expects", "digits"),
    [
        ("uno dos tres cuatro cinco seis", DIGITS, 6),
        ("123456", DIGITS, 6),
        ("Es el 654 321 987.", DIGITS, 9),
        ("ana punto lópez arroba gmail punto com", EMAIL, 0),
        ("analopezgmail.com", EMAIL, 0),
    ],
)
def test_a_number_with_all_its_digits_or_a_whole_address_is_whole(text: str, expects: Expectation, digits: int) -> None:
    assert ending_of(text, expects, digits) is Ending.WHOLE


@pytest.mark.parametrize(
    ("text", "expects", "digits"),
    [
        ("Sí", YES_NO, 0),
        ("No, gracias", YES_NO, 0),
        ("Eso es", YES_NO, 0),
        ("Vale.", YES_NO, 0),
        ("Bueno.", YES_NO, 0),
        ("Quiero hablar con alguien, por favor", ANY, 0),
        ("Muchas gracias", ANY, 0),
        ("¿Y cuándo?", ANY, 0),
        ("¿Por qué?", ANY, 0),
    ],
)
def test_a_yes_a_no_or_a_thank_you_closes(text: str, expects: Expectation, digits: int) -> None:
    assert ending_of(text, expects, digits) is Ending.CLOSES


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("Quiero saber el saldo de mi cuenta.", Ending.STATES),
        ("Eso es.", Ending.STATES),
        ("No lo sé.", Ending.STATES),
        ("Es para mí", Ending.TRAILS),
        ("Es de él.", Ending.STATES),
        ("Déjelo como está.", Ending.STATES),
        ("No sé cuándo.", Ending.STATES),
        ("No, no tengo.", Ending.STATES),
        ("El viernes", Ending.TRAILS),
        ("La factura de este mes...", Ending.TRAILS),
        ("¿Me puede decir cuánto debo?", Ending.ASKS),
        ("", Ending.UNHEARD),
        ("...", Ending.UNHEARD),
    ],
)
def test_where_the_words_do_not_say_the_mark_counts(text: str, ending: Ending) -> None:
    assert ending_of(text, ANY, 0) is ending


def test_who_has_no_address_does_not_dictate_one() -> None:
    assert ending_of("No tengo correo.", EMAIL, 0) is Ending.STATES


def test_keyed_digits_count() -> None:
    assert ending_of("cuatro cinco seis", DIGITS, 6, "123") is Ending.WHOLE


@given(st.text(), st.sampled_from(Expectation), st.integers(0, 12))
def test_no_text_breaks_it(text: str, expects: Expectation, digits: int) -> None:
    assert ending_of(text, expects, digits) in Ending


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("12 345", Ending.DICTATES),
        ("12 345 678", Ending.DICTATES),
        ("uno dos tres cuatro cinco seis siete ocho", Ending.DICTATES),
        ("12 345 678, zeta", Ending.WHOLE),
        ("12345678Z", Ending.WHOLE),
        ("12 345 678, zeta de Zaragoza", Ending.WHOLE),
        ("espere, que", Ending.HANGS),
    ],
)
def test_a_document_is_whole_with_its_letter(text: str, ending: Ending) -> None:
    assert ending_of(text, Expectation.DOCUMENT, 8) is ending


def test_a_spelled_address_is_whole_with_its_domain() -> None:
    assert ending_of("a de Alicante, ene de Navarra", Expectation.SPELLING, 0) is Ending.DICTATES
    assert ending_of("a de Alicante, arroba gmail punto com", Expectation.SPELLING, 0) is Ending.WHOLE
