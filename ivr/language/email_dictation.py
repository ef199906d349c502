"""Reads the answer to "what is your e-mail?", where everything that was said is the address.

Speech-to-text writes what it hears of an address into one another ("vidalarrobagmael.com", "aquí abajo" for "guion
bajo", "M-O-L-I-N-A-57-Roba"), so signs are looked for inside words, well-known hosts by their sound, and names among
the common ones. What was mended so has to be confirmed by the caller.
"""

from __future__ import annotations

import re
import string
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from ivr.language.email_hosts import likeliest_hosts
from ivr.language.email_local import letters_written, spelled_local, without_remarks
from ivr.language.identifiers import normal_form
from ivr.language.letters import sounds_like
from ivr.language.names import NAMES
from ivr.language.numbers import numerals
from ivr.language.phonetics import phonetic_key
from ivr.language.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ROBA = r"r+[\s-]?[ou][\s-]?[bv]a+"
_AT = re.compile(rf"[\s,.-]*(?:@|[ae]{_ROBA}|(?:\b(?:a|la)[\s.-]+)?{_ROBA})[\s,.-]*")
_LEAD = re.compile(
    r"^\W*(?:(?:[st]i?a\spunt\w+|si|vale|bueno|pues|claro|ok|(?:y\s)?apunt[aeo]n?|anot[aeo]n?|tome\snota|es|mi|el(?!\sena)|la|correo|email|mail"
    r"|electronico|direccion|seria|que|y|a\sver|mire|digo|perdon|no)\b\W*)*"
)
_TAIL = re.compile(r"\s(?:de|del|en|y|a)$")
"""What speech-to-text hears between a name and its "arroba"."""
_UNDERSCORE = re.compile(
    r"[\s,.-]*(?:(?:\b|(?<=[a-z]{3}))gu?i?[ao]+n|\b(?:gu?il+[aou]\w*|gu?i[ol]+n?|g[iu]+on|aqui|ahi|gui))[\s,.-]*(?:a\s)?bajo\b[\s,.-]*"
    r"|[\s,]*\b(?:guionbajo|guiomba|barra\sbaja|subrayado)\b[\s,]*"
)
_HYPHEN = re.compile(r"[\s,]*\b(?:guion(?:\smedio)?|menos)\b[\s,]*")
_DOT = re.compile(r"[\s,]*\b(?:puntos?|puento)\b[\s,]*")
_TOP = re.compile(
    r"[\s,.]*(?:\.|\bpuntos?\s*|\blos\spuntos?\s*|puntos?|\bpult[ou]e?\s*)\s*"
    r"(com|es|net|org|mx|cat|info|eu|ar|co|cl|s)\b\W*(?:(?:muchas\s)?(?:gracias|por\sfavor|vale|eso\ses|ya\sesta)\W*)*$"
)
_TOPS_MISHEARD = {"s": "es"}
_HOSTS = {
    "gmail": ("gmail", "gmael", "gemail", "jimeil", "yimeil", "chimeil", "cmail", "gmal", "gml", "gmailcom"),
    "hotmail": ("hotmail", "jotmail", "odmal", "otmal", "osmail", "otmail", "autmal", "odmail", "lotmal", "hotmal"),
    "outlook": ("outlook", "autluk", "autlook", "outluk", "autluc", "auluk", "autlu"),
    "yahoo": ("yahoo", "yahu", "iao", "iau", "hago", "llago", "jago", "yago", "llaju", "yau", "llao", "jao", "iahu"),
    "icloud": ("icloud", "aiclaud", "iclaud", "aicloud"),
    "telefonica": ("telefonica",),
}
"""Well-known hosts and what speech-to-text makes of them."""
_SOUNDS = {sound: host for host, sounds in _HOSTS.items() for sound in sounds}
_NEAR_ENOUGH = 74
_KNOWN_KEYS = {phonetic_key(name): name for name in sorted(NAMES)}
_LEAST_NAME, _LEAST_HEARD = 4, 3
_LEAST_ENDING = 5
_MISHEARD = {"una": "ana"}
_LETTERS = string.ascii_lowercase
_COMMON = re.compile(r"[a-z]+")


