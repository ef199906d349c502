"""Finds the words by which letters are told ("ge de gato") in what speech-to-text makes of a spelled value.

The word is heard far better than the letter's name before it, but the two are written into one another ("gede gato",
"odioviedo", "cotadejaen") or the word with a sound too many ("gisla", "vuelva"). Here they are taken apart again and
the words put right, where enough letters are told to be sure that the value is being spelled.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from ivr.language.letters import EXAMPLE_WORDS
from ivr.language.names import NAMES
from ivr.language.phonetics import phonetic_key
from ivr.language.words import fold

_WORDS = {phonetic_key(word): word for word in EXAMPLE_WORDS}
_WORDS |= {phonetic_key("uña"): "una", phonetic_key("vuelva"): "huelva"}
_LINKS = frozenset({"de", "d", "en", "el", "al", "es"})
_WORD = re.compile(r"[^\W\d_]+")
_GLUED = re.compile(r"(.{0,4}?)d[eiao]?")
"""A letter's name of up to four letters, and the "de" after it."""
_FEWEST = 3
"""Letters told by a word from which on a value counts as spelled."""
_LEAST_FUZZY = 4
_LEAST_PART = 5


def told_apart(text: str) -> str:
    """Write each letter's name, its "de" and its word apart and right; the text itself where few letters are told."""
    text = unicodedata.normalize("NFC", text)
    said = [*map(fold, _WORD.findall(text)), ""]
    told = sum(word in _LINKS and _example(after) != "" for word, after in pairwise(said))
    if told < _FEWEST:
        return text
    parts: list[str] = []
    end, before = 0, ""
    for match, (word, after) in zip(_WORD.finditer(text), pairwise(said), strict=True):
        apart = _apart(word, before, after)
        parts += [text[end : match.start()], match[0] if apart == word else apart]
        end, before = match.end(), apart.rpartition(" ")[2]
    return "".join([*parts, text[end:]])


def _apart(word: str, before: str, after: str) -> str:
    if _example(word):
        return _example(word)
    if word.endswith("de") and _LEAST_PART >= len(word) > len("de") and near_example(after):
        return f"{word.removesuffix('de')} de"
    for at in range(1, len(word) - 2):
        lead = _GLUED.fullmatch(word[:at])
        rest = near_example(word[at:]) if lead or word[0] == word[at] else ""
        if rest and word not in NAMES:
            return f"{lead[1] if lead else word[0]} de {rest}"
    if before in _LINKS and (near := near_example(word)):
        return near
    return word


def _example(word: str) -> str:
    return _WORDS.get(phonetic_key(word), "")


@lru_cache(maxsize=4096)
def near_example(word: str) -> str:
    """Give the word by which a letter is told that this one sounds like, one sound more, less or other; "" if none."""
    key = phonetic_key(word)
    if len(key) < _LEAST_FUZZY or key in _WORDS:
        return _WORDS.get(key, "")
    near = process.extract(key, _WORDS.keys(), scorer=Levenshtein.distance, score_cutoff=1, limit=2)
    letters = {EXAMPLE_WORDS[_WORDS[found[0]]] for found in near}
    if len(letters) == 1:
        return _WORDS[near[0][0]]
    whole = {example for known, example in _WORDS.items() if len(key) >= _LEAST_FUZZY and known.startswith(key)}
    return min(whole) if len({EXAMPLE_WORDS[example] for example in whole}) == 1 else ""
