"""Has hosted models read what every call begins with before the first caller, where their servers keep that."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from typing import TYPE_CHECKING

from ivr.dialogue.conversation import Message
from ivr.dialogue.prompt import fixed_part, system_prompt
from ivr.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.call.thinking import Thinking
    from ivr.dialogue.script import Script
    from ivr.dialogue.tools import Tool

log = logging.getLogger(__name__)

AGAIN = 10.0


async def warm(thinking: Thinking, script: Script, tools: Sequence[Tool], tries: int = 12) -> None:
    """Bring the instructions to each model that is up; one that is not gets further tries, 10 s apart."""
    brief = Message("system", fixed_part(system_prompt(script, dt.datetime.now())))  # noqa: DTZ005 - local time
    waiting = list(thinking.providers)
    for again in reversed(range(tries)):
        for provider in [*waiting]:
            try:
                await provider.model.warm([brief], tools)
                waiting.remove(provider)
            except EngineError as error:
                log.warning("%s is not ready: %s", provider.name, error)
        if not (waiting and again):
            return
        await asyncio.sleep(AGAIN)
