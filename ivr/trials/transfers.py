"""Transfers as both sides hear them: a real Asterisk, real phones, the real session; only what is said are tones.

The announcement is measured in the caller's recording, the briefing in the person's, and after every call both ends
are asked what is left: ours (ledger) and Asterisk (channels and bridges).
"""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ivr.call.conductor import Conductor
from ivr.call.log import CallLog
from ivr.call.recorder import RecordingWriter
from ivr.call.session import CallSession
from ivr.errors import PhoneError
from ivr.rtp.link import PortRange
from ivr.telephony.ari import AriClient, AriConfig
from ivr.telephony.ari_commands import ListBridges, ListChannels
from ivr.telephony.media import NewRtpLink
from ivr.telephony.phone import Phone
from ivr.telephony.phone_values import PhoneConfig
from ivr.telephony.switchboard import Switchboard
from ivr.trials.transfer_engines import ToneEngines
from ivr.trials.transfer_sounds import (
    ANNOUNCED,
    ANNOUNCEMENT,
    BACK,
    BRIEFED,
    BRIEFING,
    CALLER,
    LAST,
    MARK,
    PERSON,
    TOLD,
    heard_track,
    moments,
    seconds_of,
    silences,
    tone,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from ivr.handover_ports import HandoverMode
    from ivr.metadata import RecordingMetadata
    from ivr.ports import CallControl, CallHandler, CallOffer, MediaLink
    from ivr.telephony.pbx import LocalPbx

Ending = Literal["accept", "decline", "no_answer", "caller_hangs_up", "person_hangs_up"]
ENDINGS: tuple[Ending, ...] = ("accept", "decline", "no_answer", "caller_hangs_up", "person_hangs_up")
OUTSIDE = "912345678"
"""The outside number; its phone is called over a trunk, without a registration."""
LIMIT = 12.0
"""Seconds after which a caller whom nobody takes is the agent's again."""
SETTLE = 15.0
QUALIFIED = 1.0
"""Seconds until Asterisk has found out that the trunk's phone is there by now."""
TALK = 0.6
TOLERANCE = 0.05
FIRST_SILENCE, RING_PAUSE = 1.0, 3.2
"""Seconds: the most after the announcement; a ringing tone's own pause in Spain is 3 s."""


@dataclass(slots=True)
class TransferRow:
    """One transfer; seconds. ``faults`` is empty when it went as it must."""

    ending: Ending
    announced: float = 0.0
    announced_end: float = 0.0
    silence_after: float = 0.0
    longest_silence: float = 0.0
    briefed: float = 0.0
    briefed_end: float = 0.0
    met: bool = False
    """Whether caller and person heard each other."""
    came_back: bool = False
    outcome: str | None = None
    faults: list[str] = field(default_factory=list)

    def judge(self, mode: HandoverMode) -> None:
        """Name what is not as it must be."""
        if self.announced_end < MARK - TOLERANCE or self.announced < ANNOUNCED - MARK - TOLERANCE:
            self.faults.append("announcement clipped")
        if self.silence_after > FIRST_SILENCE or self.longest_silence > RING_PAUSE:
            self.faults.append("silent")
        if self.ending == "accept":
            if not self.met:
                self.faults.append("caller and person did not hear each other")
            if mode == "warm" and (self.briefed < TOLD - MARK - TOLERANCE or self.briefed_end < MARK - TOLERANCE):
                self.faults.append("briefing clipped")
        elif self.ending != "caller_hangs_up" and not self.came_back:
            self.faults.append("the caller did not come back to the agent")


class KeptBook:
    """Keeps the metadata of the calls that are over, in memory."""

    def __init__(self) -> None:
        self.calls: list[RecordingMetadata] = []

    async def opened(self, metadata: RecordingMetadata) -> None:
        """Have no rows."""

    async def changed(self, metadata: RecordingMetadata) -> None:
        """Have no rows."""

    async def closed(self, metadata: RecordingMetadata) -> None:
        """Keep it."""
        self.calls.append(metadata)


class TransferTrial:
    """Transfers of one mode to one target on a PBX of its own."""

    def __init__(self, pbx: LocalPbx, mode: HandoverMode, target: str, folder: Path) -> None:
        self._pbx, self._mode, self._target, self._folder = pbx, mode, target, folder
        self._engines = ToneEngines(target)
        self._book = KeptBook()
        self.rows: list[TransferRow] = []

    @property
    def calls(self) -> list[RecordingMetadata]:
        """What was written down about the calls that are over."""
        return self._book.calls

    async def run(
        self, calls: int, *, mixed: bool = False, seed: int = 1, tell: Callable[[int], None] = lambda _n: None
    ) -> dict[str, Any]:
        """Make so many calls, one after the other; ``mixed``: each ends another way, at a random moment."""
        chance = random.Random(seed)
        async with self._system() as (ari, board), self._phones() as (caller, person):
            for number in range(calls):
                ending = chance.choice(ENDINGS) if mixed and self._mode == "warm" else "accept"
                row = TransferRow(ending)
                await self._transfer(row, caller, person, chance, self._folder / f"{number}")
                row.faults += await self._left_over(ari, board)
                row.outcome = self._outcome()
                row.judge(self._mode)
                self.rows.append(row)
                tell(number + 1)
        return self.report()

    def report(self) -> dict[str, Any]:
        """Add it up."""
        good = [row for row in self.rows if row.ending == "accept"]
        return {
            "mode": self._mode,
            "target": self._target,
            "transfers": len(self.rows),
            "faulty": sum(bool(row.faults) for row in self.rows),
            "announcement_end_ms_min": round(1000 * min((row.announced_end for row in self.rows), default=0.0)),
            "silence_after_max": max((row.silence_after for row in self.rows), default=0.0),
            "longest_silence_max": max((row.longest_silence for row in self.rows), default=0.0),
            "briefing_min": min((row.briefed for row in good), default=0.0) if self._mode == "warm" else None,
            "rows": [asdict(row) for row in self.rows],
        }

    # --- the system ------------------------------------------------------------------------------

    @asynccontextmanager
    async def _system(self) -> AsyncIterator[tuple[AriClient, Switchboard]]:
        config = self._pbx.config
        writer = RecordingWriter(self._folder / "recordings")
        conductor = Conductor(self._engines)
        kit = self._engines.kit(self._mode, LIMIT)

        def session(offer: CallOffer, link: MediaLink, control: CallControl) -> CallHandler:
            return CallSession(
                offer, link, control, kit, conductor, CallLog(offer, link.rate, writer, self._book, kit.versions)
            )

        first = random.randrange(46000, 58000, 2)
        links = NewRtpLink(PortRange("127.0.0.1", first, first + 200), "127.0.0.1", "alaw")
        async with AriClient(AriConfig(config.ari_url, config.ari_user, config.ari_password, config.ari_app)) as ari:
            board = Switchboard(ari, links, session)
            running = [asyncio.create_task(conductor.run()), asyncio.create_task(board.run())]
            try:
                await asyncio.wait_for(board.ready.wait(), 20)
                yield ari, board
            finally:
                for task in reversed(running):
                    task.cancel()
                await asyncio.wait(running)
                writer.close()

    @asynccontextmanager
    async def _phones(self) -> AsyncIterator[tuple[Phone, Phone]]:
        config = self._pbx.config
        outside = self._target == OUTSIDE
        port = int(config.carrier.rpartition(":")[2] or 0) if outside else 0

        def phone(user: str, local_port: int = 0) -> Phone:
            return Phone(PhoneConfig("127.0.0.1", user, config.phones[user], config.sip_port, local_port=local_port))

        async with phone("1001") as caller, phone("1002", port) as person:
            await caller.register()
            if outside:
                await asyncio.to_thread(self._pbx.console, "pjsip qualify carrier")
                await asyncio.sleep(QUALIFIED)
            else:
                await person.register()
            yield caller, person

    def _outcome(self) -> str | None:
        last = self._book.calls[-1] if self._book.calls else None
        return last.handover.outcome if last is not None and last.handover is not None else None

    async def _left_over(self, ari: AriClient, board: Switchboard) -> list[str]:
        """Wait for the end of everything; name what stays."""
        deadline = time.monotonic() + SETTLE
        while True:
            left = [
                *(f"leaked: call {call.call_id} {call.state}" for call in board.calls),
                *(f"leaked: {kind} {name}" for things in board.ledger.outstanding().values() for kind, name in things),
                *(f"leaked: channel {channel.id}" for channel in await ari.do(ListChannels())),
                *(f"leaked: bridge {bridge.id}" for bridge in await ari.do(ListBridges())),
            ]
            if not left or time.monotonic() > deadline:
                return left
            await asyncio.sleep(0.1)

    # --- one transfer ----------------------------------------------------------------------------

    async def _transfer(
        self, row: TransferRow, caller: Phone, person: Phone, chance: random.Random, record: Path
    ) -> None:
        ours, theirs = record.with_suffix(".caller.wav"), record.with_suffix(".person.wav")
        person.incoming = ""  # of a call that ended before it was picked up
        answer = await caller.call("100", ours)
        if not answer.answered:
            row.faults.append(f"the agent did not answer: {answer.code} {answer.reason}")
            return
        waited_until = await self._play(row, caller, person, chance, theirs)
        await caller.hang_up()
        if person.in_call:
            try:
                await person.ended(10.0)
            except PhoneError:
                row.faults.append("leaked: the person's phone is still in the call")
                await person.hang_up()
        self._measure(row, ours, theirs, waited_until)

    async def _play(self, row: TransferRow, caller: Phone, person: Phone, chance: random.Random, theirs: Path) -> float:
        """Do what this ending wants; answers until when the caller waited, on the caller's recording."""
        rings = chance.uniform(0.3, 2.5)
        if row.ending == "caller_hangs_up":
            await asyncio.sleep(ANNOUNCED + rings)
            return caller.time
        if row.ending == "no_answer":
            await asyncio.sleep(ANNOUNCED + LIMIT + 4.0)
            return caller.time
        try:
            await self._until(lambda: bool(person.incoming), 15.0)
            await asyncio.sleep(rings)
            await person.answer(theirs)
        except (PhoneError, TimeoutError) as error:
            row.faults.append(f"the person's phone did not ring: {error}")
            return caller.time
        return await self._decide(row, caller, person, chance)

    async def _decide(self, row: TransferRow, caller: Phone, person: Phone, chance: random.Random) -> float:
        if self._mode == "blind":
            until = caller.time
            await asyncio.sleep(0.3)
            await self._talk(caller, person)
            return until
        if row.ending == "accept":
            await asyncio.sleep(TOLD + 0.8)
            until = caller.time
            person.press("1")
            await asyncio.sleep(0.6)
            await self._talk(caller, person)
            return until
        await asyncio.sleep(chance.uniform(0.2, TOLD + 1.0))
        if row.ending == "decline":
            person.press("2")
        else:
            await person.hang_up()
        until = caller.time
        await asyncio.sleep(2.5)
        return until

    @staticmethod
    async def _talk(caller: Phone, person: Phone) -> None:
        if caller.in_call and person.in_call:
            async with asyncio.TaskGroup() as talk:
                talk.create_task(caller.say(tone(TALK, CALLER)))
                talk.create_task(person.say(tone(TALK, PERSON)))
        await asyncio.sleep(0.3)

    @staticmethod
    async def _until(condition: Callable[[], bool], seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - the phone tells its news to nobody
                await asyncio.sleep(0.02)

    def _measure(self, row: TransferRow, ours: Path, theirs: Path, waited_until: float) -> None:
        track = heard_track(ours)
        row.announced, row.announced_end = seconds_of(track, ANNOUNCEMENT), seconds_of(track, LAST)
        ends = max(moments(track, LAST), default=0.0) + 0.02
        if not row.faults:
            gaps = silences(track, ends, min((waited_until, *moments(track, BACK))))
            row.silence_after, row.longest_silence = round(gaps[0], 2), round(max(gaps), 2)
        row.came_back = seconds_of(track, BACK) > TALK
        if not theirs.exists():
            return
        other = heard_track(theirs)
        row.briefed, row.briefed_end = seconds_of(other, BRIEFING), seconds_of(other, BRIEFED)
        row.met = seconds_of(track, PERSON) > TALK / 2 and seconds_of(other, CALLER) > TALK / 2
