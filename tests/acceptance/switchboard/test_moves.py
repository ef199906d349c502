"""Callers moved to people by the real session, on a real Asterisk: by a supervisor, accepted, declined, unanswered."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from ivr.audio.level import dbfs
from ivr.call.conductor import Conductor
from ivr.call.log import CallLog
from ivr.call.recorder import RecordingWriter
from ivr.call.session import CallSession
from ivr.dialogue.conversation import Speech
from ivr.dialogue.local import LocalDialogue
from ivr.dialogue.script import load_script
from ivr.dialogue.tools import Effect, Tool
from ivr.errors import AriUnavailable, ChannelGone, TransferRefused
from ivr.ports import Transcript
from ivr.telephony.ari import AriClient
from ivr.telephony.callflow_values import FlowPolicy
from ivr.telephony.events import UserEvent
from ivr.telephony.moving import Move
from ivr.telephony.phone import Phone
from ivr.telephony.phone_values import PhoneConfig
from ivr.telephony.switchboard import SwitchboardConfig
from ivr.trials.transfer_engines import ANNOUNCE, SORRY, ToneEngines
from ivr.trials.transfer_sounds import BACK, BRIEFING, CALLER, LAST, PERSON, heard_track, seconds_of, tone
from ivr.trials.transfers import KeptBook
from ivr.web.line import AriLine

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
    from pathlib import Path

    from ivr.audio.frame import AudioFrame
    from ivr.dialogue.conversation import Message
    from ivr.dialogue.tools import ToolCall
    from ivr.metadata import HandoverRecord
    from ivr.ports import CallControl, CallOffer, Hints, MediaLink, VoiceStream, VoiceStyle
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


class Listening(ToneEngines):
    """The built-in agent, whose callers say ``words`` one after the other, whatever the sound."""

    def __init__(self, *words: str) -> None:
        super().__init__("1002")
        self._words = list(words)
        self._agent = LocalDialogue(load_script("es"), lambda: dt.datetime.fromisoformat("2026-11-27T12:00"))
        self.tools = (*self.tools, Tool("schedule_callback", "Call the caller back.", {}, Effect.REVERSIBLE))

    def reply(self, messages: Sequence[Message], tools: Sequence[Tool]) -> AsyncGenerator[Speech | ToolCall, None]:
        return self._agent.reply(messages, tools)

    def probabilities(self, streams: Sequence[VoiceStream], windows: Sequence[bytes]) -> Sequence[float]:
        assert len(streams) == len(windows)
        return [float(dbfs(window) > -40) for window in windows]

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        del speech, hints
        return Transcript(self._words.pop(0) if self._words else "", confidence=0.9)

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        del text, style
        yield tone(0.3, BACK)


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

    async def talk(self) -> None:
        """Let caller and person speak at once."""
        async with asyncio.TaskGroup() as talk:
            talk.create_task(self.caller.say(tone(0.6, CALLER)))
            talk.create_task(self.person.say(tone(0.6, PERSON)))
        await asyncio.sleep(0.3)

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
def open_screens(own_pbx: LocalPbx, config_of: Callable[..., Any]) -> Callable[[], Any]:
    """Listen to screen pops as programs of the house would: one over ARI, one over AMI."""

    @asynccontextmanager
    async def screens() -> AsyncIterator[tuple[list[dict[str, str]], list[dict[str, str]]]]:
        over_ari: list[dict[str, str]] = []
        over_ami: list[dict[str, str]] = []
        connected = asyncio.Event()

        async def hear_ari() -> None:
            async with AriClient(config_of(own_pbx, app="screens")) as ari, aclosing(ari.events()) as events:
                async for event in events:
                    connected.set()
                    if isinstance(event, UserEvent) and event.name == "IvrScreenPop" and event.channel is not None:
                        over_ari.append({**event.values, "channel": event.channel.id})

        reader, writer = await log_in(own_pbx)
        listening = [asyncio.create_task(hear_ari()), asyncio.create_task(hear_ami(reader, over_ami))]
        await asyncio.wait_for(connected.wait(), 10)
        try:
            yield over_ari, over_ami
        finally:
            for task in listening:
                task.cancel()
            await asyncio.wait(listening)
            writer.close()

    return screens


async def log_in(pbx: LocalPbx) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Switch the manager interface on, as an administrator would, and log in."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (pbx.home / "etc" / "manager.conf").write_text(
        f"[general]\nenabled = yes\nbindaddr = 127.0.0.1\nport = {port}\n\n[admin]\nsecret = a-secret\nread = user\n"
    )
    pbx.console("manager reload")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"Action: Login\r\nUsername: admin\r\nSecret: a-secret\r\n\r\n")
    while b"Authentication accepted" not in await asyncio.wait_for(reader.readline(), 5):
        pass
    return reader, writer


async def hear_ami(reader: asyncio.StreamReader, told: list[dict[str, str]]) -> None:
    event: dict[str, str] = {}
    while line := await reader.readline():
        name, _, value = line.decode().strip().partition(": ")
        if name:
            event[name] = value
            continue
        if event.get("UserEvent") == "IvrScreenPop":
            told.append({**event, "channel": event["Uniqueid"]})
        event = {}


@pytest.fixture
def open_house(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], config_of: Callable[..., Any], tmp_path: Path
) -> Callable[[], Any]:
    @asynccontextmanager
    async def house(engines: ToneEngines | None = None) -> AsyncIterator[House]:
        engines, book, writer = engines or Patient("1002"), KeptBook(), RecordingWriter(tmp_path / "recordings")
        conductor, kit = Conductor(engines), engines.kit("warm", LIMIT)

        def session(offer: CallOffer, link: MediaLink, control: CallControl) -> CallSession:
            return CallSession(offer, link, control, kit, conductor, CallLog(offer, link.rate, writer, book, {}))

        ticking = asyncio.create_task(conductor.run())
        line = AriLine(config_of(own_pbx), "ES")
        try:
            async with phone(own_pbx, "1001") as caller, phone(own_pbx, "1002") as person:
                await caller.register()
                await person.register()
                config = SwitchboardConfig(FlowPolicy(media_timeout=60.0, screen_app="screens"))
                async with open_exchange(own_pbx, session, config) as exchange:
                    await line.ping()
                    yield House(exchange, book, line, caller, person)
                    await line.aclose()
        finally:
            await line.aclose()
            ticking.cancel()
            writer.close()

    return house


async def test_a_supervisor_moves_a_caller_who_hears_it_announced_and_a_person_takes_them_with_a_screen_pop(
    open_house: Callable[[], Any], open_screens: Callable[[], Any], tmp_path: Path
) -> None:
    ours, theirs = tmp_path / "caller.wav", tmp_path / "person.wav"
    async with open_house() as house, open_screens() as (over_ari, over_ami):
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
        await house.talk()
        with pytest.raises(TransferRefused, match="with a person already"):
            await house.line.move(channel, Move("2000"))
        record = await house.end()
        with pytest.raises(ChannelGone, match="over"):
            await house.line.move(channel, Move("1002"))
        await house.exchange.until(lambda: len(over_ami) >= 3 and len(over_ari) >= 3, 3)
    shown = [(state, "1002", "1001", channel) for state in ("ringing", "answered", "taken")]
    for told in (over_ari, over_ami):
        assert [(each["state"], each["target"], each["caller"], each["channel"]) for each in told] == shown
    assert (record.outcome, record.mode, record.target) == ("taken", "warm", "1002")
    assert (record.waited_seconds or LIMIT) < LIMIT
    caller, person = heard_track(ours), heard_track(theirs)
    assert seconds_of(caller, LAST) > 0.1
    for track, hertz in ((person, BRIEFING), (caller, PERSON), (person, CALLER)):
        assert seconds_of(track, hertz) > 0.3


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


async def test_a_caller_whom_the_person_declines_is_the_agents_again(
    open_house: Callable[[], Any], tmp_path: Path
) -> None:
    ours = tmp_path / "caller.wav"
    async with open_house() as house:
        await house.line.move(await house.call(ours), Move("1002"))
        await house.person.answer(tmp_path / "person.wav")
        await asyncio.sleep(0.5)
        house.person.press("2")
        await house.exchange.until(lambda: not house.person.in_call)
        await asyncio.sleep(1.5)
        record = await house.end()
    assert seconds_of(heard_track(ours), BACK) > 0.5
    assert record.outcome == "declined"


async def test_who_asks_for_a_person_and_gets_none_in_time_is_offered_a_call_and_an_alarm_is_raised(
    open_house: Callable[[ToneEngines], Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_house(Listening("Quiero hablar con una persona.", "Sí.")) as house:
        await house.call(tmp_path / "caller.wav")
        await asyncio.sleep(0.7)
        await house.caller.say(tone(0.6, CALLER))
        await house.exchange.until(lambda: bool(house.person.incoming))
        assert "handover_alarm" not in caplog.text
        await house.exchange.until(lambda: "handover_alarm" in caplog.text, LIMIT + 3)
        await asyncio.sleep(2.0)
        await house.caller.say(tone(0.6, CALLER))
        await asyncio.sleep(2.5)
        record = await house.end()
    assert (record.outcome, record.late) == ("no_answer", True)
    assert record.waited_seconds == pytest.approx(LIMIT, abs=2.0)
    said = [turn.heard for turn in house.book.calls[-1].turns if turn.who == "agent"]
    assert "le llamamos" in said[-2], said
    assert "le llamamos" not in said[-1], said
    assert "?" in said[-1], said


async def test_who_asks_for_a_person_gets_one_within_the_limit(
    open_house: Callable[[ToneEngines], Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_house(Listening("Quiero hablar con una persona.")) as house:
        await house.call(tmp_path / "caller.wav")
        await asyncio.sleep(0.7)
        await house.caller.say(tone(0.6, CALLER))
        await house.person.answer(tmp_path / "person.wav")
        await asyncio.sleep(0.5)
        house.person.press("1")
        await asyncio.sleep(0.6)
        await house.talk()
        record = await house.end()
    assert record.outcome == "taken"
    assert (record.waited_seconds or LIMIT) < LIMIT
    assert "handover_alarm" not in caplog.text
    assert seconds_of(heard_track(tmp_path / "caller.wav"), PERSON) > 0.3


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
