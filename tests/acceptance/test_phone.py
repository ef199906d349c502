from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.errors import PhoneError
from ivr.telephony.phone import Phone
from ivr.telephony.phone_values import Answer, PhoneConfig
from ivr.trials.measure import TwoTracks, find, sounds

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.telephony.pbx import LocalPbx

pytestmark = pytest.mark.asterisk


def config(pbx: LocalPbx, user: str = "1001", **options: Any) -> PhoneConfig:
    return PhoneConfig("127.0.0.1", user, pbx.config.phones[user], pbx.config.sip_port, **options)


def sweep(seconds: float, rate: int) -> AudioFrame:
    """Rise from 300 Hz with a swell of 3 Hz: alike to itself at one place only."""
    t = np.arange(round(seconds * rate)) / rate
    sound = 9000 * np.sin(2 * np.pi * (300 + 500 * t) * t) * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * t))
    return AudioFrame(sound.astype("<i2").tobytes(), rate)


def delays_of_alike_pieces(tracks: TwoTracks, likeness: float) -> list[float]:
    """Look for each quarter of a second of what was said in what was heard.

    Piece by piece, since on a busy machine a jitter buffer somewhere may drop or stretch 20 ms in between.
    """
    (own,) = sounds(tracks.said, tracks.rate)
    delays = []
    length = tracks.rate // 4
    for start in range(round(own.start * tracks.rate), round(own.end * tracks.rate) - length, length):
        at = find(tracks.said[start : start + length], tracks.heard, likeness)
        if at is not None:
            delays.append((at - start) / tracks.rate)
    return delays


@pytest.mark.parametrize(
    ("codec", "transport", "likeness"),
    [("alaw", "udp", 0.99), ("ulaw", "udp", 0.99), ("g722", "tcp", 0.98)],
)
async def test_an_echo_comes_back_like_it_was_said_and_on_the_same_time_axis(
    pbx: LocalPbx, tmp_path: Path, codec: str, transport: str, likeness: float
) -> None:
    record = tmp_path / "echo.wav"
    async with Phone(config(pbx, codec=codec, transport=transport)) as phone:
        await phone.register()
        assert (await phone.call("600", record)).answered
        said = await phone.say(sweep(2.0, phone.config.rate))
        assert said.complete
        assert await phone.heard_quiet(0.3, 3.0)
        end = await phone.hang_up()
    assert end.by == "phone"
    tracks = TwoTracks.read(record)
    delays = delays_of_alike_pieces(tracks, likeness)
    assert len(delays) >= 5
    assert 0 < np.median(delays) < 0.1
    (own,) = sounds(tracks.said, tracks.rate)
    assert own.start == pytest.approx(said.start, abs=0.02)
    assert own.end == pytest.approx(said.end, abs=0.02)


async def test_line_noise_goes_out_under_everything(pbx: LocalPbx, tmp_path: Path) -> None:
    record = tmp_path / "noise.wav"
    async with Phone(config(pbx, line_noise_dbfs=-40.0)) as phone:
        await phone.register()
        await phone.call("600", record)
        await asyncio.sleep(1.0)
        await phone.hang_up()
    heard = TwoTracks.read(record).heard[4000:].astype(float)
    assert 20 * np.log10(np.sqrt(np.mean(heard**2)) / 32768) == pytest.approx(-40.0, abs=1.5)


async def test_keys_arrive_and_come_back_from_the_echo(pbx: LocalPbx) -> None:
    async with Phone(config(pbx)) as phone:
        await phone.register()
        await phone.call("600")
        await asyncio.sleep(0.3)
        phone.press("1234*0#")
        async with asyncio.timeout(6):
            while phone.digits != "1234*0#":  # noqa: ASYNC110 - the phone has no event of its own for keys
                await asyncio.sleep(0.05)


async def test_two_phones_call_each_other_and_the_called_one_hangs_up(pbx: LocalPbx, tmp_path: Path) -> None:
    async with Phone(config(pbx)) as caller, Phone(config(pbx, "1002")) as called:
        await caller.register()
        await called.register()
        ringing = asyncio.create_task(called.answer(tmp_path / "called.wav"))
        assert (await caller.call("1002")).answered
        assert "1001" in await ringing
        await asyncio.sleep(0.3)
        await caller.say(sweep(1.0, 8000))
        assert await called.heard_quiet(0.2, 3.0)
        await called.hang_up()
        end = await caller.ended(5.0)
    assert end.by == "far"
    (heard,) = sounds(TwoTracks.read(tmp_path / "called.wav").heard, 8000)
    assert heard.duration == pytest.approx(1.0, abs=0.06)


async def test_a_wrong_password_is_named_with_the_mend(pbx: LocalPbx) -> None:
    async with Phone(PhoneConfig("127.0.0.1", "1001", "wrong", pbx.config.sip_port)) as phone:
        with pytest.raises(PhoneError, match=r"refuses user 1001 .* password is wrong .* ivr status"):
            await phone.register()


async def test_an_unknown_number_is_an_answer_with_its_sip_code(pbx: LocalPbx) -> None:
    async with Phone(config(pbx)) as phone:
        await phone.register()
        assert await phone.call("4444") == Answer(answered=False, code=404, reason="Not Found")


@pytest.mark.parametrize("offer", ["video", "unknown"])
async def test_a_phone_without_a_codec_that_we_have_is_turned_away(pbx: LocalPbx, offer: str) -> None:
    async with Phone(config(pbx, offer=offer)) as phone:
        await phone.register()
        assert (await phone.call("600")).code == 488


async def test_hushing_stops_the_caller_at_once(pbx: LocalPbx) -> None:
    async with Phone(config(pbx)) as phone:
        await phone.register()
        await phone.call("600")
        talking = asyncio.create_task(phone.say(sweep(5.0, 8000)))
        await asyncio.sleep(0.5)
        phone.hush()
        said = await talking
    assert not said.complete
    assert said.end - said.start < 1.0
