"""The doctor's check of the hosted language models, those of running experiments included."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ivr.bootstrap_llm import build_thinking
from ivr.bootstrap_variants import build_variant_thinking
from ivr.errors import ConfigError, EngineError
from ivr.supervision.findings import bad, doubtful, good
from ivr.supervision.speaking import running_changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.call.thinking import Thinking
    from ivr.settings import Settings
    from ivr.supervision.findings import Finding

PATIENCE = 5.0


def check_thinking(settings: Settings) -> Iterator[Finding]:
    """Ask each hosted model whether it is there and lets us in."""
    try:
        thinking = build_thinking(settings)
    except ConfigError as error:
        yield bad("language model", str(error), "correct the setting that it names")
        return
    if not thinking.providers:
        yield good("language model", "the built-in engine (LLM_PROVIDER=local)")
    yield from asyncio.run(_ask(thinking, set()))
    asked = {provider.name for provider in thinking.providers}
    for change in running_changes(settings):
        if change.model is None:
            continue
        try:
            own = build_variant_thinking(settings, change.model)
        except ConfigError as error:
            yield doubtful(f"language model {change.model}", str(error), "its experiment takes no calls until then")
        else:
            yield from asyncio.run(_ask(own, asked))
            asked |= {provider.name for provider in own.providers}


async def _ask(thinking: Thinking, asked: set[str]) -> list[Finding]:
    found = []
    for provider in thinking.providers:
        if provider.name in asked:
            continue
        name = f"language model {provider.name}"
        try:
            async with asyncio.timeout(PATIENCE):
                await provider.model.check()
        except EngineError as error:
            found.append(doubtful(name, str(error), "until then the next one answers, at the end the built-in engine"))
        except TimeoutError:
            found.append(
                doubtful(name, f"no answer within {PATIENCE:g} s", "see whether it is up; until then others answer")
            )
        else:
            found.append(good(name, f"{provider.model.model} answers" if provider.model.model else "it answers"))
    await thinking.aclose()
    return found
