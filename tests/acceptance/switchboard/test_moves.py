"""Callers moved to people by the real session, on a real Asterisk: by a supervisor, accepted, declined, unanswered."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from ivr.call.conductor import Conductor
from ivr.call.log import CallLog
from ivr.call.recorder import RecordingWriter
from ivr.call.session import CallSession
from ivr.dialogue.conversation import Speech
from ivr.errors import AriUnavailable, ChannelGone, TransferRefused
from ivr.telephony.moving import Move
from ivr.telephony.phone import Phone
from ivr.telephony.phone_values import PhoneConfig
from ivr.trials.transfer_engines import ANNOUNCE, SORRY, ToneEngines
from ivr.trials.transfer_sounds import BACK, BRIEFING, CALLER, LAST, PERSON, heard_track, seconds_of, tone
from ivr.trials.transfers import KeptBook
from ivr.web.line import AriLine

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
    from pathlib import Path

    from ivr.dialogue.conversation import Message
    from ivr.dialogue.tools import Tool, ToolCall
    from ivr.metadata import HandoverRecord
    from ivr.ports import CallControl, CallOffer, MediaLink
    from ivr.telephony.pbx import LocalPbx

pytestmark = pytest.mark.asterisk

LIMIT = 6.0


class Patient(ToneEngines):
    """An agent that moves nobody by itself, and announces what others want."""

    async def reply(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall, None]:
        del tools
        if messages:
            yield Speech(SORRY, interruptible=False)

    def line(self, name: str, turn: int = 0) -> Speech:
        del turn
        return Speech(ANNOUNCE if name == "transfer_to_agent" else SORRY)


def phone(pbx: LocalPbx, user: str) -> Phone:
    return Phone(PhoneConfig("127.0.0.1", user, pbx.config.phones[user], pbx.config.sip_port))


class House:
    """An exchange whose agent is patient, the API's line to it, and two phones."""

    def __init__(self, exchange: Any, book: KeptBook, line: AriLine, caller: Phone, person: Phone) -> None:
        self.exchange, self.book, self.line, self.caller, self.person = exchange, book, line, caller, person

    async def call(self, record: Path) -> str:
        """Call the agent; gives the caller's channel."""
        assert (await self.caller.call("100", record)).answered
        await self.exchange.talking(1)
        await asyncio.sleep(0.3)
        channel: str = self.exchange.board.calls[0].channel_id
        return channel

    async def end(self) -> HandoverRecord:
        """Hang up; gives what was written down about the hand-over."""
        await self.caller.hang_up()
        if self.person.in_call:
            await self.person.ended(10.0)
        await self.exchange.settled()
        handover = self.book.calls[-1].handover
        assert handover is not None
        return handover


@pytest.fixture
def open_house(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], config_of: Callable[..., Any], tmp_path: Path
) -> Callable[[], Any]:
    @asynccontextmanager
    async def house() -> AsyncIterator[House]:
        engines, book, writer = Patient("1002"), KeptBook(), RecordingWriter(tmp_path / "recordings")
        conductor, kit = Conductor(engines), engines.kit("warm", LIMIT)

        def session(offer: CallOffer, link: MediaLink, control: CallControl) -> CallSession:
            return CallSession(offer, link, control, kit, conductor, CallLog(offer, link.rate, writer, book, {}))

        ticking = asyncio.create_task(conductor.run())
        line = AriLine(config_of(own_pbx), "ES")
        try:
            async with phone(own_pbx, "1001") as caller, phone(own_pbx, "1002") as person:
                await caller.register()
                await person.register()
                async with open_exchange(own_pbx, session) as exchange:
                    await line.ping()
                    yield House(exchange, book, line, caller, person)
                    await line.aclose()
        finally:
            await line.aclose()
            ticking.cancel()
            writer.close()

    return house


