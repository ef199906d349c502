from __future__ import annotations

import pytest

from ivr.language.identifiers import normal_form, phone


@pytest.mark.parametrize(
    ("kind", "written", "country", "normal"),
    [
        ("dni", "12.345.678-z", "ES", "12345678Z"),
        ("dni", "12345678A", "ES", None),
        ("dni", "x1234567l", "ES", "X1234567L"),
        ("nie", "X1234567L", "ES", "X1234567L"),
        ("nie", "X1234567A", "ES", None),
        ("curp", "boxw310820hnerxn09", "MX", "BOXW310820HNERXN09"),
        ("curp", "BOXW310820HNERXN08", "MX", None),
        ("cuit", "20-05536168-2", "AR", "20055361682"),
        ("cuit", "20-05536168-3", "AR", None),
        ("iban", "ES79 2100 0813 6101 2345 6789", "ES", "ES7921000813610123456789"),
        ("iban", "ES78 2100 0813 6101 2345 6789", "ES", None),
        ("card", "4111 1111 1111 1111", "ES", "4111111111111111"),
        ("card", "4111 1111 1111 1112", "ES", None),
        ("card", "42", "ES", None),
        ("phone", "612 34 56 78", "ES", "612345678"),
        ("phone", "+34 612 34 56 78", "MX", "612345678"),
        ("phone", "512345678", "ES", None),
        ("phone", "55 1234 5678", "MX", "+525512345678"),
        ("phone", "55 1234 5678", "ES", "+525512345678"),
        ("phone", "11 4567 8901", "AR", "+541145678901"),
        ("phone", "310 234 5678", "CO", "+573102345678"),
        ("phone", "9 6123 4567", "CL", "+56961234567"),
        ("postal_code", "28 013", "ES", "28013"),
        ("postal_code", "53001", "ES", None),
        ("postal_code", "06600", "MX", "06600"),
        ("email", " Ana.Lopez@Ejemplo.COM ", "ES", "ana.lopez@ejemplo.com"),
        ("email", "ana@ejemplo", "ES", None),
        ("email", "ana..lopez@ejemplo.com", "ES", None),
    ],
)
def test_an_identifier_gets_its_normal_form_or_none(kind: str, written: str, country: str, normal: str | None) -> None:
    assert normal_form(kind, written, country) == normal


def test_an_unknown_kind_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'shoe size' is no kind of identifier; use one of card, cuit, curp, dni"):
        normal_form("shoe size", "42")


def test_a_number_of_another_country_needs_its_prefix_at_home() -> None:
    assert phone("3102345678", "CO") == "+573102345678"
    assert phone("+57 310 234 5678") == "+573102345678"
