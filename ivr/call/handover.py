"""Handing a caller over: ringing for them, a briefing for the person, then listening on until the call is over."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.audio.ringing import Ringing
from ivr.call.handover_log import HandoverLog
from ivr.call.overhearing import Overhearing
from ivr.call.person import PersonSide
from ivr.call.screen_pops import ScreenPops
from ivr.dialogue.briefing import briefing
from ivr.errors import IvrError
from ivr.handover_ports import CallerMoved, HandoverFailed, HandoverOrder, PersonAnswered, PersonPressed, PersonTalks
from ivr.metadata import HandoverRecord

if TYPE_CHECKING:
    from ivr.call.conductor import Conductor
    from ivr.call.ear import Ear
    from ivr.call.kit import AgentKit
    from ivr.call.log import CallLog
    from ivr.dialogue.briefing import ScreenPop
    from ivr.dialogue.endpointing import SpeechPaused, SpeechStarted
    from ivr.handover_ports import Handover, HandoverMode
    from ivr.metadata import HandoverOutcome
    from ivr.ports import CallControl, MediaLink

log = logging.getLogger(__name__)

ACCEPT, DECLINE = "1", "2"
DECIDE = 15.0
"""Seconds that a person has after the briefing to press a key."""
LEAST_WAIT = 5.0
"""Seconds that a phone may ring even when the limit is nearly reached."""
WRITE_DOWN = 3.0
"""Seconds that the last words may take to be written down once the call is over."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who is to take the caller over, and when that was wished for: seconds since the call's first tick."""

    target: str
    mode: HandoverMode
    asked_at: float


