"""What callers dictate in the dictation trial: values of five kinds, said as people group them. Pure.

The tuning and the reporting set share no name, no domain word, no voice at the same speed, and their values are drawn
from different seeds.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from stdnum.es import dni

from ivr.language.letters import LETTER_NAMES, letter_words
from ivr.language.spoken import date_words, money_words, number_words

if TYPE_CHECKING:
    from collections.abc import Callable

SetName = Literal["tuning", "reporting"]
Kind = Literal["phone", "dni", "email", "amount", "date"]
KINDS: tuple[Kind, ...] = ("phone", "dni", "email", "amount", "date")
A_KIND = 30
TODAY = dt.date(2026, 11, 24)

VOICES: dict[SetName, tuple[tuple[str, float], ...]] = {
    "tuning": (("em_alex", 1.0), ("ef_dora", 0.95), ("em_alex", 1.15)),
    "reporting": (("em_santa", 1.0), ("ef_dora", 1.1), ("em_santa", 0.9), ("em_alex", 1.07)),
}
"""Voice and speed of each set's callers."""
_NAMES: dict[SetName, tuple[str, ...]] = {
    "tuning": ("ana", "luis", "marta", "jorge", "elena", "pablo", "irene", "hugo"),
    "reporting": ("carmen", "andrés", "lucía", "sergio", "paula", "diego", "nuria", "raúl"),
}
_SURNAMES: dict[SetName, tuple[str, ...]] = {
    "tuning": ("lópez", "romero", "castro", "vidal", "núñez", "serrano", "prieto", "molina"),
    "reporting": ("garcía", "torres", "navarro", "ortega", "delgado", "rubio", "santos", "marín"),
}
_HOSTS: dict[SetName, tuple[str, ...]] = {
    "tuning": ("gmail punto com", "hotmail punto com", "yahoo punto es", "talleres serrano punto es"),
    "reporting": ("gmail punto com", "outlook punto com", "hotmail punto es", "muebles torres punto com"),
}
_LEADS: dict[Kind, tuple[str, ...]] = {
    "phone": ("", "Es el ", "Sí, apunte, ", "Mi número es el "),
    "dni": ("", "Es el ", "Sí, es el ", "Mi DNI es "),
    "email": ("", "Es ", "Sí, apunte, ", "Mi correo es "),
    "amount": ("", "Son ", "Fueron ", "Pues son "),
    "date": ("", "El ", "Pues el ", "Sería el "),
}


@dataclass(frozen=True, slots=True)
class Dictation:
    """A value in its normal form, how its caller says it, how slowly when asked again, and how letter by letter.

    ``host`` is what stands after the @ of an address, letter by letter.
    """

    kind: Kind
    value: str
    said: str
    again: str
    spelled: str
    host: str
    voice: str
    speed: float


def dictations(name: SetName, kind: Kind, seed: int, count: int = A_KIND) -> list[Dictation]:
    """Draw values of a kind; the voices take turns."""
    random = np.random.default_rng([seed, KINDS.index(kind), len(name)])
    drawn = []
    for number in range(count):
        value, said, again = _MAKERS[kind](random, name)
        spelled = _spelled(value) if kind == "email" else again
        lead = str(random.choice(_LEADS[kind]))
        text = lead + said if lead else said[0].upper() + said[1:]
        voice, speed = VOICES[name][number % len(VOICES[name])]
        host = _spelled_host(value) if kind == "email" else again
        slowly, letters, host = (part[0].upper() + part[1:] + "." for part in (again, spelled, host))
        drawn.append(Dictation(kind, value, text + ".", slowly, letters, host, voice, speed))
    return drawn


def in_groups(digits: str, sizes: tuple[int, ...]) -> list[str]:
    """Say digits in groups as numbers, those that begin with 0 digit by digit."""
    said, at = [], 0
    for size in sizes:
        group = digits[at : at + size]
        at += size
        said.append(one_by_one(group) if group.startswith("0") else number_words(int(group)))
    return said


def one_by_one(digits: str) -> str:
    """Say digits one by one."""
    return " ".join(number_words(int(digit)) for digit in digits)


def _slowly(digits: str) -> str:
    return ", ".join(one_by_one(digits[at : at + 3]) for at in range(0, len(digits), 3))


def _phone(random: np.random.Generator, name: SetName) -> tuple[str, str, str]:
    del name
    digits = str(random.choice(["6", "6", "7", "9"])) + "".join(str(one) for one in random.integers(0, 10, 8))
    digits = digits if digits[0] != "9" or digits[1] != "0" else "91" + digits[2:]
    match int(random.integers(5)):
        case 0:
            said = _slowly(digits)
        case 1:
            said = ", ".join(in_groups(digits, (3, 2, 2, 2)))
        case 2:
            said = ", ".join([one_by_one(digits[:3]), *in_groups(digits[3:], (2, 2, 2))])
        case 3:
            said = ", ".join(in_groups(digits, (3, 3, 3)))
        case _:
            said = one_by_one(digits)
    return digits, said, _slowly(digits)


