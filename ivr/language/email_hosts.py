"""Which of several readings of what stands after the @ is the likeliest: known hosts first, then those of real words.

People name their own hosts after what they do and who they are ("talleresserrano"), so a reading that parts into two
words or names is preferred to one that does not; among equals, the one that is nearest to all readings by its sound.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from ivr.language.correction.firing import common_words
from ivr.language.names import NAMES
from ivr.language.phonetics import phonetic_key

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_LEAST = 4
"""Letters of a word in a host; shorter ones are found in anything."""


def likeliest_hosts(hosts: Sequence[str], known: Collection[str]) -> list[str]:
    """Order different readings, the likeliest first; of ``known`` (well-known) names the first that was read."""
    mended = [_mended(host) for host in hosts]
    sounds = [phonetic_key(host) for host in mended]
    readings = list(dict.fromkeys([*mended, *hosts]))

    def rank(host: str) -> tuple[int, float]:
        label, sound = host.partition(".")[0], phonetic_key(host)
        if label in known:
            return 2, -readings.index(host)
        return int(bool(of_words(label))), sum(fuzz.ratio(sound, other) for other in sounds)

    return sorted(readings, key=rank, reverse=True)


def _mended(host: str) -> str:
    label, dot, top = host.partition(".")
    return (of_words(label) or label) + dot + top


@lru_cache(maxsize=4096)
def of_words(label: str) -> str:
    """Spell a label as the word or the two it is made of ("tallereserrano" has one s for two); "" if it is not."""
    if _is_word(label):
        return label
    parts = [(label[:at], label[at - shared :]) for shared in (0, 1) for at in range(_LEAST, len(label) - _LEAST + 2)]
    for left, right in parts:
        if len(right) >= _LEAST and _is_word(left) and _is_word(right):
            return left + right
    return ""


def _is_word(text: str) -> bool:
    return text in NAMES or text in common_words()
