"""Trains the network that keeps one caller's voice, and writes it to ``ivr/engines/voice_isolation.onnx``.

Run it: ``python benchmarks/fit_voice_isolation.py SPEECH --minutes 40`` with ``torch`` and ``onnx`` installed beside
the product. SPEECH has a folder for each speaker with WAV or FLAC files in it. The shipped network heard 3.8 hours of
316 speakers: 223 of LibriSpeech train-clean-100 (CC BY 4.0), the six voices of Asterisk's core sounds and of the
Menardi prompts (CC BY-SA), 37 of Kokoro's and 50 mixtures of two of those, none of which speaks in ``ivr bench
speech``. Ten speakers of LibriSpeech test-other and seven Kokoro voices were kept apart to watch it learn. It learned
in four runs, 100 minutes in all, each from where the one before had stopped.

Each example is 4 s of a speaker through one telephone (band and level vary, A-law) with one or two others, between
4 dB louder and 12 dB fainter, now and then in a part of it only, and with noise; the voice is told by other utterances
of the same speaker. The loss is the error of the masked spectrum against the speaker's own, in dB, and what was taken
out of compressed magnitudes counts more than what was left in.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

import ivr.engines
from ivr.audio.codec import Alaw
from ivr.audio.frame import AudioFrame
from ivr.audio.resample import resample
from ivr.engines.d_vectors import unit, voiceprints
from ivr.engines.onnx import open_onnx
from ivr.engines.store import ModelStore
from ivr.engines.voice_isolation import BINS, FFT, FLOOR, HOP, LINE, SCALE, WINDOW, colour_of
from ivr.settings import load_settings
from ivr.trials.speech.channel import telephone

VOICE = 256 + 2 * BINS // 4
HIDDEN, CONDITION = 256, 96
SECONDS, BATCH, RATE = 4, 20, 1.2e-3
SAMPLES, SAMPLE_SECONDS = 4, 5
"""How many descriptions of each voice are made, and from how much speech."""
LOSS_FLOOR = 0.002
SCENES = {"caller alone": 0.08, "other alone": 0.06, "other in a part": 0.31, "both": 0.55}
THIRD_VOICE = 0.25
LOWEST = (10, 200), (200, 320)
"""Hz at which a line begins: half of the telephones cut at 300 Hz as the old ones do."""
WATCHED = "watch-"
"""Begins the names of speakers who are kept apart."""
VOICES_OF_ONE = {"": LINE, "+": LINE * 17 // 20, "-": LINE * 23 // 20}
"""A speaker played faster and slower is two speakers more: rate to which the sound is brought."""
HANN = torch.hann_window(WINDOW)
Floats = NDArray[np.float32]


class Isolator(nn.Module):
    """(batch, frames, bins) of log spectrum and (batch, VOICE) in; the share of each bin to keep out."""

    def __init__(self) -> None:
        super().__init__()
        self.condition = nn.Sequential(nn.Linear(VOICE, CONDITION), nn.Tanh())
        self.first = nn.LSTM(BINS + CONDITION, HIDDEN, bidirectional=True, batch_first=True)
        self.gate = nn.Linear(CONDITION, 2 * HIDDEN)
        self.second = nn.LSTM(2 * HIDDEN, HIDDEN, bidirectional=True, batch_first=True)
        self.mask = nn.Linear(2 * HIDDEN, BINS)

    def forward(self, spectrum: torch.Tensor, voice: torch.Tensor) -> torch.Tensor:
        """Give the mask."""
        told = self.condition(voice)
        heard, _ = self.first(torch.cat([spectrum, told[:, None].expand(-1, spectrum.shape[1], -1)], -1))
        heard, _ = self.second(heard * (1 + torch.tanh(self.gate(told)))[:, None])
        return torch.sigmoid(self.mask(heard) + 1)


class Speakers:
    """Every speaker's utterances at 8 kHz, and what their voices are told by."""

    def __init__(self, root: Path, random: np.random.Generator) -> None:
        models = ModelStore(load_settings().cache)
        self._encoder = (open_onnx(models.file("dvector", "embedder.int8.onnx"), threads=1),)
        self._random = random
        self.said: dict[str, list[Floats]] = {}
        self.told: dict[str, list[tuple[set[int], Floats]]] = {}
        for folder in sorted(path for path in root.iterdir() if path.is_dir()):
            said = [_read(path) for path in sorted(folder.iterdir()) if path.suffix in {".wav", ".flac"}]
            if len(said) == 1:
                said = list(np.array_split(said[0], 2))
            if sum(map(len, said)) < LINE * SECONDS:
                continue
            for name, pace in VOICES_OF_ONE.items():
                told = [_paced(sound, pace) for sound in said]
                self.said[folder.name + name] = told
                self.told[folder.name + name] = [self._tell(told) for _ in range(min(SAMPLES, len(told)))]

    def _tell(self, said: list[Floats]) -> tuple[set[int], Floats]:
        """Describe a voice by some of its utterances: which ones, and (VOICE,)."""
        taken: set[int] = set()
        for number in self._random.permutation(len(said))[: max(1, len(said) // 2)]:
            if sum(len(said[other]) for other in taken) < LINE * SAMPLE_SECONDS:
                taken.add(int(number))
        sample = np.concatenate([said[number] for number in taken])[: LINE * SAMPLE_SECONDS]
        frame = telephone(AudioFrame(np.asarray(sample * 32767, np.int16).tobytes(), LINE))
        vector = unit(voiceprints(self._encoder, frame).mean(axis=0))
        return taken, np.concatenate([vector, colour_of(frame)])

    def example(self, names: list[str]) -> tuple[Floats, Floats, Floats]:
        """Mix one: (samples heard, the speaker's own samples, VOICE)."""
        speaker, *others = self._random.choice(names, 3, replace=False)
        taken, voice = self.told[speaker][self._random.integers(len(self.told[speaker]))]
        own = self._cut(speaker, taken)
        behind = self._cut(others[0], set())
        if self._random.random() < THIRD_VOICE:
            behind += 0.7 * self._cut(others[1], set())
        level = _level(own)
        match self._random.choice(list(SCENES), p=list(SCENES.values())):
            case "caller alone":
                behind *= 0
            case "other alone":
                own *= 0
            case "other in a part":
                begin, length = self._random.integers(LINE * SECONDS), self._random.integers(LINE, LINE * SECONDS)
                behind[:begin] = behind[begin + length :] = 0
        behind *= level / _level(behind) * 10 ** (-self._random.uniform(-4, 12) / 20)
        noise = self._random.normal(size=len(own)).astype(np.float32)
        noise *= level / _level(noise) * 10 ** (-self._random.uniform(12, 40) / 20)
        return *_through_telephone(own, behind + noise, self._random), voice

    def _cut(self, speaker: str, taken: set[int]) -> Floats:
        """Give 4 s of a speaker, from other utterances than those ``taken``."""
        size = LINE * SECONDS
        parts: list[Floats] = []
        for number in self._random.permutation([n for n in range(len(self.said[speaker])) if n not in taken])[:4]:
            said = self.said[speaker][number]
            start = self._random.integers(max(1, len(said) - size))
            parts += [said[start : start + size], np.zeros(self._random.integers(LINE // 2), np.float32)]
        whole = np.concatenate(parts)[:size]
        return np.roll(np.pad(whole, (0, size - len(whole))), self._random.integers(LINE // 2))


def _read(path: Path) -> Floats:
    samples, rate = soundfile.read(path, dtype="int16", always_2d=True)
    line = resample(AudioFrame(samples[:, 0].tobytes(), rate), LINE)
    sound = np.frombuffer(line.pcm, np.int16).astype(np.float32)
    return 0.1 * sound / max(float(np.sqrt(np.mean(sound**2))), FLOOR)


def _paced(sound: Floats, rate: int) -> Floats:
    frame = resample(AudioFrame(np.asarray(np.clip(sound, -1, 1) * 32767, np.int16).tobytes(), LINE), rate)
    return np.frombuffer(frame.pcm, np.int16).astype(np.float32) / 32768


def _level(sound: Floats) -> float:
    power = (sound[: len(sound) // 160 * 160].reshape(-1, 160) ** 2).mean(axis=1)
    return float(np.sqrt(power[power >= power.max() * 1e-3].mean() + 1e-12))


def _through_telephone(own: Floats, behind: Floats, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Send a voice and what is behind it through one telephone: (heard, the voice's part of it)."""
    low = random.uniform(*random.choice(LOWEST))
    high, peak = random.uniform(3300, 3950), random.uniform(0.1, 0.7)
    hertz = np.fft.rfftfreq(len(own), 1 / LINE)
    passed = (hertz >= low) & (hertz <= high)
    heard, kept = (np.fft.irfft(np.fft.rfft(sound) * passed, len(own)) for sound in (own + behind, own))
    gain = peak / max(float(np.abs(heard).max()), FLOOR)
    codec = Alaw()
    pcm = codec.decode(codec.encode(np.asarray(heard * gain * 32767, np.int16).tobytes()))
    return np.frombuffer(pcm, np.int16).astype(np.float32) / 32768, np.asarray(kept * gain, np.float32)


def spectrum_of(sound: torch.Tensor) -> torch.Tensor:
    """Analyse as the product does: (batch, frames, BINS)."""
    padded = nn.functional.pad(sound, (WINDOW, WINDOW))
    return torch.fft.rfft(padded.unfold(-1, WINDOW, HOP) * HANN, FFT)[..., :BINS]


def loss_of(model: Isolator, heard: torch.Tensor, own: torch.Tensor, voice: torch.Tensor) -> torch.Tensor:
    """Give the mean loss of a batch."""
    mixed, wanted = spectrum_of(heard), spectrum_of(own)
    bands = torch.log(mixed.abs() + FLOOR)
    mask = model((bands - bands.mean((1, 2), keepdim=True)) / SCALE, voice)
    peak = heard.abs().amax(1)[:, None, None]
    before, after = mixed.abs() / peak, wanted.abs() / peak
    missing = (after + 0.05) ** 0.4 - (mask * before + 0.05) ** 0.4
    shape = (missing.clamp(min=0) ** 2 * 1.4 + missing.clamp(max=0) ** 2).mean((1, 2))
    wrong = (((mask * mixed - wanted) / peak).abs() ** 2).sum((1, 2))
    power, whole = (after**2).sum((1, 2)), (before**2).sum((1, 2))
    voiced = 10 * torch.log10(wrong / (power + 1e-6) + LOSS_FLOOR)
    silent = 3 * torch.log10(wrong / whole + LOSS_FLOOR)
    return torch.mean(shape * 4 + torch.where(power > 1e-3 * whole, voiced, silent) / 10)


def batch_of(speakers: Speakers, names: list[str]) -> list[torch.Tensor]:
    """Mix a batch: samples heard, the speakers' own, voices."""
    examples = [speakers.example(names) for _ in range(BATCH)]
    return [torch.from_numpy(np.stack(part).astype(np.float32)) for part in zip(*examples, strict=True)]


def train(speakers: Speakers, minutes: float) -> Isolator:
    """Train for so long; the rate of learning falls along half a cosine."""
    names = sorted(speakers.said)
    learned = [name for name in names if not name.startswith(WATCHED)]
    watched = batch_of(speakers, [name for name in names if name.startswith(WATCHED)])
    model = Isolator()
    optimiser = torch.optim.AdamW(model.parameters(), RATE, weight_decay=1e-3)
    started, step = time.monotonic(), 0
    with ThreadPoolExecutor(1) as mixing:
        waiting = mixing.submit(batch_of, speakers, learned)
        while (done := (time.monotonic() - started) / 60 / minutes) < 1:
            heard, own, voice = waiting.result()
            waiting = mixing.submit(batch_of, speakers, learned)
            for group in optimiser.param_groups:
                group["lr"] = RATE * min(1, step / 100 + 0.01) * (0.51 + 0.5 * math.cos(math.pi * done))
            optimiser.zero_grad()
            loss_of(model, heard, own, voice + 0.01 * torch.randn_like(voice)).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 3)
            optimiser.step()
            step += 1
            if step % 100 == 0:
                model.eval()
                with torch.no_grad():
                    print(f"{step} steps, {done:.0%}: loss {loss_of(model, *watched):.3f} on the speakers kept apart")
                model.train()
    return model.eval()


def write(model: Isolator, path: Path) -> None:
    """Write the network with weights of 8 bits."""
    example = torch.randn(1, 200, BINS), torch.randn(1, VOICE)
    axes = {"spectrum": {1: "frames"}, "mask": {1: "frames"}}
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "exact.onnx"
        torch.onnx.export(
            model, example, str(exact), input_names=["spectrum", "voice"], output_names=["mask"], dynamic_axes=axes,
            dynamo=False,
        )  # fmt: skip
        quantize_dynamic(exact, path, weight_type=QuantType.QInt8)


def main() -> None:
    """Train on the folder that is named, and write."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("speech", type=Path, help=f"a folder a speaker; {WATCHED}* are kept apart")
    options.add_argument("--minutes", type=float, default=40.0)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    torch.manual_seed(asked.seed)
    model = train(Speakers(asked.speech, np.random.default_rng(asked.seed)), asked.minutes)
    write(model, Path(ivr.engines.__path__[0]) / "voice_isolation.onnx")


if __name__ == "__main__":
    main()
