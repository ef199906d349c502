"""Another language's words -> the Spanish words that the built-in engine knows.

The engine thinks in Spanish. What a caller says in another language is rendered into the gist of it, by rules in one
file a language (``gists/``): enough for what the engine can do, and no translation. Numbers become digits, dictated
addresses are written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import yaml

from ivr.language.counting import with_digits
from ivr.language.words import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

HOME = "es"
_CACHE = 512
_ELISION = re.compile(r"(?<=\w)['\u2019](?=\w)")
_NOISE = re.compile(r"[^\w@.,?!:+_-]+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WORD = re.compile(r"[\w@.+-]*\w|[,.?!]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")


@dataclass(frozen=True, slots=True)
class _Rules:
    """A language's file, compiled."""

    keep: bool
    digits: Mapping[str, str]
    repeats: Mapping[str, int]
    words: Mapping[str, str]
    signs: Mapping[str, str]
    rules: tuple[tuple[re.Pattern[str], str], ...]


@lru_cache(maxsize=8)
def _rules(language: str) -> _Rules:
    document = yaml.safe_load(files(__package__).joinpath(f"gists/{language}.yaml").read_text(encoding="utf-8"))
    compiled = tuple(
        (re.compile(rf"{pattern}(?!\w)"), spanish)
        for spanish, patterns in document["rules"].items()
        for pattern in patterns
    )
    words = {fold(key): value for key, value in (document.get("words") or {}).items()}
    digits, repeats = document.get("digits") or {}, document.get("repeats") or {}
    return _Rules(document["keep"], digits, repeats, words, document["signs"], compiled)


@lru_cache(maxsize=_CACHE)
def gist(text: str, language: str) -> str:
    """Render a caller's words in Spanish; words that say nothing to the engine come back as they are."""
    if language == HOME:
        return text
    rules = _rules(language)
    said = _spoken(text, language, rules)
    parts, place = [], 0
    for word in _WORD.finditer(said):
        if word.start() < place:
            continue
        match, spanish = _longest(said, word.start(), rules)
        if match is not None:
            parts.append(match.expand(spanish) if "\\" not in spanish else _filled(match, spanish, rules))
            place = match.end()
        elif word[0] in ",.?!" or word[0][0].isdigit() or "@" in word[0]:
            parts.append(word[0])
        elif word[0] in rules.words or rules.keep:
            parts.append(rules.words.get(word[0], word[0]))
    rendered = _tidy(parts)
    return rendered if re.search(r"\w", rendered) else text


def _spoken(text: str, language: str, rules: _Rules) -> str:
    """Fold a text; apostrophes are dropped where they are English, else they part words; numbers become digits."""
    folded = _ELISION.sub("" if language == "en" else " ", fold(text))
    said = _written_emails(" ".join(_NOISE.sub(" ", folded).split()), rules.signs)
    if _EMAIL.search(said):
        return said
    said = with_digits(said.replace("-", " "), language)
    for word, digit in rules.digits.items():
        said = re.sub(rf"(?<=\d )\b{word}\b|\b{word}\b(?= \d)", digit, said)
    for word, times in rules.repeats.items():
        said = re.sub(rf"\b{word} (\d)\b", " ".join([r"\1"] * times), said)
    return _THOUSANDS.sub("", said)


def _written_emails(said: str, signs: Mapping[str, str]) -> str:
    """Write a dictated address ("john dot smith at gmail dot com"); whoever writes it himself is left alone."""
    at, dot = signs["@"], signs["."]
    others = {word: sign for sign, word in signs.items() if sign != "@"}
    joint = "|".join(sorted(others, key=len, reverse=True))
    dictated = re.compile(rf"((?:[\w.-]+ (?:{joint}) )*[\w.-]+) {at} ((?:[\w-]+ (?:{joint}) )*[\w-]+(?: {dot} |\.)\w+)")

    def write(match: re.Match[str]) -> str:
        local, host = (re.sub(rf" ({joint}) ", lambda sign: others[sign[1]], part) for part in match.groups())
        return f"{local}@{host}"

    return dictated.sub(write, said)


def _longest(said: str, place: int, rules: _Rules) -> tuple[re.Match[str] | None, str]:
    found: tuple[re.Match[str] | None, str] = None, ""
    end = place
    for pattern, spanish in rules.rules:
        match = pattern.match(said, place)
        if match is not None and match.end() > end:
            found, end = (match, spanish), match.end()
    return found


def _filled(match: re.Match[str], spanish: str, rules: _Rules) -> str:
    groups = [rules.words.get(group or "", group or "") for group in match.groups()]
    return re.sub(r"\\(\d)", lambda slot: groups[int(slot[1]) - 1], spanish)


def _tidy(parts: list[str]) -> str:
    line = re.sub(r"\s+([,.?!])", r"\1", " ".join(part for part in parts if part))
    return re.sub(r"([,.?!])[,.?!]+", r"\1", line).strip(" ,.")
