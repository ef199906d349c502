"""Transfers as callers hear them, on a real Asterisk: none clips the announcement, none is silent, none leaks.

``IVR_TRANSFERS`` says how many of each kind are made (default 3).
"""

from __future__ import annotations

import asyncio
import itertools
import os
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ivr.telephony.phone import Phone
from ivr.telephony.phone_values import PhoneConfig
from ivr.trials.measure import TwoTracks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.handover_ports import HandoverMode
    from ivr.ports import CallControl, CallOffer, HangUp, MediaLink
    from ivr.telephony.pbx import LocalPbx

pytestmark = pytest.mark.asterisk

TRANSFERS = int(os.environ.get("IVR_TRANSFERS", "3"))
RATE, FRAME = 8000, 160
ANNOUNCEMENT, LAST = 650, 1150
"""Hz of the announcement, and of its last 200 ms."""
ANNOUNCED = 1.2
RINGS = 3.0
HOP = 80
AUDIBLE = 30.0
RING_PAUSE = 3.2
"""A ringing tone's own silence in Spain is 3 s."""


def announcement() -> bytes:
    seconds = np.arange(int(ANNOUNCED * RATE)) / RATE
    hertz = np.where(seconds < ANNOUNCED - 0.2, ANNOUNCEMENT, LAST)
    return bytes((6000 * np.sin(2 * np.pi * hertz * seconds)).astype("<i2").tobytes())


class Announcer:
    """Announces the transfer, then moves the caller at once."""

    def __init__(self, link: MediaLink, control: CallControl, target: str) -> None:
        self._link, self._control, self._target = link, control, target
        self._over = asyncio.Event()

    async def run(self) -> None:
        loop, sound = asyncio.get_running_loop(), bytes(2 * FRAME * 25) + announcement()
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


def share(piece: np.ndarray[Any, Any], hertz: int) -> float:
    """Say how much of a piece's power is one tone."""
    turns = np.exp(-2j * np.pi * hertz * np.arange(len(piece)) / RATE)
    return float(2 * abs(np.mean(piece * turns)) ** 2 / (np.mean(piece**2) + 1))


def heard(record: Path, hertz: int) -> list[float]:
    """List the seconds at which 10 ms pieces are that tone."""
    track = TwoTracks.read(record).heard.astype(float)
    pieces = ((at, track[at : at + HOP]) for at in range(0, len(track) - HOP, HOP))
    return [at / RATE for at, piece in pieces if piece.std() > AUDIBLE and share(piece, hertz) > 0.8]


def silences(record: Path, start: float, end: float) -> list[float]:
    """Measure the silences between two moments, in order; the first one follows the announcement."""
    track = TwoTracks.read(record).heard.astype(float)
    last = min(int(end * RATE), len(track)) - HOP
    loud = [track[at : at + HOP].std() > AUDIBLE for at in range(int(start * RATE), last, HOP)]
    at = [-1, *(index for index, sounds in enumerate(loud) if sounds), len(loud)]
    return [(after - before - 1) * HOP / RATE for before, after in itertools.pairwise(at)]


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
            lasts.append(len(heard(record, LAST)) * HOP / RATE)
            firsts.append(len(heard(record, ANNOUNCEMENT)) * HOP / RATE)
            gaps = silences(record, max(heard(record, LAST), default=moved) + 0.02, answered)
            longest.append((gaps[0], max(gaps)))
    measured(
        f"{TRANSFERS} transfers to {target}: last 200 ms announced heard {min(lasts) * 1000:.0f} ms at least; "
        f"silence after it at most {max(first for first, _ in longest):.2f} s, "
        f"while waiting at most {max(most for _, most in longest):.2f} s"
    )
    assert min(lasts) >= 0.17
    assert min(firsts) >= ANNOUNCED - 0.2 - 0.05
    assert max(first for first, _ in longest) <= 1.0
    assert max(most for _, most in longest) <= RING_PAUSE
