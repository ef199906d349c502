"""E-mail addresses, spelled aloud or written ("ana punto lópez arroba ejemplo punto com")."""

from __future__ import annotations

import re

from ivr.language.dates import Found
from ivr.language.numbers import digit_runs
from ivr.language.words import fold

_SIGNS = (
    (r"\s*,?\s*\b(?:arroba|aroba|arrova|a\srroba)\b\s*,?\s*", "@"),
    (r"\s*,?\s*\b(?:guion\sbajo|guionbajo|barra\sbaja|subrayado|underscore)\b\s*,?\s*", "_"),
    (r"\s*,?\s*\b(?:guion|guion\smedio|menos)\b\s*,?\s*", "-"),
    (r"\s*,?\s*\bpunto\b\s*,?\s*", "."),
)
_DOMAINS = {"gmail": "gmail.com", "hotmail": "hotmail.com", "outlook": "outlook.com", "yahoo": "yahoo.com"} | {
    "icloud": "icloud.com",
    "g mail": "gmail.com",
    "jotmail": "hotmail.com",
}
_MISHEARD = {
    "gemail": "gmail",
    "yimeil": "gmail",
    "jimeil": "gmail",
    "hot mail": "hotmail",
    "g mail": "gmail",
    "jotmail": "hotmail",
}
_WRITTEN = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LOCAL_STOPS = {"es", "correo", "email", "mail", "electronico", "mi", "el", "la", "seria", "a", "en", "al", "sera"} | {
    *[
        "que",
        "apunta",
        "apunte",
        "escribe",
        "escriba",
        "anota",
        "anote",
        "si",
        "vale",
        "pues",
        "bueno",
        "claro",
        "ok",
        "nuevo",
        "ahora",
        "direccion",
        "de",
        "por",
        "con",
        "e",
        "y",
    ]
}
_MOST_LOCAL_WORDS = 8
_SPOKEN_AT = re.compile(r"\b(?:arroba|aroba|arrova)\b|@")
_DOMAIN_WORDS = re.compile(r"\s*,?\s*([a-z0-9]+(?:(?:\s+(?:punto|guion)\s+|[.-])[a-z0-9]+)*)")


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
    tail = folded[at.end() :]
    for wrong, right in _MISHEARD.items():
        tail = tail.replace(wrong, right)
    domain = _DOMAIN_WORDS.match(tail)
    if domain is None or not local:
        return None
    host = re.sub(r"\s", "", re.sub(r"\s*\bguion\b\s*", "-", re.sub(r"\s*\bpunto\b\s*", ".", domain[1])))
    host = _DOMAINS.get(host, host)
    if "." not in host:
        return None
    return Found(f"{local}@{host}", start, min(len(folded), at.end() + domain.end()))


def _local_start(folded: str, end: int) -> int:
    """Go back from the "arroba" over the words that spell the name before it."""
    start = end
    for count, match in enumerate(reversed(list(re.finditer(r"[^\s,;:¿?¡!]+", folded[:end])))):
        if count >= _MOST_LOCAL_WORDS or (match[0].strip(".") in _LOCAL_STOPS and not _spells_on(folded, match)):
            break
        start = match.start()
    return start


def _spells_on(folded: str, match: re.Match[str]) -> bool:
    """Tell whether a small word is part of the name: a spoken sign follows it ("juan punto de punto la")."""
    after = folded[match.end() :].split(maxsplit=1)
    return match[0] not in {"es", "correo"} and bool(after) and after[0] in {"punto", "guion", "barra"}


def _glue(spoken: str) -> str:
    """Write the spoken name before the "arroba" as one word."""
    text = spoken
    for run in reversed(digit_runs(text)):
        between = text[run.start : run.end]
        if not re.search(r"punto|guion", between):
            text = f"{text[: run.start]}{run.digits}{text[run.end :]}"
    for pattern, sign in _SIGNS:
        text = re.sub(pattern, sign, text)
    return re.sub(r"[^\w.+-]", "", text).strip(".-")
