"""Supervisors on calls, on a real Asterisk with real phones: who hears whom, and what is left behind."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.errors import ChannelGone, SpyRefused
from ivr.telephony.phone import Phone
from ivr.telephony.phone_values import PhoneConfig
from ivr.telephony.spying import Spy, spy
from ivr.trials.measure import TwoTracks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.telephony.pbx import LocalPbx

pytestmark = pytest.mark.asterisk

RATE = 8000
CALLER, PERSON, SUPERVISOR = 450, 700, 1150
"""Hz of the tone that each says."""


def tone(hertz: int) -> AudioFrame:
    wave = 6000 * np.sin(2 * np.pi * hertz * np.arange(int(1.5 * RATE)) / RATE)
    return AudioFrame(wave.astype("<i2").tobytes(), RATE)


def hears(record: Path, hertz: int) -> bool:
    """Whether the phone heard at least half a second of somebody's tone."""
    heard = TwoTracks.read(record).heard.astype(float)
    size = RATE // 10
    loud = 0
    for at in range(0, len(heard) - size, size):
        spectrum = np.abs(np.fft.rfft(heard[at : at + size] * np.hanning(size)))
        loud += bool(spectrum[hertz // 10] > 0.1 * spectrum.max() and spectrum[hertz // 10] > size * 50)
    return loud >= 5


def phone(pbx: LocalPbx, user: str) -> Phone:
    return Phone(PhoneConfig("127.0.0.1", user, pbx.config.phones[user], pbx.config.sip_port))


async def talk(*speaking: tuple[Phone, int]) -> None:
    await asyncio.sleep(0.5)
    for speaker, hertz in speaking:
        await speaker.say(tone(hertz))
    await asyncio.sleep(0.3)


@pytest.mark.parametrize(("mode", "caller_hears"), [("listen", False), ("barge", True)])
async def test_a_supervisor_hears_a_caller_of_the_agent_and_is_heard_only_after_barging_in(
    mode: Any, caller_hears: bool, own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any, tmp_path: Path
) -> None:
    async with (
        open_exchange(own_pbx, new_desk()) as exchange,
        phone(own_pbx, "1001") as caller,
        phone(own_pbx, "1003") as supervisor,
    ):
        await caller.register()
        await supervisor.register()
        assert (await caller.call("100", tmp_path / "caller.wav")).answered
        await exchange.talking(1)
        [session] = exchange.desk.sessions
        await spy(exchange.ari, session.offer.channel_id, Spy("1003", mode))
        await supervisor.answer(tmp_path / "supervisor.wav")
        await talk((caller, CALLER), (supervisor, SUPERVISOR))
        await caller.hang_up()
        assert (await supervisor.ended(10.0)).by == "far"
        await exchange.settled()
    assert hears(tmp_path / "supervisor.wav", CALLER)
    assert hears(tmp_path / "caller.wav", SUPERVISOR) is caller_hears


async def test_a_whisper_reaches_the_person_who_took_over_and_not_the_caller(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any, tmp_path: Path
) -> None:
    async with (
        open_exchange(own_pbx, new_desk()) as exchange,
        phone(own_pbx, "1001") as caller,
        phone(own_pbx, "1002") as person,
        phone(own_pbx, "1003") as supervisor,
    ):
        for each in (caller, person, supervisor):
            await each.register()
        assert (await caller.call("100", tmp_path / "caller.wav")).answered
        await exchange.talking(1)
        [session] = exchange.desk.sessions
        channel = session.offer.channel_id
        with pytest.raises(SpyRefused, match="the agent talks"):
            await spy(exchange.ari, channel, Spy("1003", "whisper"))
        await session.control.transfer("1002")
        await person.answer(tmp_path / "person.wav")
        await asyncio.sleep(0.5)
        await spy(exchange.ari, channel, Spy("1003", "whisper"))
        await supervisor.answer(tmp_path / "supervisor.wav")
        await talk((caller, CALLER), (person, PERSON), (supervisor, SUPERVISOR))
        await person.hang_up()
        await supervisor.ended(10.0)
        await exchange.settled()
    assert hears(tmp_path / "person.wav", SUPERVISOR)
    assert not hears(tmp_path / "caller.wav", SUPERVISOR)
    assert hears(tmp_path / "caller.wav", PERSON)
    assert hears(tmp_path / "supervisor.wav", CALLER)
    assert hears(tmp_path / "supervisor.wav", PERSON)


async def test_a_supervisor_who_does_not_pick_up_leaves_nothing_behind(
    own_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    async with open_exchange(own_pbx, new_desk()) as exchange, phone(own_pbx, "1003") as supervisor:
        await supervisor.register()
        await exchange.ring("alone")
        await exchange.talking(1)
        [session] = exchange.desk.sessions
        with pytest.raises(SpyRefused, match="7777"):
            await spy(exchange.ari, session.offer.channel_id, Spy("7777"))
        await spy(exchange.ari, session.offer.channel_id, Spy("1009"))
        await spy(exchange.ari, session.offer.channel_id, Spy("1003"))
        await asyncio.sleep(0.5)
        await exchange.board.hang_up(session.offer.call_id)
        await asyncio.sleep(0.5)
        await supervisor.answer()
        await supervisor.ended(10.0)
        await exchange.settled()
        with pytest.raises(ChannelGone):
            await spy(exchange.ari, session.offer.channel_id, Spy("1003"))
