"""Puts a spelled value together again ("be de Barcelona, u, erre, guion bajo, doble cinco" -> "bur_55").

What speech-to-text makes of spelling is read too: "B de Barcelona", "B-U-R", "b u r", a name run into its example
("letrate" is "letra te"), the sound of a name ("el" for "ele", "y griega").
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.language.letters import EXAMPLE_WORDS, LETTER_NAMES, sounds_like
from ivr.language.numbers import numerals
from ivr.language.phonetics import phonetic_key
from ivr.language.told_letters import told_apart
from ivr.language.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNS = {
    "@": ("arroba", "aroba", "arrova", "arova", "a roba", "arroa"),
    "_": ("guion bajo", "guion abajo", "guionbajo", "barra baja", "subrayado", "underscore", "piso"),
    "-": ("guion medio", "guion", "menos"),
    ".": ("punto", "puento", "pulto"),
    "+": ("mas",),
}
_MISHEARD = {"el": "l", "es": "s", "m e": "m", "ache": "h", "vez": "b", "ves": "b", "cuh": "q"} | {
    "y": "i",
    "he": "e",
    "ah": "a",
    "oh": "o",
}
"""What speech-to-text writes for a letter's name."""
_FILLERS = frozenset({"letra", "con", "como", "mayuscula", "minuscula", "acento", "tilde", "luego", "eh", "em"})
_EXAMPLE = ("de", "como", "en")
_SAME_SOUND = ({"b", "v"}, {"c", "k", "q"}, {"c", "s", "z"}, {"g", "j"}, {"y", "l"}, {"i", "y"})
_TOKEN = re.compile(r"[^\W_]+|[@_+]|(?<=\w\w)[.-](?=\w)|(?<=\w)[.-](?=\w\w)")
"""Words and signs; dots and hyphens between single letters only part them ("B-U-R")."""
_FEWEST = 3
"""Letters from which on a text counts as spelled."""
_SHARE = 0.6
_LONGEST_RUN = 4


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    """Folded, but for "eñe"."""
    written: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A character that was named, digits, or a word said whole; ``spelled`` tells the first two from the last."""

    text: str
    spelled: bool


def _folded(written: str) -> str:
    low = unicodedata.normalize("NFC", written).lower()
    return low if low in {"eñe", "ñ"} else fold(written)


_NAMES = {name: letter for letter, names in LETTER_NAMES.items() for name in names}
_NAMES |= {name: sign for sign, names in _SIGNS.items() for name in names}
_NAMES |= {name: letter for name, letter in _MISHEARD.items() if name not in _NAMES}
_EXAMPLE_KEYS = {phonetic_key(word): letter for word, letter in EXAMPLE_WORDS.items()} | {phonetic_key("uña"): "u"}
_LONGEST_NAME = max(len(name.split()) for name in _NAMES)


def pieces(text: str) -> list[Piece]:
    """Read a text as spelling: letters, signs and digits one by one, other words whole."""
    return _pieces(_digits_written(told_apart(text)))


def _digits_written(text: str) -> str:
    """Write every number as digits, apart from its neighbours; a lone "un" or "y" stays what it is."""
    for number in reversed(numerals(text)):
        text = f"{text[: number.start]} {number.digits} {text[number.end :]}"
    return text


def _pieces(text: str) -> list[Piece]:
    tokens = [_Token(_folded(match[0]), match[0]) for match in _TOKEN.finditer(unicodedata.normalize("NFC", text))]
    read: list[Piece] = []
    at, times = 0, 1
    while at < len(tokens):
        if (told := _example_at(tokens, at)) is not None:
            read.append(Piece(told[0], spelled=True))
            at = told[1]
            continue
        if length := _settled(tokens, at, read):
            at += length
            continue
        char, length = _named(tokens, at)
        if not char and tokens[at].text == "doble":
            at, times = at + 1, 2
            continue
        at += max(1, length)
        if not char:
            read += _word(tokens[at - 1])
        elif char.isalpha():
            char, used = _by_example(char, tokens, at)
            at += used
        read += [Piece(char, spelled=True)] * (times if char else 0)
        times = 1
    return read


def _settled(tokens: list[_Token], at: int, read: list[Piece]) -> int:
    """Settle how what was read is written by the letter said for it ("zeta con zeta", "pérez con zeta").

    Gives how many words that took; 0 where the letter is a new one.
    """
    char, length = _named(tokens, at + 1) if tokens[at].text == "con" and at + 1 < len(tokens) else ("", 0)
    if not char.isalpha() or not read:
        return 0
    place = next((place for place in reversed(range(len(read))) if rewritable(read[place].text, char)), None)
    if place is None:
        return 0
    read[place] = Piece(rewritten(read[place].text, char), read[place].spelled)
    return 1 + length


def rewritable(value: str, letter: str) -> bool:
    """Tell whether a value has a letter, or just one that sounds the same."""
    return letter in value or sum(value.count(other) for other in _same_sound(letter)) == 1


def rewritten(value: str, letter: str) -> str:
    """Write a value with a letter in place of the one that sounds the same ("gimenez", "j" -> "jimenez")."""
    if letter in value or not rewritable(value, letter):
        return value
    return re.sub("|".join(_same_sound(letter)), letter, value)


def _same_sound(letter: str) -> list[str]:
    return sorted({other for same in _SAME_SOUND if letter in same for other in same} - {letter})


def _example_at(tokens: list[_Token], at: int) -> tuple[str, int] | None:
    """Read a letter told by a known word ("ene de Navarra", "de Alicante", "7 de Zaragoza"): it, and where it ends.

    The word is heard far better than the letter's name before it.
    """
    lead = 0 if tokens[at].text in _EXAMPLE else _named(tokens, at)[1]
    for length in (lead, 0, 1):
        link = at + length
        linked = link < len(tokens) and tokens[link].text in _EXAMPLE
        word = tokens[link + linked].text if link + linked < len(tokens) else ""
        letter = _EXAMPLE_KEYS.get(phonetic_key(word))
        if letter and (linked or (lead and length == lead)) and _may_name(tokens[at].text, letter, length - lead):
            return letter, link + linked + 1
    return None


def _may_name(heard: str, letter: str, more: int) -> bool:
    """Tell whether a word that is no letter's name may be one misheard: a short word, or 7 for zeta."""
    if more <= 0:
        return True
    return letter == "z" if heard.isdecimal() else len(heard) <= _LONGEST_RUN


