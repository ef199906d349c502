"""How long turns, pauses and calls may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TurnPolicy:
    """Seconds, except the counts and two probabilities that the turn is over.

    From ``threshold`` on a pause ends the turn; from ``eager`` on a reply is prepared, to be spoken or dropped.
    """

    threshold: float = 0.9
    eager: float = 0.6
    min_silence: float = 0.3
    dictation_silence: float = 1.8
    """The shortest silence that ends an unfinished number or address: cut in two it would be lost."""
    timeout: float = 1.8
    learns: bool = True
    """Whether the caller's own pauses in this call move the time given."""
    dictation_timeout: float = 2.5
    no_input_after: float = 8.0
    no_input_prompts: int = 2
    """Questions without an understood answer, noises included, after which the caller is let go at the next one."""
    max_call: float = 1800.0
    max_utterance: float = 30.0
    max_strikes: int = 3
    stop_after: float = 2.0
    verdict_within: float = 3.0
    insist_within: float = 2.5
    key_timeout: float = 2.5
    min_voiced: float = 1.0