def dictated_email(text: str) -> str | None:
    """Read an address; None when the words hold none."""
    if written := normal_form("email", text.strip().rstrip(".")):
        return written
    folded = fold(text)
    for at in reversed(list(_AT.finditer(folded))):
        host, local = _host(folded[at.end() :]), _local(folded[: at.start()])
        if host and local and (address := normal_form("email", f"{local}@{host}")):
            return address
    return None


def best_email(hypotheses: Sequence[str]) -> str | None:
    """Read an address from several hypotheses: the first name of common names, the first host that is known."""
    addresses = [address for text in hypotheses if (address := dictated_email(text))]
    if not addresses:
        return None
    locals_, hosts = zip(*(address.split("@") for address in addresses), strict=True)
    return f"{max(locals_, key=_of_names)}@{likeliest_hosts(hosts, _HOSTS)[0]}"


def _of_names(local: str) -> bool:
    """Tell whether all words of a name are common ones ("jorgecastro86")."""
    return all(_splits(word) for word in re.findall(r"[a-z]+", local))


def _splits(word: str) -> bool:
    return word in NAMES or any(word[:at] in NAMES and word[at:] in NAMES for at in range(2, len(word) - 1))


def respelled(hypotheses: Sequence[str], before: Sequence[str]) -> list[str]:
    """List the addresses that may have been spelled, the likeliest first.

    ``before`` is what was heard of the address earlier. A name that is one letter off a common one and sounds like it
    is taken for that; the host is a well-known one heard now, else the likeliest of all that were heard.
    """
    split = [_parted(text) for text in hypotheses]
    hosts = [host for _, host in split if host]
    if not any(_is_known(host) for host in hosts):
        hosts += _hosts_of(before)
    locals_ = [local for local, _ in split if local]
    names = dict.fromkeys(name for local in locals_ for name in (_COMMON.sub(_mended_names, local), local))
    return _addresses(names, likeliest_hosts(hosts, _HOSTS))


def _parted(text: str) -> tuple[str, str]:
    """Read the name and the host of what was spelled; "" for what is not there."""
    folded = fold(text)
    ats = list(_AT.finditer(folded))
    if not ats:
        return spelled_local(_UNDERSCORE.sub(" _ ", _LEAD.sub("", folded))), ""
    return _local(folded[: ats[-1].start()]), _host(folded[ats[-1].end() :])


def respelled_host(hypotheses: Sequence[str], before: Sequence[str]) -> list[str]:
    """List the addresses whose part after the @ was spelled, or said again; the name is what was heard ``before``."""
    addresses = [address for text in before if (address := dictated_email(text))]
    top_before = addresses[0].rpartition(".")[2] if addresses else ""
    hosts: list[str] = []
    for text in hypotheses:
        folded = fold(text)
        ats = list(_AT.finditer(folded))
        said = folded[ats[-1].end() :] if ats else folded
        top = _TOP.search(said)
        letters = spelled_local(said[: top.start()] if top else said)
        ending = _TOPS_MISHEARD.get(top[1], top[1]) if top else top_before
        hosts.append(f"{letters}.{ending}" if letters else _host(said))
    names = dict.fromkeys(address.partition("@")[0] for address in addresses)
    return _addresses(names, [host for host in dict.fromkeys(hosts) if host])


def _hosts_of(texts: Sequence[str]) -> list[str]:
    return [address.partition("@")[2] for text in texts if (address := dictated_email(text))]


def _addresses(names: Iterable[str], hosts: Sequence[str]) -> list[str]:
    """Put names and hosts together, each name with the first host before any with the next."""
    written = [normal_form("email", f"{name}@{host}") for host in hosts for name in names]
    return list(dict.fromkeys(address for address in written if address))


