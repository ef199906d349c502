"""What a phone hears at the local PBX's numbers while no agent is connected."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ivr.telephony.pbx_render import notice_of
from ivr.telephony.phone import Phone
from ivr.telephony.phone_values import PhoneConfig
from ivr.trials.measure import TwoTracks

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ivr.telephony.pbx import LocalPbx

PIECE = 4000
AUDIBLE = 200.0

pytestmark = pytest.mark.asterisk


def config(pbx: LocalPbx, user: str) -> PhoneConfig:
    return PhoneConfig("127.0.0.1", user, pbx.config.phones[user], pbx.config.sip_port)


def samples(path: Path) -> NDArray[np.float64]:
    with wave.open(str(path)) as sound:
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(float)


def likeness(heard: NDArray[np.float64], wanted: NDArray[np.float64]) -> float:
    """Correlate each half second of ``wanted`` with where it is most alike; the median, as a phone may slip a frame."""
    pieces = [wanted[at : at + PIECE] for at in range(0, len(wanted) - PIECE, PIECE)]
    return float(np.median([_likeness(heard, piece) for piece in pieces if piece.std() > AUDIBLE]))


def _likeness(heard: NDArray[np.float64], piece: NDArray[np.float64]) -> float:
    size = len(heard) + len(piece)
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(piece, size)), size)
    lag = int(np.argmax(product[: len(heard) - len(piece)]))
    return float(np.corrcoef(heard[lag : lag + len(piece)], piece)[0, 1])


async def test_101_says_that_the_call_is_recorded_before_anything_else(pbx: LocalPbx, tmp_path: Path) -> None:
    record = tmp_path / "notice.wav"
    notice = samples(notice_of("es"))
    async with Phone(config(pbx, "1001")) as phone:
        await phone.register()
        assert (await phone.call("101", record)).answered
        await phone.ended(30.0)
    assert likeness(TwoTracks.read(record).heard.astype(float), notice) > 0.95


async def test_without_the_agent_and_without_people_the_caller_is_told_in_spanish(
    pbx: LocalPbx, tmp_path: Path
) -> None:
    record = tmp_path / "nobody.wav"
    (spoken,) = (pbx.program.base / pbx.program.data_dir.lstrip("/")).glob("sounds/es*/vm-nobodyavail.wav")
    async with Phone(config(pbx, "1001")) as phone:
        await phone.register()
        assert (await phone.call("100", record)).answered
        end = await phone.ended(30.0)
    assert end.by == "far"
    assert likeness(TwoTracks.read(record).heard.astype(float), samples(spoken)) > 0.9


async def test_a_phone_that_is_not_registered_is_unavailable_at_once(pbx: LocalPbx) -> None:
    async with Phone(config(pbx, "1001")) as phone:
        await phone.register()
        answer = await phone.call("1009")
    assert (answer.answered, answer.code) == (False, 480)


async def test_without_a_carrier_no_number_reaches_the_outside(pbx: LocalPbx) -> None:
    async with Phone(config(pbx, "1001")) as phone:
        await phone.register()
        assert (await phone.call("812345678")).code == 404
