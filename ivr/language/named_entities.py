"""Finds whom, where and what a caller names: people, cities, street addresses, the house's products.

Speech-to-text writes most names with a capital, but not all, so each kind leans on more than that: known first names
and surnames, a list of cities, the word for a kind of street, what is said before a name ("me llamo", "a nombre de").
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from ivr.language.entities import ACCOUNT_DIGITS, Entity, find_entities
from ivr.language.names import NAMES
from ivr.language.numbers import digit_runs
from ivr.language.words import fold, plain

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

_PACKAGE = files(__package__)
FIRST_NAMES = frozenset(_PACKAGE.joinpath("first_names.txt").read_text(encoding="utf-8").split())
CITIES = {fold(city): city for city in _PACKAGE.joinpath("cities.txt").read_text(encoding="utf-8").splitlines()}
"""Folded name -> as it is written."""
ALL_NAMES = FIRST_NAMES | NAMES

_TOKEN = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
_PARTICLES = frozenset({"de", "del", "la", "las", "los", "y"})
_INTRODUCED = re.compile(
    r"\b(?:me llamo|(?:mi|su) nombre (?:completo )?es|se llama|a nombre de|de parte de|(?:hablo|habla|hablar) con|"
    r"(?:le|te) habla|el titular es|la titular es|(?:el |la )?(?:senor|senora|senorita|don|dona|doctor|doctora|"
    r"licenciado|licenciada)|soy)\s+"
)
_WEAK = frozenset({"soy", "se llama", "hablo con", "habla con", "hablar con"})
"""What stands before other words too: a known name must follow."""
_LONGEST_NAME = 5

_CITY = re.compile(
    r"\b(?:"
    + "|".join(sorted((re.escape(name) for name in CITIES), key=len, reverse=True)).replace(r"\ ", " ")
    + r")\b"
)
_BEFORE_CITY = re.compile(r"(?:\b(?:en|de|desde|a|hasta|por|hacia|para|ciudad de|provincia de)|,)\s*$")

_POSTAL_CODE = re.compile(r"\b((?:0[1-9]|[1-4]\d|5[0-2])\d{3}),? (?:de |en )?$")

_STREET = re.compile(
    r"(?:\b(?:calle|avenida|avda\.?|plaza|paseo|camino|carretera|ronda|travesia|glorieta|urbanizacion|poligono|rambla|"
    r"callejon|bulevar|pasaje|costanilla|cuesta)\b|\bc/)\s*(?=\w)"
)
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
_FILLERS = r"(?:\s+(?:de|del|la|el|con|optica|simetrica|megas?|gigas?)){0,3}\s+"


def find_named(text: str, products: Sequence[str] = ()) -> list[Entity]:
    """List people, cities, addresses and products in the order in which they were said; none overlaps another."""
    found: list[Entity] = []
    cities = list(_cities(text))
    for entity in (*_products(text, products), *_addresses(text), *_long(cities), *_people(text), *cities):
        if not any(_overlap(entity, other) for other in found):
            found.append(entity)
    return sorted(found, key=lambda entity: entity.start)


def find_all(
    text: str, now: dt.datetime, products: Sequence[str] = (), *, account_digits: int = ACCOUNT_DIGITS
) -> list[Entity]:
    """List everything that a text names; numbers and days inside an address, product or "Santo Domingo" are its own."""
    named = find_named(text, products)
    exact = find_entities(text, now, account_digits=account_digits)
    wide = [entity for entity in named if entity.type in {"address", "product"} or entity in _long(named)]
    exact = [entity for entity in exact if not any(_overlap(entity, other) for other in wide)]
    exact += [code for code in _postal_codes(text, named) if not any(_overlap(code, other) for other in exact)]
    named = [entity for entity in named if not any(_overlap(entity, other) for other in exact)]
    return sorted([*exact, *named], key=lambda entity: entity.start)


def _postal_codes(text: str, named: list[Entity]) -> Iterator[Entity]:
    """Take "28002 Madrid" for a postal code and its city."""
    for city in named:
        if city.type == "city" and (match := _POSTAL_CODE.search(text[: city.start])):
            yield Entity("postal_code", match[1], match[1], match.start(1), match.end(1))


def _long(entities: list[Entity]) -> list[Entity]:
    """List the cities of several words: they are hardly anything else."""
    return [entity for entity in entities if entity.type == "city" and " " in entity.text]


def _overlap(one: Entity, other: Entity) -> bool:
    return one.start < other.end and other.start < one.end


# --- people ------------------------------------------------------------------------------------


def _people(text: str) -> Iterator[Entity]:
    folded = fold(text)
    for match in _INTRODUCED.finditer(folded):
        end = _name_from(text, match.end(), known=match[0].strip() in _WEAK)
        if end:
            yield _person(text, match.end(), end)
    for token in _TOKEN.finditer(text):
        if fold(token[0]) in FIRST_NAMES and token[0][0].isupper():
            end = _name_from(text, token.start(), known=True)
            if len(text[token.start() : end].split()) > 1:
                yield _person(text, token.start(), end)


def _name_from(text: str, start: int, *, known: bool) -> int:
    """Say where the name that begins at ``start`` ends; 0 where none does. ``known``: it begins with a known one."""
    end, names = 0, 0
    position = start
    while names < _LONGEST_NAME and (token := _TOKEN.match(text, position)):
        word = fold(token[0])
        if names and _is_city_after(text, token.start()):
            break
        if word in _PARTICLES and (names or word in {"la", "los", "las"}):
            position = token.end()
        elif _may_be_name(token[0], first=not names, known=known):
            names, end, position = names + 1, token.end(), token.end()
        else:
            break
        if text[position : position + 1] != " ":
            break
        position += 1
    return end


def _may_be_name(written: str, *, first: bool, known: bool) -> bool:
    word = fold(written)
    if first and known:
        return word in FIRST_NAMES
    return word in ALL_NAMES or (written[0].isupper() and len(written) > 1)


def _person(text: str, start: int, end: int) -> Entity:
    return Entity("person", _titled(text[start:end]), text[start:end], start, end)


def _titled(name: str) -> str:
    return " ".join(word if fold(word) in _PARTICLES else word[0].upper() + word[1:] for word in name.split())


# --- places ------------------------------------------------------------------------------------


def _cities(text: str) -> Iterator[Entity]:
    folded = fold(text)
    for match in _CITY.finditer(folded):
        written = text[match.start() : match.end()]
        named = written[0].isupper() and match.start() > 0
        if named or _BEFORE_CITY.search(folded[: match.start()]) or len(plain(text)) == len(match[0]):
            yield Entity("city", CITIES[match[0]], written, match.start(), match.end())


def _addresses(text: str) -> Iterator[Entity]:
    folded = fold(text)
    runs = digit_runs(text)
    position = 0
    while street := _STREET.search(folded, position):
        position = street.end()
        run = next((run for run in runs if run.start > street.end()), None)
        name_end = _street_name(text, street.end(), run.start if run else len(text))
        if not name_end:
            continue
        end = name_end
        number = ""
        if run and _NUMBER_WORD.fullmatch(folded[name_end : run.start]):
            end, number = _house_number(text, run.start, run.end, run.digits)
        elif without := _NO_NUMBER.match(folded, name_end):
            end, number = without.end(), "s/n"
        elif not (_HOME.search(folded[: street.start()]) or _has_capital(text[street.end() : name_end])):
            continue
        floor = _FLOOR.match(folded, end) if number else None
        more = text[end : floor.end()].strip(" ,") if floor else ""
        end = floor.end() if floor else end
        kind = text[street.start() : street.end()].strip().rstrip(".").lower()
        value = " ".join(filter(None, (kind.capitalize(), _titled(text[street.end() : name_end]), number)))
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


def _street_name(text: str, start: int, before: int) -> int:
    """Say where the street's name ends; 0 where there is none."""
    end, count, position = 0, 0, start
    while count < _LONGEST_STREET and (token := _TOKEN.match(text, position)) and token.end() <= before:
        word = fold(token[0])
        if word in _STREET_ENDS or (not count and word in _NO_STREET - {"de"}):
            break
        if word not in _PARTICLES:
            if _is_city_after(text, token.start()) and count:
                break
            count, end = count + 1, token.end()
        position = token.end()
        if text[position : position + 1] != " ":
            break
        position += 1
    return end


