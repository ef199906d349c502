"""How strongly a caller's words ask for an operator's function, by the sentences that the operator gave as examples."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from ivr.language.words import fold, words

if TYPE_CHECKING:
    from ivr.dialogue.guide import Guide
    from ivr.dialogue.hearing import Heard

_OURS = frozenset(
    {
        *(
            "account_balance",
            "billing_inquiry",
            "technical_support",
            "cancellation",
            "schedule_callback",
            "appointment",
        ),
        *("update_contact_info", "transfer_to_agent"),
    }
)
"""Intents that the engine works on itself."""
_SURE = 0.6
"""Confidence of an intent from which it counts by itself."""
SEVERAL = 2
"""Words of an example that must be heard for it to be preferred to something of ours."""
_ALIKE, _LONG = 84, 5
"""How alike, of 100, words of so many letters must sound to be the same, misheard or in another form."""
_STEM = 4
_EMPTY = frozenset(
    words(
        "a al ante con de del desde el ella en es esa ese eso esta estan este esto estoy fue ha han hay he la las le"
        " les lo los me mi mis nos o os para pero por pues que se sea ser si sobre su sus te tengo tiene tu tus un una"
        " uno y ya yo hola buenos buenas dias tardes noches favor gracias oiga mire quiero queria quisiera querria"
        " necesito necesitaba puedo puede podria podrian pueden gustaria saber decir decirme dime digame hacer haga"
        " hagan usted ustedes eh ah bueno vale"
    )
)
_UNWANTED = re.compile(r"\bno (?:lo |la |me |se )?(?:quiero|queria|quisiera|deseo|voy a|hace falta|necesito)\b")
_WORD = re.compile(r"[^\W_]+(?:\|[^\W_]+)*")


def strength(guide: Guide, heard: Heard) -> int:
    """Count the words by which a turn asks for the function; 0 = it does not."""
    if guide.writes and _UNWANTED.search(heard.said):
        return 0
    said = tuple(heard.said.split())
    best = max((_matched(example, said) for example in guide.when), default=0)
    claimed = heard.intent.name in guide.intents and heard.intent.confidence >= _SURE
    if best < SEVERAL and not claimed and heard.intent.name in _OURS and heard.intent.confidence >= _SURE:
        return 0
    return max(best, int(claimed))


@lru_cache(maxsize=1024)
def _content(example: str) -> tuple[tuple[str, ...], ...]:
    """List the words of an example that carry its meaning, each with its alternatives ("pedido|paquete")."""
    kept = [tuple(word.split("|")) for word in _WORD.findall(fold(example))]
    return tuple(word for word in kept if not set(word) <= _EMPTY)


def _matched(example: str, said: tuple[str, ...]) -> int:
    wanted = _content(example)
    every = all(any(_same(one, heard) for one in word for heard in said) for word in wanted)
    return len(wanted) if wanted and every else 0


def _same(wanted: str, heard: str) -> bool:
    if wanted == heard:
        return True
    shorter = min(len(wanted), len(heard))
    if shorter < _LONG:
        return shorter >= _STEM and wanted.rstrip("s") == heard.rstrip("s")
    same = next((at for at in range(shorter) if wanted[at] != heard[at]), shorter)
    return same >= max(_STEM, shorter - 1) or fuzz.ratio(wanted, heard) >= _ALIKE
