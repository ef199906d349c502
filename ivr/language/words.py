"""Text as the rules read it: lower case, no accents, no punctuation."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Take case and accents away ("ñ" becomes "n"), one character for one, so that positions stay true."""
    return "".join(unicodedata.normalize("NFD", char)[0].lower()[0] for char in text)


def words(text: str) -> list[str]:
    """List the folded words of a text, without punctuation."""
    return _WORD.findall(fold(text))


def plain(text: str) -> str:
    """Give the folded words with single spaces between them."""
    return " ".join(words(text))
