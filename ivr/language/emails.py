"""E-mail addresses, spelled aloud or written ("ana punto lópez arroba ejemplo punto com")."""

from __future__ import annotations

import re

from ivr.language.dates import Found
from ivr.language.email_local import LETTERS, REMARK, letters_written, spelled_local, without_remarks
from ivr.language.names import NAMES
from ivr.language.numbers import numerals
from ivr.language.words import fold

_SIGNS = (
    (r"\s*,?\s*\b(?:guion\sbajo|guionbajo|barra\sbaja|subrayado|underscore)\b\s*,?\s*", "_"),
    (r"\s*,?\s*\b(?:guion\smedio|guion|menos)\b\s*,?\s*", "-"),
    (r"\s*,?\s*\bpunto\b\s*,?\s*", "."),
)
_SIGN_WORDS = frozenset({"punto", "guion", "barra", "bajo", "baja", "guionbajo", "subrayado", "medio", "menos"})
_HOSTS = frozenset({"gmail", "hotmail", "outlook", "yahoo", "icloud"})
"""Hosts that are known without their ending."""
_MISHEARD = {
    "gemail": "gmail",
    "ge mail": "gmail",
    "yimeil": "gmail",
    "jimeil": "gmail",
    "g mail": "gmail",
    "hot mail": "hotmail",
    "jotmail": "hotmail",
}
_WRITTEN = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LOCAL_STOPS = (
    {"es", "correo", "email", "mail", "electronico", "mi", "el", "la", "seria", "a", "en", "al", "sera"}
    | {"apunta", "apunte", "escribe", "escriba", "anota", "anote", "si", "vale", "pues", "bueno", "claro", "ok"}
    | {"nuevo", "ahora", "direccion", "no", "perdon", "digo", "que", "de", "por", "con", "e", "y"}
)
_PARTICLES = frozenset({"de", "del", "la", "y"})
"""Small words that are part of a name between two others ("juan de dios")."""
_ALWAYS_STOP = frozenset({"es", "correo"})
_MOST_LOCAL_WORDS = 8
_SPOKEN_AT = re.compile(r"\b(?:arroba|aroba|arrova)\b|@")
_DOMAIN_WORDS = re.compile(
    rf"\s*,?\s*((?:{'|'.join(_MISHEARD)}|[a-z0-9]+)(?:(?:\s+(?:punto|guion)\s+|[.-])[a-z0-9]+)*)"
)
_REMARKS = re.compile(REMARK)
_NAME_WORD = re.compile(r"[^\s,;:¿?¡!]+")


def find_emails(text: str) -> list[Found]:
    """List the e-mail addresses of a text, lower case, without accents."""
    folded = fold(text)
    found = [Found(match[0].lower().rstrip("."), match.start(), match.end()) for match in _WRITTEN.finditer(folded)]
    for at in _SPOKEN_AT.finditer(folded):
        if any(item.start <= at.start() < item.end for item in found):
            continue
        spoken = _read_spoken(folded, at)
        if spoken:
            found.append(spoken)
    return found


def _read_spoken(folded: str, at: re.Match[str]) -> Found | None:
    start = _local_start(folded, at.start())
    local = _glue(folded[start : at.start()])
    domain = _DOMAIN_WORDS.match(folded, at.end())
    if domain is None or not local:
        return None
    said = re.sub("|".join(_MISHEARD), lambda wrong: _MISHEARD[wrong[0]], domain[1])
    host = re.sub(r"\s", "", re.sub(r"\s*\bguion\b\s*", "-", re.sub(r"\s*\bpunto\b\s*", ".", said)))
    host = f"{host}.com" if host in _HOSTS else host
    if "." not in host:
        return None
    return Found(f"{local}@{host}", start, domain.end())


def _local_start(folded: str, end: int) -> int:
    """Go back from the "arroba" over the words that spell the name before it."""
    numbers = numerals(folded[:end])
    said = list(_NAME_WORD.finditer(folded, 0, end))
    remarks = list(_REMARKS.finditer(folded, 0, end))
    first, count = len(said), 0
    while first and count < _MOST_LOCAL_WORDS:
        word = said[first - 1]
        whole = [*(part.span() for part in remarks), *((number.start, number.end) for number in numbers)]
        inside = next((start for start, until in whole if start <= word.start() < until), None)
        if inside is not None:
            first = next(place for place, other in enumerate(said) if other.end() > inside)
            continue
        if word[0].strip(".") in _LOCAL_STOPS and not _belongs(said, first - 1):
            break
        first -= 1
        count += word[0] not in LETTERS | _SIGN_WORDS
    return said[first].start() if first < len(said) else end


def _belongs(said: list[re.Match[str]], at: int) -> bool:
    """Tell whether a small word is part of the name: signs, spelled letters or other parts of a name are around it."""
    word, before = said[at][0], said[at - 1][0] if at else ""
    after = said[at + 1][0] if at + 1 < len(said) else ""
    if word == "con":
        return after in LETTERS
    if word in _ALWAYS_STOP:
        return False
    if after in _SIGN_WORDS or before == "punto":
        return True
    if word in LETTERS and before in LETTERS - _LOCAL_STOPS:
        return True
    if word in LETTERS and after in LETTERS:
        return before in {"", *LETTERS, *_LOCAL_STOPS}
    return bool(after) and word in _PARTICLES and before in NAMES | _PARTICLES


def _glue(spoken: str) -> str:
    """Write the spoken name before the "arroba" as one word."""
    text = without_remarks(spoken)
    if letters := spelled_local(text):
        return letters.strip(".-")
    for pattern, sign in _SIGNS:
        text = re.sub(pattern, sign, text)
    text = letters_written(text)
    for number in reversed(numerals(text)):
        text = f"{text[: number.start]}{number.digits}{text[number.end :]}"
    return re.sub(r"[^\w.+-]", "", text).strip(".-")
