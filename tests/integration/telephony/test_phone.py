from __future__ import annotations

import asyncio
import socket

import pytest

from ivr.audio.frame import AudioFrame
from ivr.errors import PhoneError
from ivr.telephony import phone as phone_module
from ivr.telephony.phone import Phone
from ivr.telephony.phone_values import PhoneConfig


async def test_a_server_that_does_not_answer_is_named_with_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_module, "REGISTER_WITHIN", 2.0)
    with socket.socket(type=socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        async with Phone(PhoneConfig("127.0.0.1", "1001", "x", silent.getsockname()[1])) as phone:
            with pytest.raises(PhoneError, match=r"no SIP server answers at 127\.0\.0\.1:\d+ \(udp\); start it"):
                await phone.register()


async def test_doing_something_that_needs_a_call_says_so() -> None:
    async with Phone(PhoneConfig("127.0.0.1", "1001", "x", 5999)) as phone:
        with pytest.raises(PhoneError, match="no call to speak in; call first"):
            await phone.say(AudioFrame.silence(1.0, 8000))
        with pytest.raises(PhoneError, match="there was no call; call first"):
            await phone.hang_up()
        phone.press("1")
        with pytest.raises(PhoneError, match="no call to press keys in; call first"):
            await phone.register()


async def test_a_phone_whose_process_died_says_so() -> None:
    async with Phone(PhoneConfig("127.0.0.1", "1001", "x", 5999)) as phone:
        phone._process.kill()
        with pytest.raises(PhoneError, match="process"):
            await phone.register()


async def test_a_phone_that_never_registers_rings_at_its_address() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with (
        Phone(PhoneConfig("127.0.0.1", "1002", "x", 5999, local_port=port)) as called,
        Phone(PhoneConfig("127.0.0.1", "1001", "x", port)) as caller,
    ):
        async with asyncio.TaskGroup() as both:
            dialled = both.create_task(caller.call("1002", ring_for=10.0))
            picked_up = both.create_task(called.answer(within=10.0))
        assert dialled.result().answered
        assert "1001" in picked_up.result()
        assert (await caller.hang_up()).by == "phone"
        assert (await called.ended(5.0)).by == "far"
