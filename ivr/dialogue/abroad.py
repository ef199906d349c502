"""Conversations in another language than Spanish, for those who read Spanish, and for models that write any. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.language.gist import gist
from ivr.language.tongues import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.dialogue.conversation import Message

HOME = "es"
"""The language of the instructions that hosted models are given."""


def in_spanish(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Put what was said into the Spanish words that rules know: yes, no, digits, wishes."""
    return tuple(
        message if message.language == HOME else replace(message, text=gist(message.text, message.language))
        for message in messages
    )


def with_notices(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Tell a hosted model, in the caller's own entries, which language to answer in; Spanish is not told until then.

    What was told before stays as it was, so that servers keep what they have read.
    """
    noted: list[Message] = []
    present = HOME
    for message in messages:
        if message.role == "user" and message.language != present:
            present = message.language
            name = NAMES[HOME][present]
            notice = f"[El cliente habla ahora en {name}. Conteste en {name}, también a lo que sigue.]"
            noted.append(replace(message, text=f"{notice} {message.text}", words=()))
        else:
            noted.append(message)
    return tuple(noted)
