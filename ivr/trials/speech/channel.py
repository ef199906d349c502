"""What lies between a mouth and the recogniser: noise beside the caller, and the telephone. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ivr.audio.codec import Alaw, Ulaw
from ivr.audio.frame import AudioFrame
from ivr.audio.resample import resample
from ivr.ports import LinkStats
from ivr.rtp.reception import FRAME_SECONDS, Reception

if TYPE_CHECKING:
    from collections.abc import Callable

Floats: TypeAlias = NDArray[np.float64]

LINE = 8000
BAND = 300.0, 3400.0
PEAK = 0.7
"""Share of full scale that the loudest sample reaches on the line."""
ACTIVE_DB = 30.0
"""Samples' hops within this much of the loudest one are speech; the signal-to-noise ratio is measured on them."""
HOP = 160
TALKERS = 6
BURST = 1.5
"""Packets that are lost together, on average."""
CODECS: dict[str, type[Alaw | Ulaw]] = {"alaw": Alaw, "ulaw": Ulaw}


def telephone(frame: AudioFrame, codec: str = "alaw") -> AudioFrame:
    """Send sound of any rate through a telephone: 8 kHz, 300-3400 Hz, G.711."""
    samples = _samples(resample(frame, LINE))
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / LINE)
    spectrum[(hertz < BAND[0]) | (hertz > BAND[1])] = 0
    band = np.fft.irfft(spectrum, len(samples))
    band *= PEAK * 32767 / max(1.0, float(np.abs(band).max()))
    law = CODECS[codec]()
    return AudioFrame(law.decode(law.encode(band.astype(np.int16).tobytes())), LINE, frame.start)


def mix(speech: AudioFrame, behind: AudioFrame, snr_db: float, seed: int) -> AudioFrame:
    """Put sound behind speech, ``snr_db`` under its active parts; ``seed`` says where in the sound it begins."""
    voice, other = _samples(speech), _samples(resample(behind, speech.rate))
    start = int(np.random.default_rng(seed).integers(len(other)))
    other = np.resize(np.roll(other, -start), len(voice))
    gain = np.sqrt(_active_power(voice) / max(float(np.mean(other**2)), 1e-9) / 10 ** (snr_db / 10))
    mixed = voice + gain * other
    mixed *= min(1.0, 32767 / max(1.0, float(np.abs(mixed).max())))
    return AudioFrame(mixed.astype(np.int16).tobytes(), speech.rate, speech.start)


def noise(kind: str, seconds: float, seed: int) -> AudioFrame:
    """Make noise at 8 kHz: white, pink, hum, babble, street or music."""
    random = np.random.default_rng(seed)
    samples: Floats = KINDS[kind](random, round(seconds * LINE))
    loudest = max(float(np.abs(samples).max()), 1e-9)
    return AudioFrame((samples / loudest * 0.5 * 32767).astype(np.int16).tobytes(), LINE)


def lose_packets(frame: AudioFrame, rate: float, seed: int) -> AudioFrame:
    """Lose a share of the packets: 20 ms each, in short bursts (Gilbert); the product's own receiver covers them.

    ``frame`` is at 8 kHz, as ``telephone`` gives it.
    """
    if frame.rate != LINE:
        msg = f"packets carry sound of {LINE} Hz, this is {frame.rate}: send it through telephone() first"
        raise ValueError(msg)
    random = np.random.default_rng(seed)
    law = Alaw()
    reception = Reception(law, LinkStats())
    payload, size = law.encode(frame.pcm), round(LINE * FRAME_SECONDS)
    begins = rate / (1 - rate) / BURST
    heard, lost = [], False
    for number in range(-(-len(payload) // size)):
        lost = bool(random.random() < (1 - 1 / BURST if lost else begins))
        now = number * FRAME_SECONDS
        if not lost:
            reception.push(number, payload[number * size : (number + 1) * size].ljust(size, law.encode(bytes(2))), now)
        heard.append(reception.next_frame(now))
    return AudioFrame(b"".join(heard), LINE, frame.start).cut(0, frame.samples)


def _samples(frame: AudioFrame) -> Floats:
    return np.frombuffer(frame.pcm, np.int16).astype(np.float64)


def _active_power(voice: Floats) -> float:
    hops = np.mean(voice[: len(voice) // HOP * HOP].reshape(-1, HOP) ** 2, axis=1)
    return float(np.mean(hops[hops >= hops.max() / 10 ** (ACTIVE_DB / 10)]))


def _shaped(random: np.random.Generator, count: int, gain: Callable[[Floats], Floats]) -> Floats:
    hertz: Floats = np.asarray(np.fft.rfftfreq(count, 1 / LINE), np.float64)
    shaped: Floats = np.fft.irfft(np.fft.rfft(random.normal(size=count)) * gain(hertz), count)
    return shaped / max(float(np.std(shaped)), 1e-9)


def _white(random: np.random.Generator, count: int) -> Floats:
    return random.normal(size=count)


def _pink(random: np.random.Generator, count: int) -> Floats:
    return _shaped(random, count, lambda hertz: 1 / np.sqrt(np.maximum(hertz, 20)))


def _hum(random: np.random.Generator, count: int) -> Floats:
    """Make mains hum: 50 Hz and its harmonics over a little white noise."""
    time = np.arange(count) / LINE
    tones = [np.sin(2 * np.pi * 50 * n * time + random.uniform(0, 6.28)) / n for n in range(1, 13)]
    hum: Floats = np.sum(tones, axis=0) + 0.02 * random.normal(size=count)
    return hum


def _babble(random: np.random.Generator, count: int) -> Floats:
    """Make voices without words: speech-shaped noise, each talker with syllables of their own."""
    time = np.arange(count) / LINE
    talkers = []
    for _ in range(TALKERS):
        syllables = np.maximum(0, np.sin(2 * np.pi * random.uniform(3, 5) * time + random.uniform(0, 6.28)))
        talkers.append(syllables * _shaped(random, count, lambda hertz: 1 / (1 + (hertz / 500) ** 2)))
    babble: Floats = np.sum(talkers, axis=0)
    return babble


def _street(random: np.random.Generator, count: int) -> Floats:
    """Make traffic: a deep rumble that swells as cars pass."""
    seconds = np.arange(0, count / LINE + 2, 1.5)
    swells = np.interp(np.arange(count) / LINE, seconds, random.uniform(0.3, 1.5, len(seconds)))
    return swells * _shaped(random, count, lambda hertz: 1 / np.maximum(hertz, 60))


def _music(random: np.random.Generator, count: int) -> Floats:
    """Make music: a new chord every half a second, decaying, with a beat."""
    time = np.arange(count) / LINE
    sound = np.zeros(count)
    for start in np.arange(0, count / LINE, 0.5):
        since = np.maximum(0, time - start)
        envelope = np.exp(-4 * since) * (time >= start)
        for step in random.choice(24, 3, replace=False):
            sound += envelope * np.sin(2 * np.pi * 220 * 2 ** (step / 12) * since)
    return sound


KINDS = {"white": _white, "pink": _pink, "hum": _hum, "babble": _babble, "street": _street, "music": _music}
