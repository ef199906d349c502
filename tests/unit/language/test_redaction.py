"""What is private in a text is covered, and nothing else."""

from __future__ import annotations

import pytest

from ivr.language.redaction import find_private, redact, redact_digits


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("mi tarjeta es 4111 1111 1111 1111 y ya", "mi tarjeta es [tarjeta] y ya"),
        ("5500-0000-0000-0004", "[tarjeta]"),
        ("cuatro uno uno uno, uno uno uno uno, uno uno uno uno, uno uno uno uno", "[tarjeta]"),
        ("mi DNI es 12345678Z", "mi DNI es [DNI]"),
        ("el dni doce treinta y cuatro cincuenta y seis setenta y ocho zeta", "el dni [DNI]"),
        ("mi NIE es X1234567L", "mi NIE es [NIE]"),
        ("IBAN ES91 2100 0418 4502 0005 1332", "IBAN [IBAN]"),
        ("IBAN ES79 2100 0813 6101 2345 6789", "IBAN [IBAN]"),
        ("llámeme al 654 32 19 87 o al +44 20 7946 0958", "llámeme al [teléfono] o al +[teléfono]"),
        ("ana punto lopez arroba gmail punto com", "[correo]"),
        ("a ana.lopez@gmail.com, y al 654321987", "a [correo], y al [teléfono]"),
    ],
)
def test_what_is_private_gets_a_label(text: str, wanted: str) -> None:
    assert redact(text) == wanted
    assert redact(wanted) == wanted


@pytest.mark.parametrize(
    "text",
    ["son 37,80 euros el 3 de marzo", "mi cuenta es 123456", "4111 1111 1111 1112", "el 28001", "0000 0000 0000 0000"],
)
def test_what_is_not_private_stays(text: str) -> None:
    assert find_private(text) == []
    assert redact(text) == text


def test_an_answer_to_a_question_for_a_card_has_no_digit_left_however_it_was_heard() -> None:
    covered = redact_digits("es la cuatro uno uno, digo 4 112 1111 y acaba en uno dos")
    assert not any(char.isdigit() for char in covered)
    assert "cuatro" not in covered
    assert covered.startswith("es la [tarjeta]")
