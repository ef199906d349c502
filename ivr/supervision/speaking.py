"""The doctor's check of hosted voices, those of running experiments included: each says one word."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

from ivr.bootstrap import open_db
from ivr.bootstrap_tts import build_hosted_voice, build_style
from ivr.bootstrap_variants import build_variant_style
from ivr.db.experiment_book import ExperimentBook
from ivr.errors import ConfigError, EngineError, StorageError
from ivr.experiments.assignment import changes
from ivr.supervision.findings import bad, doubtful, good

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ivr.engines.hosted_voice import HostedVoice
    from ivr.experiments.definition import Change
    from ivr.ports import VoiceStyle
    from ivr.settings import Settings
    from ivr.supervision.findings import Finding

PATIENCE = 5.0


def check_voices(settings: Settings) -> Iterator[Finding]:
    """Have each hosted voice say a word: that shows key, address, model and voice at once, for a few characters."""
    if settings.tts_provider not in {"elevenlabs", "openai"}:
        yield good("voice", f"on this machine (TTS_PROVIDER={settings.tts_provider})")
        return
    try:
        hosted = build_hosted_voice(settings)
    except ConfigError as error:
        yield bad("voice", str(error), "correct the setting that it names")
        return
    yield from asyncio.run(_speak(hosted, settings.tts_provider, _styles(settings)))


def running_changes(settings: Settings) -> Sequence[Change]:
    """List what running experiments change; nothing where the database is away, which a check of its own tells."""
    try:
        return list(changes(ExperimentBook(open_db(settings), settings.tenant).running()))
    except StorageError:
        return ()


def _styles(settings: Settings) -> list[VoiceStyle]:
    asked = [build_style(settings), *(build_variant_style(settings, change) for change in running_changes(settings))]
    return list({style.voice: style for style in asked}.values())


async def _speak(hosted: HostedVoice, provider: str, styles: Sequence[VoiceStyle]) -> list[Finding]:
    found = []
    for style in styles:
        name = f"voice {provider} {style.voice}"
        try:
            async with asyncio.timeout(PATIENCE), aclosing(hosted.try_out(style)) as sound:
                heard = any([len(piece) async for piece in sound])
        except EngineError as error:
            found.append(doubtful(name, str(error), "until then a voice of this machine speaks"))
        except TimeoutError:
            mend = "see whether TTS_BASE_URL is up; until then a voice of this machine speaks"
            found.append(doubtful(name, f"no word within {PATIENCE:g} s", mend))
        else:
            silent = doubtful(name, "it answers without a sound", "choose another TTS_VOICE or TTS_MODEL")
            found.append(good(name, "it speaks") if heard else silent)
    await hosted.aclose()
    return found
