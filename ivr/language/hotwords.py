"""Hotwords: what the recogniser should expect to hear, chosen from what the dialogue knows. Pure.

They help with names and products that the recogniser never learned; each of them costs decoding time and tempts it a
little, so there are at most 30, the likeliest first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.language.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LARGEST = 30
LONGEST = 60
"""Letters of a hotword; a longer value is a text, not a name."""
SLOT_OF_FIELD = {
    "name": "person",
    "customer": "person",
    "contact": "person",
    "street": "address",
    "address": "address",
    "city": "city",
    "company": "person",
    "plan": "product",
    "product": "product",
    "service": "product",
}
"""Fields of customer data whose values are names that a caller may say, and the slot which they fill."""
SLOT_WORDS = {
    "email": ("arroba", "gmail.com", "hotmail.com", "outlook.es"),
    "spelling": (
        *("A de Alicante", "ene de Navarra", "be de Barcelona", "uve de Valencia", "guion bajo", "cinco", "arroba"),
        "gmail punto com",
    ),
    "dni": ("Mi DNI es 48.213.907-T. 7 1 0 2 5 5 6 3, letra Z de Zaragoza",),
}
"""What is said, and how it is to be written, in a slot whose values nobody can foresee."""


NUMBERS = frozenset({"account_id", "phone", "dni", "amount", "date", "spelling"})
"""Slots of digits and letters: a name among the hotwords would only tempt."""


def choose_hotwords(
    slots: frozenset[str], known: Iterable[Mapping[str, object]], vocabulary: Sequence[str]
) -> tuple[str, ...]:
    """Choose at most 30: what the awaited slots may hold, then other names known of the caller, then the house's own.

    ``known`` is customer data, the newest last; ``vocabulary`` the house's products and names.
    """
    if slots & NUMBERS:
        known, vocabulary = (), ()
    fields = [(field, value) for data in reversed(list(known)) for field, value in data.items()]
    names = [(SLOT_OF_FIELD[field], _name(value)) for field, value in fields if field in SLOT_OF_FIELD]
    awaited = [word for slot in sorted(slots) for word in SLOT_WORDS.get(slot, ())]
    awaited += [name for slot, name in names if slot in slots]
    others = [name for slot, name in names if slot not in slots]
    chosen: dict[str, str] = {}
    for word in (*awaited, *others, *vocabulary):
        if word:
            chosen.setdefault(fold(word.lower()), word)
    return tuple(chosen.values())[:LARGEST]


def _name(value: object) -> str:
    name = " ".join(value.split()) if isinstance(value, str) else ""
    return name if len(name) <= LONGEST else ""