def _named(tokens: list[_Token], at: int) -> tuple[str, int]:
    """Find the character that the words from ``at`` name, and how many words that takes; "" when none."""
    if _is_run(tokens[at]):
        return "", 0
    for length in range(min(_LONGEST_NAME, len(tokens) - at), 0, -1):
        name = " ".join(token.text for token in tokens[at : at + length])
        if name in _NAMES:
            return _NAMES[name], length
    text = tokens[at].text
    if len(text) == 1 and (text.isalpha() or text.isdecimal() or text in _SIGNS):
        return text, 1
    return "", 0


def _is_run(token: _Token) -> bool:
    """Tell whether a token is letters written as one word ("ES", "CTR")."""
    return 1 < len(token.text) <= _LONGEST_RUN and token.written.isupper() and token.text.isalpha()


def _word(token: _Token) -> Iterator[Piece]:
    if token.text in _FILLERS:
        return
    if token.text.isdigit():
        yield from (Piece(digit, spelled=True) for digit in token.text)
    elif _is_run(token):
        yield from (Piece(letter, spelled=True) for letter in token.text)
    elif token.text.startswith("letra") and (letter := _NAMES.get(token.text.removeprefix("letra"))):
        yield Piece(letter, spelled=True)
    else:
        yield Piece(token.text, spelled=False)


def _by_example(letter: str, tokens: list[_Token], at: int) -> tuple[str, int]:
    """Settle a letter by the word said for it ("te de Dinamarca" is a d): the letter, and how many words that took."""
    if at + 1 >= len(tokens) or tokens[at].text not in _EXAMPLE or len(tokens[at + 1].text) < _FEWEST:
        return letter, 0
    if _named(tokens, at + 1)[0]:
        return letter, 0
    first = tokens[at + 1].text[0]
    if first == letter or any({first, letter} <= same for same in _SAME_SOUND) or not sounds_like(letter, first):
        return letter, 2
    return first, 2


def spelled(text: str) -> str:
    """Put a spelled text together; "" when it is not spelled."""
    read = pieces(text)
    letters = sum(piece.spelled for piece in read)
    if letters < _FEWEST or letters < _SHARE * len(read):
        return ""
    return "".join(piece.text for piece in read)
