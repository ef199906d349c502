"""Two hundred calls of every ending: afterwards Asterisk and we hold nothing."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from ivr.dialogue.outcome import Outcome
from ivr.errors import TelephonyError
from ivr.telephony.ari_commands import HangUpChannel
from ivr.telephony.callflow_values import FlowPolicy
from ivr.telephony.media_websocket import MediaServer
from ivr.telephony.media_websocket_leg import NewWebsocketLink
from ivr.telephony.switchboard import SwitchboardConfig

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.telephony.pbx import LocalPbx

pytestmark = [pytest.mark.asterisk, pytest.mark.slow]
CALLS = 200


async def test_callers_who_hang_up_first(
    own_pbx: LocalPbx, sipp: Any, open_exchange: Callable[..., Any], new_desk: Any, measured: Callable[[str], None]
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange:
        pause = '<pause distribution="uniform" min="800" max="1200"/>'
        await sipp.call(sipp.scenario("caller-first", sipp.voice() + pause + sipp.bye()), CALLS)
        await exchange.settled()
        assert Counter(hangup.outcome for hangup in exchange.desk.left) == {Outcome.CALLER_HUNG_UP: CALLS}
        assert all(session.link.heard_anything for session in exchange.desk.sessions)
        p50, p95 = exchange.setup_times()
        measured(f"StasisStart to a session that talks, {CALLS} calls: p50 {p50:.0f} ms, p95 {p95:.0f} ms")
        assert p95 < 250


@pytest.mark.parametrize("media_format", ["alaw", "slin16"])
async def test_callers_who_hang_up_first_over_media_websockets(
    own_pbx: LocalPbx, sipp: Any, open_exchange: Callable[..., Any], new_desk: Any, media_format: str
) -> None:
    new_link = NewWebsocketLink(MediaServer.beside(own_pbx.config.ari_url), media_format)
    async with open_exchange(own_pbx, new_desk(), new_link=new_link) as exchange:
        pause = '<pause distribution="uniform" min="800" max="1200"/>'
        await sipp.call(sipp.scenario("over-websocket", sipp.voice() + pause + sipp.bye()), CALLS // 2)
        await exchange.settled()
        assert Counter(hangup.outcome for hangup in exchange.desk.left) == {Outcome.CALLER_HUNG_UP: CALLS // 2}
        assert all(session.link.heard_anything for session in exchange.desk.sessions)


async def test_agents_who_hang_up(
    own_pbx: LocalPbx, sipp: Any, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    async with open_exchange(own_pbx, new_desk(lasts=lambda: random.uniform(0.2, 0.8))) as exchange:
        await sipp.call(sipp.scenario("agent-first", sipp.voice() + sipp.wait_for_bye()), CALLS)
        await exchange.settled()
        assert len(exchange.desk.sessions) == CALLS
        assert {hangup.by for hangup in exchange.desk.left} <= {"agent"}


async def test_callers_who_hang_up_during_set_up(
    own_pbx: LocalPbx, sipp: Any, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange:
        pause = '<pause distribution="uniform" min="0" max="30"/>'
        await sipp.call(sipp.scenario("hasty", pause + sipp.bye()), CALLS)
        await exchange.settled()
        assert {hangup.outcome for hangup in exchange.desk.left} <= {Outcome.CALLER_HUNG_UP}


async def test_channels_that_vanish_before_or_during_the_answer(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange:

        async def ring_and_vanish(name: str) -> None:
            await exchange.ring(name)
            await asyncio.sleep(random.uniform(0, 0.03))
            try:
                await exchange.ari.do(HangUpChannel(name))
            except TelephonyError:
                return

        for batch in range(CALLS // 20):
            async with asyncio.TaskGroup() as tasks:
                for number in range(20):
                    tasks.create_task(ring_and_vanish(f"vanishing-{batch}-{number:02}"))
        await exchange.settled()
        assert exchange.board.ledger.counts()["task"][0] > 0


async def test_callers_from_whom_no_audio_comes(
    own_pbx: LocalPbx, sipp: Any, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    config = SwitchboardConfig(FlowPolicy(media_timeout=0.5))
    async with open_exchange(own_pbx, new_desk(), config) as exchange:
        await sipp.call(sipp.scenario("mute", sipp.wait_for_bye()), CALLS)
        await exchange.settled()
        assert Counter(hangup.outcome for hangup in exchange.desk.left) == {Outcome.NO_MEDIA: CALLS}


async def test_a_pbx_that_restarts_with_calls_up(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    restarts, calls = 10, 20
    config = SwitchboardConfig(FlowPolicy(media_timeout=60.0), pbx_grace=30.0)
    async with open_exchange(own_pbx, new_desk(), config) as exchange:
        for restart in range(restarts):
            async with asyncio.TaskGroup() as tasks:
                for number in range(calls):
                    tasks.create_task(exchange.ring(f"restart-{restart:02}-{number:02}"))
            await exchange.talking(calls)
            exchange.board.ready.clear()
            await asyncio.to_thread(own_pbx.kill)
            await asyncio.to_thread(own_pbx.start)
            async with asyncio.timeout(20):
                await exchange.board.ready.wait()
            await exchange.settled()
        assert Counter(hangup.outcome for hangup in exchange.desk.left) == {Outcome.PBX_FAILED: restarts * calls}
