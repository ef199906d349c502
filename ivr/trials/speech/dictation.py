"""Dictated values: how many of them the agent has exactly, at once and after asking again at most once.

A caller answers the questions of the persona ``datos`` with values of five kinds, grouped as people say them, listens
to what is read back and says whether it is right; asked again, it says the value slowly, or spells it. On a real line
(a phone on the PBX, a system with PERSONA=datos) where there is one, else through the channel functions to the same
recogniser, clarification and form, without turn taking.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ivr.dialogue.script import load_script
from ivr.language.readback import read_back, spelled_email
from ivr.language.words import plain
from ivr.trials.speech.dictated import A_KIND, KINDS, VOICES, dictations
from ivr.trials.speech.report import Section
from ivr.trials.speech.statistics import bootstrap_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.trials.speech.bench import SpeechBench
    from ivr.trials.speech.dictated import Dictation, SetName

PERSONA = "datos"
READ_BACK = "clarify_value"
WANTED = 0.9
QUICK_A_KIND = 2
MOST_TURNS = 40
"""Replies of the agent in one call; more means that it goes round in circles."""
YES, NO = "Sí, es correcto.", "No, no es correcto."
SLOWLY = 0.9
COLUMNS = ("kind", "values", "at once", "95 %", "asked once at most", "95 %", "any number of times")


class Conversation(Protocol):
    """A call to the agent, as a caller lives it."""

    async def listen(self) -> str:
        """Give what the agent has said since the caller spoke; "" when the call is over."""
        ...

    async def speak(self, text: str, voice: str, speed: float) -> None:
        """Say something."""
        ...

    async def noted(self) -> dict[str, str]:
        """End the call; give what the agent wrote down, kind -> value."""
        ...


@dataclass(slots=True)
class Attempt:
    """How one value fared: whether its first reading back was right, and how often it was asked for again."""

    dictation: Dictation
    at_once: bool = False
    read_back: int = 0
    said: int = 0
    noted: str = ""
    heard: list[str] = field(default_factory=list)
    """What the agent said about it."""
    failure: str = ""
    """Why its call was lost."""

    @property
    def exact(self) -> bool:
        """Whether the agent has it."""
        return self.noted == self.dictation.value

    @property
    def soon(self) -> bool:
        """Whether it has it after asking again at most once."""
        return self.exact and self.said <= 2  # noqa: PLR2004 - said, and said again


async def dictate(call: Conversation, values: Sequence[Dictation], questions: dict[str, str]) -> list[Attempt]:
    """Live one call: answer the questions (kind -> question) with the values."""
    attempts: dict[str, Attempt] = {value.kind: Attempt(value) for value in values}
    present: Attempt | None = None
    for _ in range(MOST_TURNS):
        words = await call.listen()
        if not words:
            break
        if "?" not in words:
            continue
        heard = plain(words)
        asked = next((kind for kind, question in questions.items() if plain(question) in heard), None)
        if asked is not None:
            present = attempts.get(asked, present)
        if present is None:
            continue
        present.heard.append(heard)
        await _answer(call, present, heard, asked=asked is not None)
    noted = await call.noted()
    for kind, attempt in attempts.items():
        attempt.noted = noted.get(kind, "")
    return list(attempts.values())


async def _answer(call: Conversation, attempt: Attempt, heard: str, *, asked: bool) -> None:
    value = attempt.dictation
    if not asked and heard.endswith("es correcto"):
        right = any(heard.endswith(plain(said)) for said in _aloud(value))
        attempt.at_once = attempt.at_once or (right and attempt.read_back == 0 and attempt.said == 1)
        attempt.read_back += 1
        await call.speak(YES if right else NO, value.voice, value.speed)
        return
    if attempt.said == 0:
        await call.speak(value.said, value.voice, value.speed)
    else:
        slow = value.again
        if "deletrea" in heard:
            slow = value.host if "detras de la arroba" in heard else value.spelled
        await call.speak(slow, value.voice, SLOWLY * value.speed)
    attempt.said += 1


def _aloud(value: Dictation) -> list[str]:
    """List the ways in which the agent may read a value back, to the last word."""
    words = [read_back(value.kind, value.value)]
    words += [spelled_email(value.value)] if value.kind == "email" else []
    script = load_script(PERSONA)
    variants = range(len(script.persona.phrases[READ_BACK]))
    return [script.say(READ_BACK, turn, {"value": said}) for turn in variants for said in words]


def calls_of(name: SetName, seed: int, a_kind: int, kinds: Sequence[str] = KINDS) -> list[list[Dictation]]:
    """Deal the values out to calls, one of each kind a call, all in one voice."""
    drawn = [dictations(name, kind, seed, a_kind) for kind in KINDS if kind in kinds]
    return [list(call) for call in zip(*drawn, strict=True)]


def tell(attempts: Sequence[Attempt], seed: int, how: str) -> Section:
    """Sum attempts up, kind by kind."""
    rows: list[tuple[str | float | int | None, ...]] = []
    figures: dict[str, float] = {}
    for kind in (*KINDS, "all"):
        mine = [attempt for attempt in attempts if kind in {attempt.dictation.kind, "all"}]
        if not mine:
            continue
        once = [float(attempt.at_once and attempt.exact) for attempt in mine]
        soon = [float(attempt.soon) for attempt in mine]
        ever = [float(attempt.exact) for attempt in mine]
        rows.append((kind, len(mine), _mean(once), _span(once, seed), _mean(soon), _span(soon, seed), _mean(ever)))
        figures |= {f"{kind}_at_once": _mean(once), f"{kind}_after_one": _mean(soon)}
    wrong = [
        f"{attempt.dictation.value} ({attempt.dictation.said}) -> {attempt.noted or attempt.failure or 'nothing'}"
        for attempt in attempts
        if not attempt.soon
    ]
    notes = (
        how,
        f"Wanted: {WANTED:.0%} after asking again at most once. Not had by then: {'; '.join(wrong) or 'none'}.",
    )
    return Section("Dictated values", COLUMNS, rows, figures, notes)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _span(values: Sequence[float], seed: int) -> str:
    low, high = bootstrap_interval(values, seed)
    return f"{low:.2f}-{high:.2f}"


async def measure(bench: SpeechBench) -> Section:
    """Measure on the reporting set: on the bench's line where it has one, else through the channel functions."""
    from ivr.trials.speech.dictation_calls import ChannelCalls, PhoneCalls

    calls = calls_of("reporting", bench.seed, QUICK_A_KIND if bench.quick else A_KIND, bench.kinds or KINDS)
    phones = PhoneCalls(bench) if bench.line is not None else None
    attempts = await (phones or ChannelCalls(bench)).hold(calls)
    voices = ", ".join(f"{voice} x {speed:g}" for voice, speed in VOICES["reporting"])
    way = (
        "real calls: phone, PBX, RTP, turn taking"
        if phones
        else "8 kHz alaw and noise by the channel functions, no turn taking"
    )
    how = f"{len(calls)} calls by {voices}, each asked for {', '.join(bench.kinds or KINDS)}; {way}"
    return tell(attempts, bench.seed, f"{how}; Whisper {bench.settings.stt_model}.")
