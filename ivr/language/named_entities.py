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
from ivr.language.places import PARTICLES, TOKEN, find_addresses, find_cities, is_city_after, titled
from ivr.language.words import fold, plain

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

_PACKAGE = files(__package__)
FIRST_NAMES = frozenset(_PACKAGE.joinpath("first_names.txt").read_text(encoding="utf-8").split())
ALL_NAMES = FIRST_NAMES | NAMES

_INTRODUCED = re.compile(
    r"\b(?:me llamo|(?:mi|su) nombre (?:y apellidos? |completo )?(?:es|son)|se llama|a nombre de|de parte de"
    r"|(?:mi|su) (?:primer |segundo )?apellido es|(?:mis|sus) apellidos son|de apellidos?"
    r"|(?:hablo|habla|hablar) con|(?:le|te|al) habla|(?:le|te) saluda|(?:el|la) titular es|aqui"
    r"|(?:el |la )?(?:senor|senora|senorita|don|dona|doctor|doctora|licenciado|licenciada)|soy)\s+"
)
_WEAK = frozenset({"soy", "aqui", "se llama", "hablo con", "habla con", "hablar con"})
"""What stands before other words too: a known name must follow."""
_OWN_NAME = re.compile(r"(?:me llamo|(?:mi|su) nombre|.*\bapellido)")
"""What a name is all that is told after, so that the words up to the clause's end are one, even if unknown."""
_CLAUSE_ENDS = re.compile(r"\s*(?:$|[,.;?!]|\b(?:y|pero|con)\b)")
_NO_SURNAME = re.compile(
    r"(?:gracias|hola|buen[oa]s|senor\w*|tambien|aqui|hoy|ahora|todavia|vale|claro|solo|\w+mente)$"
)
_SHORTEST_SURNAME, _MOST_UNKNOWN = 4, 2
_AT_A_PLACE = re.compile(r"\b(?:en|desde|hasta|hacia)\s$")
_LONGEST_NAME = 5

_POSTAL_CODE = re.compile(r"\b((?:0[1-9]|[1-4]\d|5[0-2])\d{3}),? (?:de |en )?$")

_FILLERS = r"(?:\s+(?:de|del|la|el|con|optica|simetrica|megas?|gigas?)){0,3}\s+"


def find_named(text: str, products: Sequence[str] = ()) -> list[Entity]:
    """List people, cities, addresses and products in the order in which they were said; none overlaps another."""
    found: list[Entity] = []
    cities = list(find_cities(text))
    for entity in (*_products(text, products), *find_addresses(text), *_long(cities), *_people(text), *cities):
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
    people = [entity for entity in named if entity.type == "person"]
    exact = [entity for entity in exact if not any(_is_part_of_name(entity, other) for other in people)]
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


def _is_part_of_name(entity: Entity, person: Entity) -> bool:
    """Whether a day is none but somebody's name, and written like one ("me llamo Domingo")."""
    return entity.type == "date" and entity.text[0].isupper() and _overlap(entity, person)


def _overlap(one: Entity, other: Entity) -> bool:
    return one.start < other.end and other.start < one.end


# --- people ------------------------------------------------------------------------------------


def _people(text: str) -> Iterator[Entity]:
    folded = fold(text)
    for match in _INTRODUCED.finditer(folded):
        end = _name_from(text, match.end(), known=match[0].strip() in _WEAK)
        if _OWN_NAME.match(match[0]) and (end or "apellido" in match[0]):
            end = _with_unknown(folded, end or match.end()) or end
        if end:
            yield _person(text, match.end(), end)
    for token in TOKEN.finditer(text):
        first = fold(token[0]) in FIRST_NAMES and token[0][0].isupper()
        if first and not _AT_A_PLACE.search(folded, max(0, token.start() - len(" desde ")), token.start()):
            end = _name_from(text, token.start(), known=True)
            if len(text[token.start() : end].split()) > 1:
                yield _person(text, token.start(), end)


def _name_from(text: str, start: int, *, known: bool) -> int:
    """Say where the name that begins at ``start`` ends; 0 where none does. ``known``: it begins with a known one."""
    end, names = 0, 0
    position = start
    while names < _LONGEST_NAME and (token := TOKEN.match(text, position)):
        word = fold(token[0])
        if names and is_city_after(text, token.start()):
            break
        if word in PARTICLES and (names or word in {"la", "los", "las"}):
            position = token.end()
        elif _may_be_name(token[0], first=not names, known=known):
            names, end, position = names + 1, token.end(), token.end()
        else:
            break
        if text[position : position + 1] != " ":
            break
        position += 1
    return end


def _with_unknown(folded: str, start: int) -> int:
    """Say where the one or two unknown words end that follow a name up to the end of its clause; 0 without any."""
    end = start
    for _ in range(_MOST_UNKNOWN):
        token = TOKEN.match(folded, end + folded.startswith(" ", end))
        if token is None or len(token[0]) < _SHORTEST_SURNAME or _NO_SURNAME.match(token[0]):
            break
        end = token.end()
        if _CLAUSE_ENDS.match(folded, end):
            return end
    return 0


def _may_be_name(written: str, *, first: bool, known: bool) -> bool:
    word = fold(written)
    if first and known:
        return word in FIRST_NAMES
    return word in ALL_NAMES or (written[0].isupper() and len(written) > 1)


def _person(text: str, start: int, end: int) -> Entity:
    return Entity("person", titled(text[start:end]), text[start:end], start, end)


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
