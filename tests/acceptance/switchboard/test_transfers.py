"""Transfers as callers hear them, on a real Asterisk: none clips the announcement, none is silent, none leaks.

``IVR_TRANSFERS`` says how many of each kind are made (default 3).
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

import pytest

from ivr.telephony.phone import Phone
from ivr.telephony.phone_values import PhoneConfig
from ivr.trials.transfer_sounds import (
    ANNOUNCED,
    ANNOUNCEMENT,
    LAST,
    MARK,
    heard_track,
    moments,
    seconds_of,
    silences,
    tone,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.handover_ports import HandoverMode
    from ivr.ports import CallControl, CallOffer, HangUp, MediaLink
    from ivr.telephony.pbx import LocalPbx

pytestmark = pytest.mark.asterisk

TRANSFERS = int(os.environ.get("IVR_TRANSFERS", "3"))
FRAME = 160
RINGS = 3.0
RING_PAUSE = 3.2
"""A ringing tone's own silence in Spain is 3 s."""


class Announcer:
    """Announces the transfer, then moves the caller at once."""

    def __init__(self, link: MediaLink, control: CallControl, target: str) -> None:
        self._link, self._control, self._target = link, control, target
        self._over = asyncio.Event()

    async def run(self) -> None:
        loop, sound = asyncio.get_running_loop(), bytes(2 * FRAME * 25) + tone(ANNOUNCED, ANNOUNCEMENT, LAST).pcm
        start = loop.time()
        for number, at in enumerate(range(0, len(sound), 2 * FRAME)):
            self._link.receive()
            self._link.send(sound[at : at + 2 * FRAME])
            await asyncio.sleep(max(0.0, start + (number + 1) * 0.02 - loop.time()))
        await self._control.transfer(self._target)
        await self._over.wait()

    def press(self, digit: str) -> None: ...

    def move(self, target: str, mode: HandoverMode) -> None: ...

    def leave(self, hangup: HangUp) -> None:
        del hangup
        self._over.set()


def phone(pbx: LocalPbx, user: str) -> Phone:
    return Phone(PhoneConfig("127.0.0.1", user, pbx.config.phones[user], pbx.config.sip_port))


@pytest.mark.parametrize("target", ["1009", "2000"])
async def test_a_caller_whom_nobody_answers_comes_back_to_the_agent(
    target: str, own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange:
        await exchange.ring("sent")
        await exchange.talking(1)
        await exchange.desk.sessions[0].control.transfer(target)
        await exchange.until(lambda: len(exchange.desk.sessions) == 2)
        await exchange.talking(1)
        sent, back = (session.offer for session in exchange.desk.sessions)
        assert back.channel_id == sent.channel_id
        assert back.variables == {"returned": "yes"}
        assert back.call_id == f"{sent.call_id}-2"
        await exchange.board.hang_up(back.call_id)
        await exchange.settled()


@pytest.mark.parametrize("target", ["1002", "2000"])
async def test_no_blind_transfer_clips_its_announcement_is_silent_or_leaks(
    target: str, own_pbx: LocalPbx, open_exchange: Callable[..., Any], tmp_path: Path, measured: Callable[[str], None]
) -> None:
    def announcer(offer: CallOffer, link: MediaLink, control: CallControl) -> Announcer:
        del offer
        return Announcer(link, control, target)

    lasts, firsts, longest = [], [], []
    async with (
        open_exchange(own_pbx, announcer) as exchange,
        phone(own_pbx, "1001") as caller,
        phone(own_pbx, "1002") as person,
    ):
        await caller.register()
        await person.register()
        for number in range(TRANSFERS):
            record = tmp_path / f"{number}.wav"
            assert (await caller.call("100", record)).answered
            await exchange.until(lambda: not exchange.board.calls)
            moved = caller.time
            await asyncio.sleep(RINGS)
            answered = caller.time
            await person.answer()
            await asyncio.sleep(0.2)
            await caller.hang_up()
            await person.ended(10.0)
            await exchange.settled()
            track = heard_track(record)
            lasts.append(seconds_of(track, LAST))
            firsts.append(seconds_of(track, ANNOUNCEMENT))
            gaps = silences(track, max(moments(track, LAST), default=moved) + 0.02, answered)
            longest.append((gaps[0], max(gaps)))
    measured(
        f"{TRANSFERS} transfers to {target}: last 200 ms announced heard {min(lasts) * 1000:.0f} ms at least; "
        f"silence after it at most {max(first for first, _ in longest):.2f} s, "
        f"while waiting at most {max(most for _, most in longest):.2f} s"
    )
    assert min(lasts) >= 0.17
    assert min(firsts) >= ANNOUNCED - MARK - 0.05
    assert max(first for first, _ in longest) <= 1.0
    assert max(most for _, most in longest) <= RING_PAUSE
