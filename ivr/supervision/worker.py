"""The call worker: one process, one conductor, all the calls of this installation."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from typing import TYPE_CHECKING

from ivr.bootstrap import (
    build_kit,
    build_new_link,
    build_script,
    build_switchboard_config,
    build_writer,
    open_ari,
    open_db,
)
from ivr.bootstrap_store import build_store
from ivr.call.agent import in_manner
from ivr.call.conductor import Conductor
from ivr.call.log import CallLog
from ivr.call.session import CallSession
from ivr.call.warming import warm
from ivr.db.book import DatabaseBook
from ivr.db.experiment_book import ExperimentBook
from ivr.dialogue.delivery import BRISK, CALM, Delivery
from ivr.heartbeat import beat_path, write_beat
from ivr.supervision.rescue import rescue
from ivr.supervision.variants import Variants
from ivr.telephony.switchboard import Switchboard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.call.kit import AgentKit, CallBook
    from ivr.call.recorder import RecordingWriter
    from ivr.ports import CallControl, CallHandler, CallOffer, MediaLink, VoiceStyle
    from ivr.settings import Settings

log = logging.getLogger(__name__)

BEAT_EVERY = 1.0
READY_LOOK = 0.1
"""Seconds between two looks while there is no connection to Asterisk."""
URGENT = 24
"""Fixed phrases that are spoken ahead before the first call is taken; the rest follows while it is quiet."""
DRAIN = 25.0
"""Seconds that calls may go on after the first SIGTERM."""


class Desk:
    """Opens the session of each call."""

    def __init__(self, variants: Variants, conductor: Conductor, writer: RecordingWriter, book: CallBook) -> None:
        self._variants = variants
        self._conductor = conductor
        self._writer = writer
        self._book = book

    def __call__(self, offer: CallOffer, link: MediaLink, control: CallControl) -> CallHandler:
        """Take the call."""
        kit, drawn = self._variants.of(offer)
        record = CallLog(offer, link.rate, self._writer, self._book, kit.versions)
        record.metadata.call.variants = drawn
        return CallSession(offer, link, control, kit, self._conductor, record)


async def run_calls(settings: Settings) -> None:
    """Take calls until SIGTERM or SIGINT: the first lets calls end, the second ends them now."""
    beat = beat_path(settings.home, "calls")
    write_beat(beat, "loading the models")
    database = await asyncio.to_thread(open_db, settings)
    store = build_store(settings)
    book = DatabaseBook(
        database,
        process=settings.enable_offline_batch,
        tenant=settings.tenant,
        memory_days=settings.memory_days,
        keep=store.keeps,
    )
    found = await asyncio.to_thread(rescue, store, database, process=settings.enable_offline_batch)
    for recording_id in (*found.closed, *found.adopted):
        log.warning("recovered %s, which a worker that died left open", recording_id)
    kit = await build_kit(settings, database)
    script = build_script(settings)
    phrases = script.fixed_phrases()
    write_beat(beat, "speaking the greeting ahead")
    await kit.synthesizer.prepare(phrases[:URGENT], kit.style)
    writer = build_writer(settings)
    conductor = Conductor(kit.detector)
    variants = Variants(settings, kit, ExperimentBook(database, settings.tenant))
    async with open_ari(settings) as ari:
        switchboard = Switchboard(
            ari, build_new_link(settings), Desk(variants, conductor, writer, book), build_switchboard_config(settings)
        )
        async with asyncio.TaskGroup() as tasks:
            taking = tasks.create_task(switchboard.run())
            styles = [kit.style, *manners(kit.style)] if settings.tts_provider == "kokoro" else [kit.style]
            beside = (
                conductor.run(),
                _beat(settings, switchboard, conductor, kit, variants),
                _prepare(kit, phrases, styles, switchboard),
                warm(kit.thinking, script, kit.tools.tools),
                variants.follow(),
            )
            running = [tasks.create_task(work) for work in beside]
            await _until_stopped(switchboard, taking)
            for task in running:
                task.cancel()
    await _close(kit, variants)
    writer.close()
    beat.unlink(missing_ok=True)


async def _close(kit: AgentKit, variants: Variants) -> None:
    await variants.aclose()
    await kit.thinking.aclose()
    if kit.speaking is not None:
        await kit.speaking.aclose()


async def _prepare(
    kit: AgentKit, phrases: Sequence[str], styles: Sequence[VoiceStyle], switchboard: Switchboard
) -> None:
    """Speak the other fixed phrases ahead, one at a time and only while nobody is on the line; in each manner too."""
    for style in styles:
        for phrase in phrases:
            while switchboard.calls:  # noqa: ASYNC110 - nobody waits for this; a look a second is enough
                await asyncio.sleep(BEAT_EVERY)
            await kit.synthesizer.prepare([phrase], style)
    log.info("all %d fixed phrases are spoken ahead", len(phrases))


def manners(style: VoiceStyle) -> list[VoiceStyle]:
    """List the ways in which fixed phrases are said to callers who are upset or in a hurry."""
    return [in_manner(style, Delivery(CALM, "calm")), in_manner(style, Delivery(BRISK, "brisk"))]


async def _until_stopped(switchboard: Switchboard, taking: asyncio.Task[None]) -> None:
    loop = asyncio.get_running_loop()
    stops: asyncio.Queue[None] = asyncio.Queue(2)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: None if stops.full() else stops.put_nowait(None))
    asked = asyncio.ensure_future(stops.get())
    await asyncio.wait([asked, taking], return_when=asyncio.FIRST_COMPLETED)
    if asked.done():
        log.info("stopping: no new calls, those in progress may end")
        draining = asyncio.ensure_future(switchboard.drain(DRAIN))
        again = asyncio.ensure_future(stops.get())
        await asyncio.wait([draining, again, taking], return_when=asyncio.FIRST_COMPLETED)
        if not draining.done():
            draining.cancel()
            await switchboard.drain(0)
        again.cancel()
    asked.cancel()
    taking.cancel()


async def _beat(
    settings: Settings, switchboard: Switchboard, conductor: Conductor, kit: AgentKit, variants: Variants
) -> None:
    beat = beat_path(settings.home, "calls")
    while True:
        ready = switchboard.ready.is_set()
        late = sorted(conductor.lateness[-500:])
        facts = {
            "calls": len(switchboard.calls),
            "stages_left_out": list(conductor.shedding.off),
            "stages_dropped_total": conductor.shedding.dropped,
            "handovers": kit.handovers.figures(),
            "models": kit.thinking.facts(time.monotonic()) | variants.facts(time.monotonic()),
            "voices": kit.speaking.facts(time.monotonic()) if kit.speaking is not None else {},
            "tick_late_p99_ms": round(late[int(len(late) * 0.99)] * 1000, 2) if late else 0.0,
        }
        lacking = f"no connection to ARI at {settings.ari_url}; start the PBX, or correct ARI_URL"
        write_beat(beat, "healthy" if ready else lacking, **facts)
        await asyncio.sleep(BEAT_EVERY if ready else READY_LOOK)
