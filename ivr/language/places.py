"""Finds where: cities, and street addresses with their house and floor."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from ivr.language.dates import MONTHS
from ivr.language.entities import Entity
from ivr.language.letters import LETTER_NAMES
from ivr.language.numbers import COUNTED, SMALL_NUMBER, digit_runs
from ivr.language.words import fold, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

_LIST = files(__package__).joinpath("cities.txt").read_text(encoding="utf-8")
CITIES = {fold(city): city for city in _LIST.splitlines()}
"""Folded name -> as it is written."""

TOKEN = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
PARTICLES = frozenset({"de", "del", "la", "las", "los", "y", "do", "da", "dels"})
_SMALL = re.compile(rf"(?:(?:{'|'.join(PARTICLES)})$|[dl]')", re.IGNORECASE)

_CITY = re.compile(
    r"\b(?:"
    + "|".join(sorted((re.escape(name) for name in CITIES), key=len, reverse=True)).replace(r"\ ", " ")
    + r")\b"
)
_LONGEST_CITY = max(map(len, CITIES)) + 1
"""Characters, with the one after it that ends its last word."""
_BEFORE_CITY = re.compile(r"(?:\b(?:en|de|desde|a|hasta|por|hacia|para|ciudad de|provincia de)|,)\s*$")

_LETTERS = "|".join(
    rf"(?:{'|'.join((*names, letter))})\s(?:de|como)\s(?={letter})" for letter, names in LETTER_NAMES.items()
)
_SPELLED = re.compile(rf"\b(?:{_LETTERS})")
"""A letter and a word that begins with it."""
_OTHER_WORD = re.compile(r"(?:ese|a|e|o|u|y)\s")
_NOT_TALKING = re.compile(rf"(?:^|[\d,.;:]|\b(?:con|letra|la|{SMALL_NUMBER}))\s*$")
"""What a letter stands after whose name is a word, too ("12 ese de Sevilla", but "el técnico ese de Sevilla")."""
_TOWN = re.compile(
    r"\b(?:(?:viv|resid)\w+\sen|me\smud\w+\sa|(?:llam\w+|habl\w+)\sdesde|(?:soy|somos|vecin[oa])\sde)\s(?=\w)"
)
_TOWN_NAME = re.compile(
    r"(?!(?:Comunidad|Provincia|Regi[oó]n|Barrio)\b)[A-ZÁÉÍÓÚÑ]\w+\s(?:de|del)\s(?:(?:la|las|los|el)\s)?[A-ZÁÉÍÓÚÑ]\w+"
    r"(?:\s[A-ZÁÉÍÓÚÑ]\w+)?"
)
"""A name as only towns have it ("Alba de Tormes"), for the list has the larger ones alone."""

_KINDS = (
    r"calle|carrer|avenida|avda\.?|avinguda|plaza|paseo|passeig|camino|cami|carretera|ronda|travesia|glorieta"
    r"|urbanizacion|poligono|rambla|callejon|bulevar|pasaje|alameda|costanilla|cuesta|rua|gran\svia"
)
_STREET = re.compile(rf"(?:\b(?:{_KINDS})\b|\bc/)\s*(?=\w)|\bgran\svia\b")
_KIND_AND_NAME = re.compile(r"gran\svia\s*")
_NO_KIND = re.compile(r"cuesta|carretera")
"""Words that have a number after them though no street is meant ("me cuesta 20")."""
_OF_A_DAY = re.compile(rf"{SMALL_NUMBER}\sde\s(?:{'|'.join(MONTHS)})\b")
_NUMBER_AS_NAME = re.compile(rf"\d{{1,3}}\b(?!{COUNTED}|[.,:/-]\d)")
_NUMBER_WORD = re.compile(r"[\s,]*(?:en el |el )?(?:numero|num\.?|n\.?[ºo]?)?\s*$")
_HOME = re.compile(r"\b(?:viv\w+|direccion|domicilio|resid\w+)\b[^.,;]{0,20}$")
_NO_NUMBER = re.compile(r"[\s,]*(?:sin numero|s/n)\b")
_ORDINAL = (
    r"(?:primer[oa]?|segund[oa]|tercer[oa]?|cuart[oa]|quint[oa]|sext[oa]|septim[oa]|octav[oa]|noven[oa]|decim[oa]|"
    r"entresuelo|principal|bajo|atico|\d{1,2}\s?[.]?[ºª°o])"
)
_DOOR = r"(?:izquierda|izq\.?|derecha|dcha\.?|centro|exterior|interior|(?:letra |puerta )?(?:[a-h]\b|\d{1,2}\b))"
_FLOOR = re.compile(
    rf"(?:[\s,]*(?:bis\b|(?:portal|bloque|escalera|piso|planta|puerta)\s+(?:{_ORDINAL}|\w+)\b|{_ORDINAL}\b"
    rf"(?:\s+(?:piso|planta))?(?:[\s,]*{_DOOR})?))+"
)
_STREET_ENDS = frozenset(
    {
        *("que", "porque", "pero", "donde", "cuando", "si", "con", "para", "en", "no", "me", "se", "es", "esta", "hay"),
        "sin",
        *(
            "gracias",
            "numero",
            "num",
            "codigo",
            "piso",
            "portal",
            "bloque",
            "escalera",
            "planta",
            "puerta",
            "a",
            "desde",
        ),
    }
)
"""Words that are in no street's name, so that it ends before them."""
_LONGEST_STREET = 6
_NO_STREET = frozenset({"mi", "tu", "su", "esa", "esta", "una", "otra", "principal", "de", "abajo", "arriba", "misma"})
"""Words after "calle" that name none."""