class CallerHandover:
    """One hand-over of one call; ``tick`` takes the place of the conversation until it is over."""

    def __init__(
        self, kit: AgentKit, conductor: Conductor, book: CallLog, ear: Ear, link: MediaLink, wish: Wish
    ) -> None:
        self._kit, self._conductor, self._book, self._ear, self._link = kit, conductor, book, ear, link
        self._wish = wish
        self._ringing = Ringing(link.rate)
        self._written = HandoverLog(book)
        self._caller = Overhearing(ear, kit.transcriber, kit.policy.language, self._written.caller_said)
        self._person: PersonSide | None = None
        self._pops: ScreenPops | None = None
        self._writers: list[asyncio.Task[None]] = []
        self._undecided = False
        self.moved = False
        """Whether the caller is with a person now, or in the dialplan on the way to one."""
        before = book.metadata.handover
        self.record = HandoverRecord(
            target=wish.target,
            mode=wish.mode,
            attempt=1 if before is None else before.attempt + 1,
            asked_at=round(wish.asked_at, 2),
        )
        book.metadata.handover = self.record

    # --- the hand-over -----------------------------------------------------------------------------

    async def run(self, control: CallControl, screen: ScreenPop) -> None:
        """Hand the caller over; returns when the agent has them again, or is cancelled when the call is over."""
        self.record.screen = screen.as_dict()
        self._pops = ScreenPops(control, self._kit.screen_hook, screen, self.record)
        left = self._kit.policy.handover.limit - (self._ear.now - self._wish.asked_at)
        order = HandoverOrder(
            self._wish.target, self._wish.mode, max(LEAST_WAIT, left), screen.caller_id, screen.variables
        )
        await self._written.begun()
        try:
            handover = await control.hand_over(order)
        except IvrError as error:
            log.warning("the transfer to %s failed: %s", self._wish.target, error)
            self._settle("failed")
            return
        self.record.mode = handover.order.mode
        self._pops.tell("ringing")
        person = PersonSide(handover, self._kit, self._link.rate, self._written.person_said)
        self._person, self._written.offset = person, self._ear.now
        self._conductor.add(person)
        async with asyncio.TaskGroup() as tasks:
            outcome = await self._follow(handover, person, screen, tasks)
            self.close_person()
            self._settle(outcome)

    async def _follow(
        self, handover: Handover, person: PersonSide, screen: ScreenPop, tasks: asyncio.TaskGroup
    ) -> HandoverOutcome:
        """Take the news until the caller is the agent's again."""
        telling: asyncio.Task[None] | None = None
        wanted: HandoverOutcome | None = None
        while True:
            match await handover.news():
                case PersonAnswered():
                    self.record.answered_at = round(self._ear.now, 2)
                    self._tell_screens("answered")
                    telling = tasks.create_task(self._brief(handover, person, briefing(screen)))
                case PersonPressed(digit) if digit in {ACCEPT, DECLINE} and wanted is None:
                    wanted = "taken" if digit == ACCEPT else "declined"
                    if telling is not None:
                        telling.cancel()
                    (handover.join if digit == ACCEPT else handover.dismiss)()
                case CallerMoved():
                    self._moved(person)
                case PersonTalks():
                    self._taken()
                case HandoverFailed(reason):
                    if telling is not None:
                        telling.cancel()
                    return wanted if wanted == "declined" else "undecided" if self._undecided else reason
                case _:
                    pass

    async def _brief(self, handover: Handover, person: PersonSide, text: str) -> None:
        self.record.briefing = text
        try:
            await person.tell(text)
        except IvrError as error:
            log.warning("the person is not briefed: %s", error)
        while not person.told:  # noqa: ASYNC110 - the tick plays it; a look ten times a second is enough
            await asyncio.sleep(0.1)
        await asyncio.sleep(DECIDE)
        self._undecided = True
        handover.dismiss()

    def _moved(self, person: PersonSide) -> None:
        self.moved = person.listens = True
        self.record.moved_at = round(self._ear.now, 2)
        for side in (self._caller, person.overhearing):
            self._writers.append(asyncio.create_task(side.run(), name="overhearing"))
        if self.record.mode == "warm":
            self._taken()
        else:
            self._settle("moved")

    def _taken(self) -> None:
        self.record.answered_at = self.record.answered_at or round(self._ear.now, 2)
        if self.record.outcome != "taken":
            self._settle("taken")

    def _settle(self, outcome: HandoverOutcome) -> None:
        """Write down how it came out; tell when nobody was there in time."""
        record = self.record
        moved_on = record.outcome == "moved"
        record.outcome = outcome
        record.waited_seconds = round(self._ear.now - self._wish.asked_at, 2)
        limit = self._kit.policy.handover.limit
        record.late = outcome not in {"taken", "moved"} and record.waited_seconds >= limit - 1.0
        if record.late:
            log.error(
                "handover_alarm: nobody took the caller over within %g s; they are offered a callback. "
                "See who is in the queue of %s",
                limit,
                record.target,
            )
        if not moved_on:
            self._kit.handovers.note(record)
        self._written.settled(record)
        self._tell_screens(outcome)

    def _tell_screens(self, state: str) -> None:
        if self._pops is not None:
            self._pops.tell(state)

    # --- the tick ----------------------------------------------------------------------------------

    def tick(self, speech: SpeechStarted | SpeechPaused | None, heard: bytes) -> None:
        """Let the caller hear ringing, or write down what both say."""
        if self.moved and self._person is not None:
            self._caller.feed(speech)
            self._book.record(heard, self._person.heard)
            return
        tone = self._ringing.next()
        self._link.send(tone)
        self._book.record(heard, tone)

    # --- ending ------------------------------------------------------------------------------------

    async def close(self) -> None:
        """End with the call; the last words may still be written down."""
        self.close_person()
        if self.record.outcome is None:
            self._settle("caller_hung_up")
        self.record.ended_at = round(self._ear.now, 2)
        sides = [self._caller, *([self._person.overhearing] if self._person is not None else [])]
        if self._writers:
            with suppress(TimeoutError):
                async with asyncio.timeout(WRITE_DOWN):
                    for side in sides:
                        await side.finish()
                    await asyncio.wait(self._writers)
            for writer in self._writers:
                writer.cancel()
        if self._pops is not None:
            await self._pops.close(WRITE_DOWN)
        self.record.untranscribed = sum(side.left_out for side in sides)

    def close_person(self) -> None:
        """Tick the person's leg no more."""
        if self._person is not None:
            self._conductor.remove(self._person)