async def test_a_supervisor_moves_a_caller_who_hears_it_announced_and_a_person_takes_them(
    open_house: Callable[[], Any], tmp_path: Path
) -> None:
    ours, theirs = tmp_path / "caller.wav", tmp_path / "person.wav"
    async with open_house() as house:
        channel = await house.call(ours)
        with pytest.raises(TransferRefused, match=r"7777.*ivr-transfer"):
            await house.line.move(channel, Move("7777"))
        await house.line.move(channel, Move("1002"))
        with pytest.raises(TransferRefused, match="being moved already"):
            await house.line.move(channel, Move("2000"))
        await house.person.answer(theirs)
        await asyncio.sleep(1.0)
        house.person.press("1")
        await asyncio.sleep(0.6)
        async with asyncio.TaskGroup() as talk:
            talk.create_task(house.caller.say(tone(0.6, CALLER)))
            talk.create_task(house.person.say(tone(0.6, PERSON)))
        await asyncio.sleep(0.3)
        with pytest.raises(TransferRefused, match="with a person already"):
            await house.line.move(channel, Move("2000"))
        record = await house.end()
        with pytest.raises(ChannelGone, match="over"):
            await house.line.move(channel, Move("1002"))
    assert (record.outcome, record.mode, record.target) == ("taken", "warm", "1002")
    assert record.waited_seconds is not None
    assert record.waited_seconds < LIMIT
    caller, person = heard_track(ours), heard_track(theirs)
    assert seconds_of(caller, LAST) > 0.1
    assert seconds_of(person, BRIEFING) > 0.3
    assert seconds_of(caller, PERSON) > 0.3
    assert seconds_of(person, CALLER) > 0.3


async def test_a_blind_move_tells_who_answered_and_when(open_house: Callable[[], Any], tmp_path: Path) -> None:
    async with open_house() as house:
        await house.line.move(await house.call(tmp_path / "caller.wav"), Move("1002", "blind"))
        await house.exchange.until(lambda: bool(house.person.incoming))
        await asyncio.sleep(0.4)
        await house.person.answer(tmp_path / "person.wav")
        await asyncio.sleep(0.3)
        record = await house.end()
    assert (record.outcome, record.mode) == ("taken", "blind")
    assert record.answered_at is not None
    assert record.moved_at is not None
    assert record.answered_at > record.moved_at


async def test_a_caller_who_is_declined_or_whom_nobody_answers_is_the_agents_again_within_the_limit(
    open_house: Callable[[], Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ours = tmp_path / "caller.wav"
    async with open_house() as house:
        channel = await house.call(ours)
        await house.line.move(channel, Move("1002"))
        await house.person.answer(tmp_path / "person.wav")
        await asyncio.sleep(0.5)
        house.person.press("2")
        await house.exchange.until(lambda: not house.person.in_call)
        await asyncio.sleep(1.5)
        assert "handover_alarm" not in caplog.text
        await house.line.move(channel, Move("1002"))
        await house.exchange.until(lambda: "handover_alarm" in caplog.text, LIMIT + 3)
        await asyncio.sleep(1.5)
        record = await house.end()
    assert seconds_of(heard_track(ours), BACK) > 1.5
    assert (record.attempt, record.outcome, record.late) == (2, "no_answer", True)
    assert record.waited_seconds == pytest.approx(LIMIT, abs=2.0)


async def test_without_a_worker_a_move_says_so(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any, config_of: Callable[..., Any]
) -> None:
    line = AriLine(config_of(own_pbx, app="elsewhere"), "ES")
    try:
        async with open_exchange(own_pbx, new_desk()) as exchange:
            await line.ping()
            await exchange.ring("alone")
            await exchange.talking(1)
            with pytest.raises(AriUnavailable, match="no call worker"):
                await line.move(exchange.board.calls[0].channel_id, Move("1002"))
            await exchange.board.hang_up(exchange.board.calls[0].call_id)
            await exchange.settled()
            await line.aclose()
    finally:
        await line.aclose()
