"""The agent as a member of the people's queue (``AGENT_IN_QUEUE``), on a real Asterisk: who takes whom."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ivr.telephony.pbx import LocalPbx
from ivr.telephony.phone import Phone
from ivr.telephony.phone_values import PhoneConfig
from ivr.trials.transfer_sounds import CALLER, heard_track, seconds_of, tone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ivr.telephony.pbx_install import AsteriskProgram

pytestmark = pytest.mark.asterisk


@pytest.fixture(scope="module")
def queue_pbx(
    new_config: Callable[[], Any], asterisk: AsteriskProgram, short_folder: Callable[[], Path]
) -> Iterator[LocalPbx]:
    """Start an Asterisk whose queue has the agent in it."""
    pbx = LocalPbx(replace(new_config(), agent_in_queue=True), asterisk, short_folder())
    pbx.start()
    yield pbx
    pbx.stop()


def phone(pbx: LocalPbx, user: str) -> Phone:
    return Phone(PhoneConfig("127.0.0.1", user, pbx.config.phones[user], pbx.config.sip_port))


def free(pbx: LocalPbx, number: str) -> bool:
    """Whether the queue knows that a phone is there and not in use."""
    members = pbx.console("queue show people").splitlines()
    return any(f"PJSIP/{number} " in member.replace(")", " ") and "Not in use" in member for member in members)


async def test_a_person_who_is_free_goes_before_the_agent_which_takes_whom_no_person_can(
    queue_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any, tmp_path: Path
) -> None:
    async with (
        open_exchange(queue_pbx, new_desk()) as exchange,
        phone(queue_pbx, "1001") as caller,
        phone(queue_pbx, "1002") as person,
    ):
        await caller.register()
        assert (await caller.call("2000", tmp_path / "agent.wav")).answered
        await exchange.talking(1)
        await asyncio.sleep(0.3)
        await caller.say(tone(0.6, CALLER))
        await asyncio.sleep(0.5)
        assert exchange.desk.sessions[0].offer.variables == {"queue": "yes"}
        await caller.hang_up()
        await exchange.settled()
        assert seconds_of(heard_track(tmp_path / "agent.wav"), CALLER) > 0.3, "the agent does not hear, or is not heard"

        await person.register()
        await exchange.until(lambda: free(queue_pbx, "1002"), 10)
        assert (await caller.call("2000", tmp_path / "person.wav")).answered
        await person.answer(tmp_path / "answered.wav")
        await asyncio.sleep(0.3)
        await caller.say(tone(0.6, CALLER))
        await asyncio.sleep(0.2)
        assert len(exchange.desk.sessions) == 1
        await caller.hang_up()
        await person.ended(10.0)
        await exchange.settled()
        assert seconds_of(heard_track(tmp_path / "answered.wav"), CALLER) > 0.3

        assert (await person.call("600", tmp_path / "busy.wav")).answered
        assert (await caller.call("2000", tmp_path / "again.wav")).answered
        await exchange.until(lambda: len(exchange.desk.sessions) == 2)
        await exchange.talking(1)
        await caller.hang_up()
        await person.hang_up()
        await exchange.settled()


async def test_a_caller_whom_the_agent_sent_to_people_is_not_taken_by_the_agent_in_their_queue(
    queue_pbx: LocalPbx, open_exchange: Callable[..., Any], new_desk: Any
) -> None:
    async with open_exchange(queue_pbx, new_desk()) as exchange:
        await exchange.ring("sent")
        await exchange.talking(1)
        await exchange.desk.sessions[0].control.transfer("2000")
        await exchange.until(lambda: len(exchange.desk.sessions) == 2)
        back = exchange.desk.sessions[1].offer
        assert back.variables == {"returned": "yes"}
        await exchange.board.hang_up(back.call_id)
        await exchange.settled()
