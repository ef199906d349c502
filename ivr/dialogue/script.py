"""The persona: who the agent is, every phrase it says and the facts it knows, from one YAML file.

A reply begins with a fixed clause ("Ya lo tengo.") and brings its slots later, so that its first sound is
ready-made audio: ``fixed_phrases`` lists what can be synthesised before the first call.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ivr.dialogue.conversation import Speech
from ivr.dialogue.persona_file import SLOT, parse_persona, persona_path, read_persona
from ivr.dialogue.phrases import PHRASES, question_of
from ivr.dialogue.sentences import ClauseSplitter
from ivr.dialogue.subjects import Subjects
from ivr.errors import ConfigError
from ivr.language.identifiers import HOME, PHONE_LENGTHS
from ivr.language.words import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from ivr.dialogue.guide import Guide
    from ivr.dialogue.persona import Persona, Refused

PROTECTED = frozenset({"interject", "never_stops", "no_input_goodbye", "time_limit"})
"""Lines that nobody can interrupt."""


@dataclass(frozen=True)
class Script:
    """A persona, ready to speak. Variants are picked by turn number, so a call can be told again exactly."""

    persona: Persona
    country: str = HOME
    knows: bool = False
    """Whether there are documents in which questions can be looked up."""
    guides: tuple[Guide, ...] = ()
    """The operator's own functions, as callers are led through them."""
    translations: Mapping[str, Script] = field(default_factory=dict)
    """The same agent in other languages, for callers who switch."""

    def in_language(self, language: str) -> Script:
        """Give the script that speaks a language; itself where there is none."""
        return self.translations.get(language, self)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that are spoken, its own first."""
        return (self.persona.language, *self.translations)

    @property
    def phone_digits(self) -> int:
        """How many digits a phone number has: the country's, at home what the persona says."""
        return self.persona.phone_digits if self.country == HOME else PHONE_LENGTHS[self.country]

    def say(self, name: str, turn: int = 0, slots: Mapping[str, str] | None = None) -> str:
        """Give the variant of phrase ``name`` for this turn, with its slots filled in."""
        variants = self.persona.phrases[name]
        return self._fill(variants[turn % len(variants)], slots or {})

    def line(self, name: str, turn: int = 0) -> Speech:
        """Give a phrase without slots as speech that knows what answer it asks for."""
        expects, digits = question_of(name, self.persona.account_digits, self.phone_digits)
        return Speech(self.say(name, turn), name not in PROTECTED, expects=expects, digits=digits)

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The house's own names, which callers say and a recogniser does not know."""
        return (self.persona.company, self.persona.agent, *self.persona.products)

    def fact(self, name: str) -> str:
        """Tell a fact."""
        return self._fill(self.persona.facts[name].say, {})

    @cached_property
    def fact_words(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """Each fact with the folded words that ask for it together."""
        facts = self.persona.facts.items()
        return tuple((name, frozenset(words(entry))) for name, fact in facts for entry in fact.words)

    @cached_property
    def subjects(self) -> Subjects:
        """What the persona does not talk about."""
        return Subjects(self.persona.refuses)

    def refusal(self, subject: str) -> str:
        """Refuse a subject in the persona's own words for it; "" where it has none."""
        return self._fill(self.persona.refuses[subject].say, {})

    def lines_of(self, *names: str) -> frozenset[str]:
        """List every variant of slotless phrases, as they are spoken."""
        return frozenset(self._fill(text, {}) for name in names for text in self.persona.phrases[name])

    def fixed_phrases(self) -> list[str]:
        """List every clause without slots, as replies are cut for speech; the most urgent first."""
        found: dict[str, None] = {}
        for text in self._texts():
            for begins_reply in (True, False):
                splitter = ClauseSplitter(begins_reply=begins_reply)
                for clause in (*splitter.feed(text + " "), *splitter.flush()):
                    if not SLOT.search(clause):
                        found[clause] = None
        return list(found)

    def _texts(self) -> Iterator[str]:
        for name in PHRASES:
            for variant in self.persona.phrases[name]:
                yield self._fill(variant, {})
        for name in self.persona.facts:
            yield self.fact(name)
        yield from filter(None, map(self.refusal, self.persona.refuses))
        for detail in self.persona.form:
            yield detail.ask
        for guide in self.guides:
            yield from (slot.ask for slot in guide.slots if slot.ask)

    def _fill(self, template: str, slots: Mapping[str, str]) -> str:
        values = {"company": self.persona.company, "agent": self.persona.agent, **slots}
        return SLOT.sub(lambda slot: values.get(slot[1], slot[0]), template)


def load_script(name: str) -> Script:
    """Read a persona by its name in ``personas/`` or by its path; ConfigError names all mistakes and their mends."""
    path = persona_path(name)
    return parse_script(read_persona(path, name), str(path))


def with_translations(script: Script, name: str, languages: Collection[str]) -> Script:
    """Add to the script of persona ``name`` those of its translations that are among ``languages``; ConfigError.

    A fact of a translation is asked for by the words of the persona's own fact, for callers are understood in Spanish.
    """
    beside = persona_path(name).absolute().parent
    found: dict[str, Script] = {}
    for language, other in script.persona.translations.items():
        if language in languages and language != script.persona.language:
            path = persona_path(other, beside)
            persona = parse_persona(read_persona(path, other), str(path))
            if (persona.language, persona.account_digits) != (language, script.persona.account_digits):
                raise ConfigError(
                    f"{path}: as the {language!r} translation of persona {name!r} it needs language: {language} and "
                    f"account_digits: {script.persona.account_digits}; mend them there"
                )
            known = script.persona.facts
            facts = {
                key: fact.model_copy(update={"words": fact.words or (known[key].words if key in known else [])})
                for key, fact in persona.facts.items()
            }
            refuses = {key: _as_told(one, persona.refuses.get(key)) for key, one in script.persona.refuses.items()}
            told = persona.model_copy(update={"facts": facts, "refuses": refuses})
            found[language] = Script(told, script.country)
    return replace(script, translations=found)


def _as_told(refused: Refused, translated: Refused | None) -> Refused:
    """Give a refused subject the words of a translation, which lacks them where it does not name it."""
    return refused.model_copy(update={"say": translated.say if translated is not None else ""})


def parse_script(text: str, source: str) -> Script:
    """Read a persona from YAML text; ``source`` names it in errors, and is where it looks for what it extends."""
    return Script(parse_persona(text, source))


def with_guides(script: Script, guides: tuple[Guide, ...]) -> Script:
    """Add the operator's functions to a script, in each of its languages."""
    others = {language: replace(other, guides=guides) for language, other in script.translations.items()}
    return replace(script, guides=guides, translations=others)