def _is_city_after(text: str, start: int) -> bool:
    """Whether a city stands here behind "de" or "en" ("la calle Mayor de Alicante")."""
    return bool(_CITY.match(fold(text), start)) and bool(re.search(r"\b(?:de|en)\s$", fold(text[:start])))


# --- products ----------------------------------------------------------------------------------


def _products(text: str, products: Sequence[str]) -> Iterator[Entity]:
    written, places = _with_digits(text)
    for product, pattern in _patterns(tuple(products)):
        for match in pattern.finditer(written):
            start, end = places[match.start()][0], places[match.end() - 1][1]
            yield Entity("product", product, text[start:end], start, end)


def _with_digits(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Fold a text with its numbers in digits; for each letter tell the span that it stands for."""
    folded = fold(text)
    written, places, position = "", [], 0
    for run in digit_runs(text):
        written += folded[position : run.start] + run.digits
        places += [(at, at + 1) for at in range(position, run.start)] + [(run.start, run.end)] * len(run.digits)
        position = run.end
    places += [(at, at + 1) for at in range(position, len(folded))]
    return written + folded[position:], places


@lru_cache(maxsize=16)
def _patterns(products: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """One pattern a product, the longest names first: its words with small ones between them."""
    return tuple(
        (product, re.compile(r"\b" + _FILLERS.join(re.escape(word) for word in plain(product).split()) + r"\b"))
        for product in sorted(products, key=len, reverse=True)
    )
