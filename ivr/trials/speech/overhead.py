"""``ivr bench speech overhead``: what the work around recognition costs in a call.

Per turn: what is done to a recognised text before the dialogue answers it, on real transcripts of the reporting set,
collector's pauses included. Per tick and call: the processor time of what is done to 20 ms of a caller's sound; work
that is done once an utterance is spread over its ticks.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.codec import Alaw
from ivr.audio.frame import AudioFrame
from ivr.bootstrap import build_detector, build_script
from ivr.call.constraining import constrained
from ivr.call.correcting import corrected, heard_words
from ivr.call.ear import TICK, Ear
from ivr.dialogue.clarifying import CaseFold
from ivr.dialogue.conversation import Message
from ivr.dialogue.endpointing import EndpointingPolicy
from ivr.language.clarification import ClarificationPolicy
from ivr.language.correction.bank import live_bank
from ivr.language.correction.bank_file import first_entries
from ivr.language.hotwords import choose_hotwords
from ivr.language.sentiment import sentiment_of
from ivr.ports import Hints, LinkStats
from ivr.rtp.reception import Reception
from ivr.trials.speech.corpus import CLEAN, speak_set
from ivr.trials.speech.overhead_voice import voice_rows
from ivr.trials.speech.report import Section

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.ports import Transcript
    from ivr.trials.speech.bench import SpeechBench
    from ivr.trials.speech.report import Cell

COLUMNS = ("work", "for each", "n", "p50, ms", "p99, ms", "budget, ms")
TURN_BUDGET = 20.0
"""Milliseconds a turn at the 99th percentile."""
TICK_BUDGET = 35.0
"""Milliseconds for a caller's 20 ms, with every stage on: the lower end of what was asked for."""
ROUNDS = 20
QUICK_ROUNDS = 2
CALLS = 10
"""Calls whose windows the voice detector judges together."""
NOW = dt.datetime(2026, 11, 24, 10, 0)  # noqa: DTZ001 - local time, as the dialogue has it
CUSTOMER = {"name": "Ana López García", "plan": "fibra 600", "street": "calle Mayor 5", "balance": "45.50"}
QUESTIONS = "¿Me dice su número de teléfono?", "¿Cuál es su correo electrónico?", "¿En qué puedo ayudarle?"
LONG_TALK = 40
"""Entries of a conversation of 20 turns: clarification reads all of it at each turn."""
ASKED = frozenset({"phone"}), frozenset({"email"}), frozenset({"date"}), frozenset({"amount"}), frozenset[str]()
"""What a dialogue waits for, turn by turn."""


async def measure(bench: SpeechBench) -> Section:
    """Time the work on texts and on sounds."""
    said = await speak_set("reporting", (CLEAN,), bench.voices.line, bench.seed, slice(8 if bench.quick else None))
    heard = [await bench.transcriber.transcribe(one.sound, Hints(words=True)) for one in said]
    rounds = QUICK_ROUNDS if bench.quick else ROUNDS
    rows, figures = _text_rows(bench, heard, rounds)
    ticks, tick_figures = _tick_rows(bench, [one.sound for one in said])
    voices, voice_figures = await voice_rows(bench.settings, [one.sound for one in said])
    whole = tick_figures["tick: p50_ms"] + sum(voice_figures.values())
    total: tuple[Cell, ...] = ("all stages on", "tick and call", len(said), whole, None, TICK_BUDGET)
    figures |= tick_figures | voice_figures | {"tick and call: all_ms": whole}
    return Section("overhead", COLUMNS, [*rows, *ticks, *voices, total], figures, _notes())


def _text_rows(
    bench: SpeechBench, heard: Sequence[Transcript], rounds: int
) -> tuple[list[tuple[Cell, ...]], dict[str, float]]:
    work = _text_work(bench)
    took: dict[str, list[float]] = {name: [] for name in work}
    for turn, transcript in enumerate(list(heard) * rounds):
        slots = ASKED[turn % len(ASKED)]
        for name, do in work.items():
            started = time.perf_counter()
            do(transcript, slots)
            took[name].append(1000 * (time.perf_counter() - started))
    took["all of it"] = [sum(parts) for parts in zip(*took.values(), strict=True)]
    rows: list[tuple[Cell, ...]] = [
        (name, "turn", len(times), *_quantiles(times), TURN_BUDGET if name == "all of it" else None)
        for name, times in took.items()
    ]
    return rows, {f"turn, {name}: p99_ms": _quantiles(times)[1] for name, times in took.items()}


def _text_work(bench: SpeechBench) -> dict[str, Callable[[Transcript, frozenset[str]], object]]:
    bank, script = live_bank(first_entries()), build_script(bench.settings)
    sentiment = sentiment_of.__wrapped__  # without its memory, since texts come again and again here
    sentiment("hola")  # as the interpreter does when the system starts
    clarify = CaseFold(script, ClarificationPolicy(), frozenset())
    talk: list[Message] = []

    def clarified(heard: Transcript, _slots: frozenset[str]) -> object:
        talk.append(Message("user", heard.text, words=tuple(heard_words(heard.text, heard.words))))
        case = clarify.read(talk, NOW)
        talk.append(Message("assistant", QUESTIONS[len(talk) % len(QUESTIONS)]))
        if len(talk) >= LONG_TALK:
            talk.clear()
        return case

    return {
        "hotwords": lambda _heard, slots: choose_hotwords(slots, [CUSTOMER] * 4, script.vocabulary),
        "correction": lambda heard, slots: corrected(heard, bank, slots),
        "other readings": lambda heard, slots: constrained(heard, slots, NOW),
        "clarification": clarified,
        "sentiment": lambda heard, _slots: sentiment(heard.text),
    }


def _tick_rows(bench: SpeechBench, sounds: Sequence[AudioFrame]) -> tuple[list[tuple[Cell, ...]], dict[str, float]]:
    """Receive and hear calls side by side; the voice detector judges their windows together."""
    law, detector = Alaw(), build_detector(bench.settings)
    line = AudioFrame.join(sounds)
    size = round(line.rate * TICK)
    packets = [law.encode(line.cut(at, at + size).pcm) for at in range(0, line.samples - size, size)]
    receptions = [Reception(Alaw(), LinkStats()) for _ in range(CALLS)]
    ears = [Ear(line.rate, detector, EndpointingPolicy()) for _ in range(CALLS)]
    took = []
    for tick, packet in enumerate(packets):
        started = time.process_time()
        ready, windows = [], []
        for reception, ear in zip(receptions, ears, strict=True):
            reception.push(tick, packet, tick * TICK)
            window = ear.hear(reception.next_frame(tick * TICK))
            if window is not None:
                ready.append(ear)
                windows.append(window)
        if ready:
            answers = detector.probabilities([ear.stream for ear in ready], windows)
            for ear, probability in zip(ready, answers, strict=True):
                ear.judge(probability)
        took.append(1000 * (time.process_time() - started) / CALLS)
    median, last = _quantiles(took)
    row = ("codec, jitter buffer, voice detection, turn end", "tick and call", len(took), median, last, None)
    return [row], {"tick: p50_ms": median, "tick: p99_ms": last}


def _quantiles(times: Sequence[float]) -> tuple[float, float]:
    return float(np.percentile(times, 50)), float(np.percentile(times, 99))


def _notes() -> tuple[str, ...]:
    return (
        f"Texts: wall time of one thread. Ticks: processor time, {CALLS} calls side by side, divided by them.",
        "Work once an utterance (voice, isolation, prosody) is divided by the utterance's ticks.",
    )