def titled(name: str) -> str:
    """Write a name's words with capitals, but for the small ones between them."""
    return " ".join(word if _SMALL.match(word) else word[0].upper() + word[1:] for word in name.split())


# --- places ------------------------------------------------------------------------------------


def find_cities(text: str) -> Iterator[Entity]:
    """Find cities by their list, each with a capital, after a word of place, or alone."""
    folded = fold(text)
    spelled = {match.end() for match in _SPELLED.finditer(folded) if _is_letter(folded, match)}
    for town in _TOWN.finditer(folded):
        name = _TOWN_NAME.match(text, town.end())
        if name and not _CITY.search(fold(name[0])):
            yield Entity("city", name[0], name[0], name.start(), name.end())
    for match in _CITY.finditer(folded):
        if match.start() in spelled:
            continue
        written = text[match.start() : match.end()]
        named = written[0].isupper() and match.start() > 0
        if named or _BEFORE_CITY.search(folded[: match.start()]) or len(plain(text)) == len(match[0]):
            yield Entity("city", CITIES[match[0]], written, match.start(), match.end())


def _is_letter(folded: str, match: re.Match[str]) -> bool:
    return not _OTHER_WORD.match(match[0]) or bool(_NOT_TALKING.search(folded[: match.start()]))


def find_addresses(text: str) -> Iterator[Entity]:
    """Find streets by the word for their kind, with their house, floor and door."""
    folded = fold(text)
    runs = digit_runs(text)
    position = 0
    while street := _STREET.search(folded, position):
        position = street.end()
        whole = _KIND_AND_NAME.fullmatch(street[0])
        numbered = not whole and not _NO_KIND.match(street[0])
        run = next((run for run in runs if run.start >= street.end() + (not whole)), None)
        name_end = _street_name(text, street.end(), run.start if run else len(text), numbered=numbered)
        if not name_end and not whole:
            continue
        end = name_end = name_end or street.start() + len(street[0].rstrip())
        number = ""
        if run and _NUMBER_WORD.fullmatch(folded[name_end : run.start]):
            end, number = _house_number(text, run.start, run.end, run.digits)
        elif without := _NO_NUMBER.match(folded, name_end):
            end, number = without.end(), "s/n"
        elif not (
            _HOME.search(folded[: street.start()])
            or _has_capital(text[street.end() : name_end])
            or _OF_A_DAY.match(folded, street.end())
        ):
            continue
        floor = _FLOOR.match(folded, end) if number else None
        more = text[end : floor.end()].strip(" ,") if floor else ""
        end = floor.end() if floor else end
        kind = titled(text[street.start() : street.end()].strip().rstrip(".").lower())
        value = " ".join(filter(None, (kind, titled(text[street.end() : name_end]), number)))
        value += f", {more}" if more else ""
        yield Entity("address", value, text[street.start() : end], street.start(), end)
        position = end


def _has_capital(name: str) -> bool:
    return any(word[0].isupper() for word in name.split())


def _house_number(text: str, start: int, end: int, digits: str) -> tuple[int, str]:
    """Take the number of a house: of "14, 3º B" the first one alone."""
    first = re.match(r"\d+", text[start:end])
    if first and first.end() < end - start:
        return start + first.end(), first[0]
    return end, digits


def _street_name(text: str, start: int, before: int, *, numbered: bool) -> int:
    """Say where the street's name ends; 0 where there is none. ``numbered``: it may begin with one ("14 de abril")."""
    end, count, position = 0, 0, start
    if numbered and (first := _NUMBER_AS_NAME.match(text, start)):
        end, count, position = first.end(), 1, first.end() + (text[first.end() :].startswith(" "))
    while count < _LONGEST_STREET and (token := TOKEN.match(text, position)) and token.end() <= before:
        word = fold(token[0])
        if word in _STREET_ENDS or (not count and word in _NO_STREET - {"de"}):
            break
        if word not in PARTICLES:
            if is_city_after(text, token.start()) and count:
                break
            count, end = count + 1, token.end()
        position = token.end()
        if text[position : position + 1] != " ":
            break
        position += 1
    return end


def is_city_after(text: str, start: int) -> bool:
    """Whether a city stands here behind "de" or "en" ("la calle Mayor de Alicante")."""
    before = fold(text[max(0, start - len(" de ")) : start])
    return bool(re.search(r"\b(?:de|en)\s$", before)) and bool(_CITY.match(fold(text[start : start + _LONGEST_CITY])))
