"""Wrong passwords, a PBX that is away, a second worker, and what a worker that died has left behind."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any

import pytest

from ivr.dialogue.outcome import Outcome
from ivr.errors import AriRefused, AriUnauthorized, AriUnavailable, ChannelGone
from ivr.telephony import switchboard
from ivr.telephony.ari import AriClient, Connected
from ivr.telephony.ari_commands import (
    AddChannels,
    CreateBridge,
    DestroyBridge,
    ExternalMedia,
    FilterEvents,
    GetApplication,
    GetInfo,
    HangUpChannel,
    ListBridges,
    ListChannels,
)
from ivr.telephony.callflow_values import FlowPolicy, bridge_prefix, joint_prefix
from ivr.telephony.events import StasisStart
from ivr.telephony.switchboard import Switchboard, SwitchboardConfig

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.ports import CallControl, CallHandler, CallOffer, MediaLink
    from ivr.telephony.media import PreparedLink
    from ivr.telephony.pbx import LocalPbx

pytestmark = pytest.mark.asterisk


async def no_link(offer: CallOffer) -> PreparedLink:
    raise AssertionError(offer)


def no_session(offer: CallOffer, link: MediaLink, control: CallControl) -> CallHandler:
    raise AssertionError(offer, link, control)


async def test_a_wrong_password_ends_the_switchboard_with_the_mend(
    own_pbx: LocalPbx, config_of: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    async with AriClient(config_of(own_pbx, password="equivocada")) as ari:
        with pytest.raises(AriUnauthorized, match="ARI_PASSWORD"):
            await ari.do(GetInfo())
        with pytest.raises(AriUnauthorized, match="ARI_PASSWORD") as caught:
            await Switchboard(ari, no_link, no_session).run()
    assert "equivocada" not in caplog.text + repr(caught.value) + repr(config_of(own_pbx, password="equivocada"))


async def test_a_pbx_that_is_down_is_named_with_the_mend(own_pbx: LocalPbx, config_of: Callable[..., Any]) -> None:
    async with AriClient(config_of(own_pbx, url="http://127.0.0.1:1/ari")) as ari:
        with pytest.raises(AriUnavailable, match="ARI_URL"):
            await ari.do(GetInfo())


async def test_the_switchboard_waits_for_a_pbx_that_comes_late(
    new_pbx: Callable[[], LocalPbx], open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    late = new_pbx()
    starting = asyncio.create_task(asyncio.to_thread(late.start))
    async with open_exchange(late, new_desk()) as exchange:
        await starting
        await exchange.ring("first")
        await exchange.talking(1)
        await exchange.ari.do(HangUpChannel("first"))
        await exchange.settled()
    await asyncio.to_thread(late.stop)


async def test_calls_end_when_the_pbx_stays_away(
    new_pbx: Callable[[], LocalPbx], open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    lost = new_pbx()
    await asyncio.to_thread(lost.start)
    config = SwitchboardConfig(FlowPolicy(media_timeout=60.0), pbx_grace=0.5)
    async with open_exchange(lost, new_desk(), config) as exchange:
        await exchange.ring("stranded")
        await exchange.talking(1)
        await asyncio.to_thread(lost.kill)
        await exchange.until(lambda: not exchange.board.calls)
        assert [hangup.outcome for hangup in exchange.desk.left] == [Outcome.PBX_FAILED]


async def test_a_second_worker_of_the_same_name_ends_the_first_loudly(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any, config_of: Callable[..., Any]
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange, AriClient(config_of(own_pbx)) as other:
        await exchange.ring("contested")
        await exchange.talking(1)
        async with aclosing(other.events()) as events:
            await anext(events)
            with pytest.raises(AriRefused, match="ARI_APP"):
                await exchange.running
        await exchange.settled()


async def test_a_caller_who_leaves_while_the_event_socket_is_broken_is_noticed(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange:
        for name in ("leaves", "stays"):
            await exchange.ring(name)
        await exchange.talking(2)
        exchange.board.ready.clear()
        await exchange.ari._socket.close()
        await exchange.ari.do(HangUpChannel("leaves"))
        await exchange.until(lambda: exchange.board.ready.is_set() and len(exchange.board.calls) == 1)
        assert [hangup.outcome for hangup in exchange.desk.left] == [Outcome.CALLER_HUNG_UP]
        assert [call.state for call in exchange.board.calls] == ["talking"]
        await exchange.ari.do(HangUpChannel("stays"))
        await exchange.settled()


async def test_a_socket_that_is_open_but_brings_no_events_is_opened_again(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange:
        await exchange.ring("leaves")
        await exchange.talking(1)
        socket = exchange.ari._socket
        await exchange.ari.do(FilterEvents("ivr", {"allowed": [{"type": "ApplicationReplaced"}]}))
        await exchange.ari.do(HangUpChannel("leaves"))
        await exchange.settled()
        assert exchange.ari._socket is not socket
        assert "events of 'ivr' do not reach us" in caplog.text
        await exchange.ring("comes")
        await exchange.talking(1)
        await exchange.ari.do(HangUpChannel("comes"))
        await exchange.settled()


async def test_events_go_on_over_the_same_socket_while_they_reach_us(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.telephony.ari.LAST_PROOF", 0.05)
    monkeypatch.setattr("ivr.telephony.ari.PROOF_DEADLINE", 1.0)
    async with open_exchange(own_pbx, new_desk()) as exchange:
        await exchange.until(exchange.board.ready.is_set)
        socket = exchange.ari._socket
        await asyncio.sleep(2.5)
        assert exchange.ari._socket is socket


async def test_what_a_dead_worker_left_is_hung_up_and_nothing_else_is_touched(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any, config_of: Callable[..., Any]
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange:
        await exchange.ring("orphan")
        await exchange.talking(1)
        board = exchange.board
        # die as kill -9 would: the socket closes, nothing is hung up
        board._sweep = lambda _: asyncio.sleep(0)
        exchange.running.cancel()
        await asyncio.wait([exchange.running])
        left = await exchange.ari.do(GetApplication("ivr"))
        assert len(left.channel_ids) == 2
        assert len(left.bridge_ids) == 1
    async with AriClient(config_of(own_pbx, app="other")) as other, aclosing(other.events()) as events:
        assert await anext(events) == Connected()
        await other.do(CreateBridge("somebody-elses"))
        await other.do(ExternalMedia("other-media-1", "other", "alaw", "127.0.0.1:9"))
        async with asyncio.timeout(5):
            async for event in events:
                if isinstance(event, StasisStart):
                    break
        async with open_exchange(own_pbx, new_desk()) as exchange:
            await exchange.settled(but=("other-media-1", "somebody-elses"))
            assert [channel.id for channel in await other.do(ListChannels())] == ["other-media-1"]
            assert [bridge.id for bridge in await other.do(ListBridges())] == ["somebody-elses"]
            await other.do(HangUpChannel("other-media-1"))
            await other.do(DestroyBridge("somebody-elses"))
            await exchange.settled()


async def test_a_caller_who_talks_with_a_person_talks_on_when_the_worker_dies_until_one_of_them_leaves(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    """Both are channels in one joint bridge, as a warm hand-over leaves them."""
    joint = f"{joint_prefix('ivr')}orphan"
    async with open_exchange(own_pbx, new_desk()) as exchange:
        await exchange.ring("orphan")
        await exchange.ring("person")
        await exchange.talking(2)
        callers = tuple(call.channel_id for call in exchange.board.calls)
        await exchange.ari.do(CreateBridge(joint))
        await exchange.ari.do(AddChannels(joint, callers))
        exchange.board._sweep = lambda _: asyncio.sleep(0)
        exchange.running.cancel()
        await asyncio.wait([exchange.running])
    async with open_exchange(own_pbx, new_desk()) as exchange:
        await exchange.until(exchange.board.ready.is_set)
        await exchange.board._clear_leftovers()
        left = await exchange.ari.do(ListBridges())
        assert [(bridge.id, set(bridge.channels)) for bridge in left] == [(joint, set(callers))]
        assert not [one.id for one in await exchange.ari.do(ListChannels()) if "media" in one.id]
        await exchange.ari.do(HangUpChannel("person"))
        await exchange.settled()


async def test_what_nobody_owns_is_cleared_away_while_the_connection_holds(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switchboard, "LOOK_EVERY", 0.5)
    async with open_exchange(own_pbx, new_desk()) as exchange:
        await exchange.ring("kept")
        await exchange.talking(1)
        orphan = f"{bridge_prefix('ivr')}orphan"
        await exchange.ari.do(CreateBridge(orphan))
        bridges = [orphan]
        async with asyncio.timeout(15):
            while orphan in bridges:
                await asyncio.sleep(0.2)
                bridges = [bridge.id for bridge in await exchange.ari.do(ListBridges())]
        assert [call.state for call in exchange.board.calls] == ["talking"]
        assert len(bridges) == 1


async def test_a_cancelled_switchboard_hangs_up_what_is_open(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange:
        await exchange.ring("cut")
        await exchange.talking(1)
        exchange.running.cancel()
        await asyncio.wait([exchange.running])
        await exchange.settled()


async def test_a_slow_consumer_loses_the_connection_and_not_the_calls(
    own_pbx: LocalPbx, config_of: Callable[..., Any]
) -> None:
    async with AriClient(config_of(own_pbx, queue=2)) as ari, aclosing(ari.events()) as events:
        assert await anext(events) == Connected()
        for number in range(4):
            await ari.do(ExternalMedia(f"ivr-media-slow-{number}", "ivr", "alaw", "127.0.0.1:9"))
        seen = [type(await anext(events)).__name__ for _ in range(3)]
        assert seen[-1] == "Disconnected"
        for channel in await ari.do(ListChannels()):
            with suppress(ChannelGone):
                await ari.do(HangUpChannel(channel.id))