def _dni(random: np.random.Generator, name: SetName) -> tuple[str, str, str]:
    del name
    digits = str(random.integers(1, 8)) + "".join(str(one) for one in random.integers(0, 10, 7))
    letter = dni.calc_check_digit(digits)
    spoken, spelled = LETTER_NAMES[letter.lower()][0], letter_words(letter)
    match int(random.integers(4)):
        case 0:
            said = f"{', '.join(in_groups(digits, (2, 2, 2, 2)))}, {spoken}"
        case 1:
            said = f"{', '.join(in_groups(digits, (2, 3, 3)))}, {spelled}"
        case 2:
            said = f"{one_by_one(digits)}, letra {spoken}"
        case _:
            said = f"{one_by_one(digits[:2])}, {_slowly(digits[2:])}, {spelled}"
    return digits + letter, said, f"{one_by_one(digits[:2])}, {_slowly(digits[2:])}, {spelled}"


def _email(random: np.random.Generator, name: SetName) -> tuple[str, str, str]:
    first, last = str(random.choice(_NAMES[name])), str(random.choice(_SURNAMES[name]))
    host = str(random.choice(_HOSTS[name]))
    number = int(random.integers(11, 99))
    match int(random.integers(4)):
        case 0:
            local, said = f"{first}.{last}", f"{first} punto {last}"
        case 1:
            local, said = f"{first}{last}{number}", f"{first} {last} {number_words(number)}"
        case 2:
            local, said = f"{first}_{last}", f"{first} guion bajo {last}"
        case _:
            local, said = f"{last}{number}", f"{last} {number_words(number)}"
    plain = str.maketrans("áéíóúüñ", "aeiouun")
    value = f"{local}@{host.replace(' punto ', '.').replace(' ', '')}".translate(plain)
    slowly = re.sub(r" (?=punto|guion)|(?<=punto) |(?<=bajo) ", ", ", said)
    return value, f"{said} arroba {host}", f"{slowly}, arroba, {host}"


def _spelled(value: str) -> str:
    """Spell the name of an address, each letter with a word that begins with it; the host is said."""
    local, _, host = value.partition("@")
    return f"{_letters(local)}, arroba, {host.replace('.', ' punto ')}"


def _spelled_host(value: str) -> str:
    name, _, top = value.partition("@")[2].rpartition(".")
    return f"{_letters(name)}, punto {top}"


def _letters(text: str) -> str:
    signs = {".": "punto", "_": "guion bajo"}
    return ", ".join(signs.get(char) or (one_by_one(char) if char.isdigit() else letter_words(char)) for char in text)


def _amount(random: np.random.Generator, name: SetName) -> tuple[str, str, str]:
    del name
    low, high = ((12, 100), (100, 1000), (1000, 15_000))[int(random.integers(3))]
    euros = int(random.integers(low, high))
    cents = int(random.integers(5, 99)) * int(random.integers(2))
    value = f"{euros}.{cents:02} EUR"
    whole = money_words(euros)
    if not cents:
        return value, whole, whole
    plain = money_words(f"{euros}.{cents:02}")
    said = plain if random.random() < 0.5 else f"{whole} y {money_words(f'0.{cents:02}')}"  # noqa: PLR2004 - half of them
    return value, said, f"{whole}, con {money_words(f'0.{cents:02}')}"


def _date(random: np.random.Generator, name: SetName) -> tuple[str, str, str]:
    del name
    date = dt.date(1945, 1, 1) + dt.timedelta(days=int(random.integers(0, 30_500)))
    day = "uno" if date.day == 1 else number_words(date.day)
    month = date_words(date).partition(" de ")[2]
    full = f"{day} de {month} de {number_words(date.year)}"
    short = number_words(date.year % 100)
    match int(random.integers(3)):
        case 0 if date.year % 100 >= 10:  # noqa: PLR2004 - "del cinco" would be another year for another listener
            said = f"{day} de {month} del {short}"
        case 1 if date.year % 100 >= 10:  # noqa: PLR2004
            said = f"{day} del {number_words(date.month)} del {short}"
        case _:
            said = full
    return date.isoformat(), said, full


_MAKERS: dict[Kind, Callable[[np.random.Generator, SetName], tuple[str, str, str]]] = {
    "phone": _phone,
    "dni": _dni,
    "email": _email,
    "amount": _amount,
    "date": _date,
}
