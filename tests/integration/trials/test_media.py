from __future__ import annotations

import os
import socket
from pathlib import Path

import numpy as np
import pytest

from ivr.audio.codec import Alaw
from ivr.audio.frame import AudioFrame
from ivr.call.recorder import RecordingWriter
from ivr.engines.silero import SileroDetector
from ivr.engines.store import ModelStore
from ivr.rtp.link import PortRange
from ivr.trials import media
from ivr.trials.measure import TwoTracks
from ivr.trials.media import MediaTrial

pytestmark = pytest.mark.engine

CACHE = Path(os.environ.get("IVR_CACHE", "~/.cache/ivr")).expanduser()


async def test_the_media_trial_counts_packets_ticks_and_cpu_of_real_recorded_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "WARM_UP", 1.0)
    random = np.random.default_rng(5)
    sound = (random.standard_normal(16000) * 2000).astype("<i2").tobytes()
    alaw = tmp_path / "callers.al"
    alaw.write_bytes(Alaw().encode(sound))
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        first = 20000 + probe.getsockname()[1] % 30000
    detector = SileroDetector(ModelStore(CACHE))
    writer = RecordingWriter(tmp_path)
    trial = MediaTrial(detector, writer, AudioFrame(sound, 8000))
    report = await trial.run(4, 1.0, alaw, PortRange("127.0.0.1", first, first + 200))
    writer.close()
    assert report.packets_received == pytest.approx(200, abs=12)
    assert report.packets_sent == pytest.approx(200, abs=12)
    assert report.packets_lost == 0
    assert report.sender["received"] > 0
    assert report.clean_late == 0
    assert 0 < report.path_ms["p50"] < 60
    assert 0 < report.cpu_percent_per_call < 50
    assert report.tick_lateness_ms["p50"] < 20
    recordings = list((tmp_path / "audio").glob("*.wav"))
    assert len(recordings) == 4
    assert np.any(TwoTracks.read(recordings[0]).said)
