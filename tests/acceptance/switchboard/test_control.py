"""What a session and an operator may do with a call, on a real Asterisk."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from ivr.dialogue.outcome import Outcome
from ivr.errors import AriRefused, ChannelGone
from ivr.rtp.link import PortRange
from ivr.telephony.ari_check import check_api
from ivr.telephony.ari_commands import ExternalMedia, GetChannel, HangUpChannel, SendDtmf
from ivr.telephony.callflow_values import FlowPolicy, media_id
from ivr.telephony.media import NewRtpLink
from ivr.telephony.phone import Phone
from ivr.telephony.phone_values import PhoneConfig
from ivr.telephony.switchboard import SwitchboardConfig

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.telephony.pbx import LocalPbx

pytestmark = pytest.mark.asterisk
VIDEO_ONLY = """m=audio 0 RTP/AVP 8
m=video [auto_media_port] RTP/AVP 96
a=rtpmap:96 H264/90000"""
UNKNOWN_CODEC = """m=audio [auto_media_port] RTP/AVP 97
a=rtpmap:97 EVRC/8000"""


async def test_the_server_offers_every_command_and_event_that_we_use(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange:
        assert await check_api(exchange.ari) == []


async def test_calls_whose_channels_begin_alike_do_not_block_each_other(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange:
        first, second = (ExternalMedia(media_id("ivr", name), "ivr", "alaw", "127.0.0.1:9") for name in ("x-10", "x-1"))
        await exchange.ari.do(first)
        await exchange.ari.do(second)
        await exchange.settled()


async def test_a_transferred_caller_goes_on_in_the_dialplan_and_our_part_is_gone(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    line = PhoneConfig("127.0.0.1", "1002", own_pbx.config.phones["1002"], own_pbx.config.sip_port)
    async with open_exchange(own_pbx, new_desk()) as exchange, Phone(line) as person:
        await person.register()
        await exchange.ring("moved")
        await exchange.talking(1)
        [session] = exchange.desk.sessions
        await session.control.transfer("2000")
        assert [hangup.outcome for hangup in exchange.desk.left] == [Outcome.TRANSFERRED]
        await asyncio.sleep(0.3)
        caller = await exchange.ari.do(GetChannel(session.offer.channel_id))
        assert caller.state == "Up"
        assert caller.app_name == "Queue"
        assert exchange.board.calls == ()
        await exchange.ari.do(HangUpChannel("moved"))
        await exchange.settled()


async def test_a_transfer_to_nowhere_is_refused_and_the_call_goes_on(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange:
        await asyncio.to_thread(own_pbx.console, "module load func_dialplan.so")
        await exchange.ring("stays")
        await exchange.talking(1)
        [session] = exchange.desk.sessions
        with pytest.raises(AriRefused, match="7777"):
            await session.control.transfer("7777")
        assert [call.state for call in exchange.board.calls] == ["talking"]
        await exchange.board.hang_up(session.offer.call_id)
        await exchange.settled()


async def test_keys_reach_the_session(own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange:
        await exchange.ring("keys")
        await exchange.talking(1)
        await exchange.ari.do(SendDtmf("keys;2", "12*"))  # the caller echoes everything, keys too
        await exchange.until(lambda: len(exchange.desk.keys) == 3)
        assert exchange.desk.keys == ["1", "2", "*"]
        await exchange.ari.do(HangUpChannel("keys"))
        await exchange.settled()


async def test_an_operator_can_hang_up_a_call_once(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange:
        await exchange.ring("operated")
        await exchange.talking(1)
        [call] = exchange.board.calls
        await exchange.board.hang_up(call.call_id)
        await exchange.settled()
        assert [hangup.by for hangup in exchange.desk.left] == ["agent"]
        with pytest.raises(ChannelGone, match=call.call_id):
            await exchange.board.hang_up(call.call_id)


async def test_draining_lets_calls_end_and_refuses_new_ones(
    own_pbx: LocalPbx, sipp: Any, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    async with open_exchange(own_pbx, new_desk(lasts=lambda: 2.0)) as exchange:
        await exchange.ring("early")
        await exchange.talking(1)
        draining = asyncio.create_task(exchange.board.drain(10))
        await asyncio.sleep(0)
        await sipp.call(sipp.scenario("late", "", refused=503), 3)
        assert len(exchange.desk.sessions) == 1
        await draining
        await exchange.settled()


async def test_draining_ends_calls_that_take_too_long(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange:
        await exchange.ring("talkative")
        await exchange.talking(1)
        await exchange.board.drain(0.2)
        await exchange.settled()


async def test_callers_beyond_the_limit_hear_congestion(
    own_pbx: LocalPbx, sipp: Any, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    async with open_exchange(own_pbx, new_desk(), SwitchboardConfig(max_calls=1)) as exchange:
        await exchange.ring("first")
        await exchange.talking(1)
        await sipp.call(sipp.scenario("second", "", refused=503), 3)
        await exchange.ari.do(HangUpChannel("first"))
        await exchange.settled()


async def test_callers_for_whom_no_port_is_free_hear_congestion(
    own_pbx: LocalPbx, sipp: Any, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange:
        exchange.board._new_link = NewRtpLink(PortRange("127.0.0.1", 45998, 45998), "127.0.0.1", "alaw")
        await exchange.ring("first")
        await exchange.talking(1)
        await sipp.call(sipp.scenario("portless", "", refused=503), 3)
        await exchange.ari.do(HangUpChannel("first"))
        await exchange.settled()


@pytest.mark.parametrize("media", [VIDEO_ONLY, UNKNOWN_CODEC], ids=["video only", "unknown codec"])
async def test_a_phone_without_a_usable_codec_is_refused_by_asterisk_and_never_reaches_us(
    own_pbx: LocalPbx, sipp: Any, open_exchange: Callable[..., Any], new_desk: Any, media: str
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange:
        await sipp.call(sipp.scenario("incompatible", "", media=media, refused=488), 5)
        assert exchange.board.ledger.counts() == {}
        await exchange.settled()


async def test_a_session_that_ignores_the_end_of_its_call_is_cancelled(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    config = SwitchboardConfig(FlowPolicy(media_timeout=60.0, leave_timeout=0.3))
    async with open_exchange(own_pbx, new_desk(), config) as exchange:
        await exchange.ring("deaf")
        await exchange.talking(1)
        [session] = exchange.desk.sessions
        session._over = asyncio.Event()
        session.leave = None  # telling it breaks, and must not keep the line open
        await exchange.ari.do(HangUpChannel("deaf"))
        await exchange.settled()


async def test_a_session_that_cannot_be_made_ends_its_call_only(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange:
        await exchange.ring("good")
        await exchange.talking(1)

        def broken(*_: Any) -> Any:
            raise ZeroDivisionError

        exchange.board._new_session = broken
        await exchange.ring("bad")
        await exchange.until(lambda: exchange.board.ledger.counts()["task"] == (2, 1))
        assert [call.state for call in exchange.board.calls] == ["talking"]
        await exchange.ari.do(HangUpChannel("good"))
        await exchange.settled()
