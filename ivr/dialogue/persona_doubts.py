"""What is not wrong in a persona, but will hurt on the telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from num2words import num2words

from ivr.dialogue.persona_file import SLOT
from ivr.dialogue.phrases import PHRASES
from ivr.dialogue.sentences import clauses
from ivr.language.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.dialogue.persona import Persona

LONG = 240
"""Letters; some 16 s of speech."""
_DISCLOSES = ("virtual", "inteligencia artificial", "automatic", "robot", "artificial intelligence", "intelixencia")
_COUNTED = {
    "account_digits": ("ask_account", "account_length"),
    "phone_digits": ("ask_phone", "ask_new_phone", "phone_length"),
}
_COUNTS = range(3, 21)
_COUNTABLE = frozenset({"es", "en", "ca", "pt"})
"""Languages whose numbers we can write; the others' small ones are near the Spanish."""


def doubts(persona: Persona) -> Iterator[tuple[str, str]]:
    """Give key and doubt, each with what to do."""
    if not all(any(word in " ".join(words(text)) for word in _DISCLOSES) for text in persona.phrases["greeting"]):
        yield "phrases.greeting", "it does not say that a virtual assistant speaks, as the EU's AI Act asks; say so"
    for key, names in _COUNTED.items():
        wanted = getattr(persona, key)
        for name in names:
            told = {count for text in persona.phrases[name] for count in _counts(text, persona.language)}
            if told and told != {wanted}:
                said = ", ".join(map(str, sorted(told)))
                yield f"phrases.{name}", f"it says {said}, but {key} is {wanted}; make them agree"
    for name, variants in persona.phrases.items():
        for text in variants:
            if len(text) > LONG:
                yield f"phrases.{name}", f"{len(text)} letters, {len(text) // 15} s of speech; nobody remembers so much"
            if PHRASES[name] and SLOT.search(clauses(text)[0]):
                yield (
                    f"phrases.{name}",
                    "its first sentence has a slot, so its sound cannot be ready; begin with a fixed one",
                )


def _counts(text: str, language: str) -> Iterator[int]:
    heard = {*words(SLOT.sub(" ", text))}
    counting = language if language in _COUNTABLE else "es"
    for count in _COUNTS:
        if {str(count), *words(num2words(count, lang=counting))} & heard:
            yield count
