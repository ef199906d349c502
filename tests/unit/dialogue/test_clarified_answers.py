from __future__ import annotations

import pytest

from tests.unit.dialogue.test_clarifying import Talk, said, settled

CANCEL = "Va a cancelar el servicio Fibra 600 de la cuenta 123456. ¿Confirma la cancelación?"


@pytest.mark.parametrize("again", ["No.", "No, no.", "no, he dicho que no"])
def test_a_doubtful_no_that_is_said_again_never_becomes_a_yes(again: str) -> None:
    asked = Talk(CANCEL)
    assert "no" in said(asked.hears("no", 0.2)).lower()
    assert settled(asked.hears(again)) == again


def test_a_doubtful_yes_that_is_denied_is_a_no() -> None:
    asked = Talk(CANCEL)
    asked.hears("sí", 0.2)
    assert settled(asked.hears("no")) == "no"


@pytest.mark.parametrize(
    ("heard", "others"),
    [
        ("5678900.", ()),
        ("finco si siete ocho nuebe sero", ()),
        ("tinco seis siete ocho nueve cero", ()),
        ("56789", ("567 89 0",)),
        ("5 678 9000", ("567890", "5678900")),
    ],
)
def test_an_account_number_of_the_wrong_length_is_read_back_as_one_that_fits(
    heard: str, others: tuple[str, ...]
) -> None:
    talk = Talk("¿Me dice su número de cuenta, por favor? Son seis cifras.")
    assert "cinco seis siete, ocho nueve cero" in said(talk.hears(heard, 0.9, *others))
    assert settled(talk.hears("sí, eso es")) == "567890"


@pytest.mark.parametrize("heard", ["5677899", "567", "56789012", "si por favor", "finco finco"])
def test_where_no_reading_fits_the_engine_asks_in_its_own_words(heard: str) -> None:
    talk = Talk("¿Me dice su número de cuenta, por favor? Son seis cifras.")
    assert settled(talk.hears(heard, 0.3)) == heard


def test_a_yes_to_a_number_that_goes_on_settles_both() -> None:
    talk = Talk("¿Me dice su número de cuenta, por favor? Son seis cifras.")
    assert "cinco cero cero, seis cero cero" in said(talk.hears("5 00 6 00", 0.3))
    both = settled(talk.hears("Sí, ya lo apagué y lo prendí, pero nomás no jala."))
    assert both == "5 00 6 00. Sí, ya lo apagué y lo prendí, pero nomás no jala."


@pytest.mark.parametrize("reply", ["sí, no, no es eso", "ya lo apagué y no jala"])
def test_what_does_not_begin_with_a_yes_settles_no_number(reply: str) -> None:
    talk = Talk("¿Me dice su número de cuenta, por favor? Son seis cifras.")
    talk.hears("5 00 6 00", 0.3)
    assert "5 00 6 00" not in [message.text for message in talk.hears(reply).settled]


def test_a_doubtful_no_that_says_no_twice_is_taken_at_once() -> None:
    assert settled(Talk(CANCEL).hears("No mejor no.", 0.2)) == "No mejor no."