def _is_known(host: str) -> bool:
    return host.partition(".")[0] in _HOSTS


def _mended_names(word: re.Match[str]) -> str:
    return _one_letter_off(word[0])


def is_host_in_doubt(address: str) -> bool:
    """Tell whether the part after the @ is likelier to be wrong: it is nobody's we know, the name of common names."""
    local, _, host = address.partition("@")
    return not _is_known(host) and _of_names(local)


@lru_cache(maxsize=4096)
def _one_letter_off(word: str) -> str:
    """Give the common names that a spelled word is but for one letter that sounds like theirs; else the word."""
    if len(word) < _LEAST_NAME or _splits(word):
        return word
    near = {
        changed
        for at, letter in enumerate(word)
        for other in _LETTERS
        if other != letter and sounds_like(letter, other) and _splits(changed := word[:at] + other + word[at + 1 :])
    }
    return near.pop() if len(near) == 1 else word


def _host(said: str) -> str:
    top = _TOP.search(said)
    name = _DOT.sub(".", _HYPHEN.sub("-", said[: top.start()] if top else said))
    joined = re.sub(r"[^a-z0-9]", "", name)
    known = process.extractOne(joined, _SOUNDS.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
    ending = _TOPS_MISHEARD.get(top[1], top[1]) if top else "com"
    if known is not None:
        return f"{_SOUNDS[known[0]]}.{ending}"
    if not top:
        return ""
    words = re.sub(r"[a-z]+(?:\s[a-z]+)*", lambda found: "".join(_ending(word) for word in found[0].split()), name)
    return f"{re.sub(r'[^a-z0-9.-]', '', words).strip('.-')}.{ending}"


@lru_cache(maxsize=4096)
def _ending(word: str) -> str:
    """Spell the name at a word's end as it is usually spelled ("tallerescerrano" is "talleresserrano")."""
    for at in range(len(word) - _LEAST_ENDING + 1):
        name = _KNOWN_KEYS.get(phonetic_key(word[at:]))
        if name is not None and len(name) == len(word) - at and (at == 0 or len(name) >= _LEAST_ENDING):
            return word[:at] + name
    return word


def _local(said: str) -> str:
    said = _UNDERSCORE.sub("_", without_remarks(_LEAD.sub("", said)))
    if letters := spelled_local(said.replace("_", " _ ")):
        return letters
    said = letters_written(_DOT.sub(".", _HYPHEN.sub("-", _TAIL.sub("", said))))
    for number in reversed(numerals(said)):
        said = f"{said[: number.start]}{number.digits}{said[number.end :]}"
    said = re.sub(r"[a-z]+(?:\s[a-z]+)*", lambda words: _names(words[0]), said)
    return re.sub(r"[^\w.+-]", "", said).strip(".-")


def _names(said: str) -> str:
    """Write words as the common names they sound like, two together first ("el ena" is "elena")."""
    words = said.split()
    for at in range(len(words) - 1):
        joined = words[at] + words[at + 1]
        if not {words[at], words[at + 1]} <= NAMES and _KNOWN_KEYS.get(phonetic_key(joined)):
            return _names(" ".join([*words[:at], _KNOWN_KEYS[phonetic_key(joined)], *words[at + 2 :]]))
    return "".join(_name(word) for word in words)


@lru_cache(maxsize=4096)
def _name(word: str) -> str:
    """Give the common name that a word sounds like; the word itself where none, or more than one, is near."""
    if word in NAMES or len(word) < _LEAST_HEARD:
        return _MISHEARD.get(word, word)
    key = phonetic_key(word)
    if key in _KNOWN_KEYS or len(word) < _LEAST_NAME:
        return _KNOWN_KEYS.get(key, _MISHEARD.get(word, word))
    near = process.extract(key, _KNOWN_KEYS.keys(), scorer=Levenshtein.distance, score_cutoff=1, limit=2)
    return _KNOWN_KEYS[near[0][0]] if len(near) == 1 else word
