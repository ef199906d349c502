"""Identifiers that callers dictate: their normal form, their check digits, and how they are read back.

Kinds are named as entities are. Normal forms: phone 654321987, or E.164 when foreign; dni 12345678Z; nie X1234567L;
curp, cuit, iban and card without separators; postal_code; email in lower case. ``country`` is an ISO 3166 code, the
one whose numbers are written without a prefix. Check digits are python-stdnum's, telephone numbers phonenumbers'.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import phonenumbers
from stdnum import iban, luhn
from stdnum.ar import cuit
from stdnum.es import dni, nie
from stdnum.exceptions import ValidationError
from stdnum.mx import curp

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

HOME = "ES"
CHECKED = frozenset({"dni", "nie", "curp", "cuit", "iban", "card"})
"""Kinds with a check digit: one misheard character is noticed."""
PHONE_LENGTHS = {"ES": 9, "MX": 10, "AR": 10, "CO": 10, "CL": 9, "PE": 9}
"""Digits of a number as it is said inside its country."""
_POSTAL_CODES = {"ES": r"(?:0[1-9]|[1-4]\d|5[0-2])\d{3}", "MX": r"\d{5}", "CO": r"\d{6}", "AR": r"[1-9]\d{3}"}
_CARD_LENGTHS = range(13, 20)
SAID_PLUS = re.compile(r"(?:\+|\bm[aá]s)[\s,]*$", re.IGNORECASE)
"""What stands before a number with its country's code."""
_SPANISH_PHONE = re.compile(r"[6789]\d{8}")
_EMAIL = re.compile(r"[a-z0-9](?:[\w.+-]*[a-z0-9])?@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")


def phone(digits: str, country: str = HOME) -> str | None:
    """Give a phone number its normal form: nine digits when Spanish, E.164 when foreign, None when it is none.

    Ten digits that are no number of ``country`` are taken for Mexican.
    """
    bare = re.sub(r"[^\d+]", "", digits)
    national = re.sub(r"^(?:\+34|0034|34(?=\d{9}$))", "", bare)
    if _SPANISH_PHONE.fullmatch(national) and (country == HOME or national != bare):
        return national
    text = "+" + bare[2:] if bare.startswith("00") else bare
    regions: list[str | None] = [None] if text.startswith("+") else [country] if country != HOME else []
    if not text.startswith("+") and len(text) == PHONE_LENGTHS["MX"]:
        regions.append("MX")
    return next((number for region in regions if (number := _foreign(text, region))), None)


def _foreign(text: str, region: str | None) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def normal_form(kind: str, written: str, country: str = HOME) -> str | None:
    """Give an identifier its normal form; None when it is not one of its kind (its check digit does not fit)."""
    match kind:
        case "phone":
            return phone(written, country)
        case "dni":
            return _checked(dni, written) or _checked(nie, written)
        case "card":
            bare = re.sub(r"[\s.-]", "", written)
            return bare if len(bare) in _CARD_LENGTHS and luhn.is_valid(bare) else None
        case "postal_code":
            bare = re.sub(r"[\s.-]", "", written)
            return bare if re.fullmatch(_POSTAL_CODES.get(country, r"\d{4,6}"), bare) else None
        case "email":
            low = written.strip().lower()
            return low if _EMAIL.fullmatch(low) and ".." not in low else None
        case _:
            rules = _RULES.get(kind)
            if rules is None:
                raise ValueError(f"{kind!r} is no kind of identifier; use one of {', '.join(sorted(KINDS))}")
            return _checked(rules, written)


_RULES: dict[str, ModuleType] = {"nie": nie, "curp": curp, "cuit": cuit, "iban": iban}
KINDS = frozenset({"phone", "dni", "card", "postal_code", "email", *_RULES})


def _checked(rules: ModuleType, written: str) -> str | None:
    validate: Callable[[str], str] = rules.validate
    try:
        return str(validate(re.sub(r"[^0-9A-Z]", "", written.upper())))
    except ValidationError:
        return None
