"""One page about one call: its sound, its turns, what they cost in time. Spanish, and whole in one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from ivr.analysis.transcript_files import STAGE_NAMES, WHO
from ivr.analysis.waveform import LANE, WIDTH, outline, ticks
from ivr.analysis.wording import INTENTS, INTERRUPTIONS, OUTCOMES, clock
from ivr.language.words import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.audio.frame import AudioFrame
    from ivr.metadata import InterruptionRecord, RecordingMetadata, ToolRecord, TurnRecord

_PAGES = Environment(
    loader=PackageLoader("ivr.analysis"),
    autoescape=select_autoescape(default_for_string=True, default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.filters["clock"] = clock
STAGES = ("endpoint", "llm", "tts")


@dataclass(frozen=True, slots=True)
class Bar:
    """One stage of an answer: where it begins and how long it takes, in per cent of the widest answer."""

    stage: str
    name: str
    left: float
    width: float
    ms: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The stages between the caller's last sound and the agent's first."""

    at: float
    answer: str
    total: float
    bars: tuple[Bar, ...]
    stt: Bar | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the conversation: a turn, a function or an interruption."""

    at: float
    kind: str
    turn: TurnRecord | None = None
    offline: str = ""
    tool: ToolRecord | None = None
    interruption: InterruptionRecord | None = None


def render_report(metadata: RecordingMetadata, tracks: Sequence[AudioFrame]) -> str:
    """Write the page as HTML; ``tracks`` are caller and agent."""
    duration = metadata.audio.duration or max((track.duration for track in tracks), default=0.0)
    wave = {
        "width": WIDTH,
        "lane": LANE,
        "paths": [outline(track, LANE * (number + 0.5)) for number, track in enumerate(tracks)],
        "ticks": ticks(duration),
    }
    return _PAGES.get_template("report.html.j2").render(
        metadata=metadata,
        duration=duration,
        wave=wave,
        scale=WIDTH / duration if duration else 0.0,
        lines=conversation(metadata),
        waterfalls=waterfalls(metadata.turns),
        quality=(metadata.analysis.model_extra or {}).get("quality"),
        live_wer=(metadata.analysis.model_extra or {}).get("live_wer"),
        outcome=OUTCOMES[metadata.call.outcome] if metadata.call.outcome else "Final desconocido",
        who=WHO,
        intents=INTENTS,
        interruptions=INTERRUPTIONS,
    )


def conversation(metadata: RecordingMetadata) -> list[Line]:
    """Put turns, functions and interruptions in order; a caller's turn carries what is heard offline, if it differs."""
    lines = [Line(turn.start, turn.who, turn, _offline(turn, metadata)) for turn in metadata.turns]
    lines += [Line(tool.at, "tool", tool=tool) for tool in metadata.tools]
    lines += [Line(item.at, "interruption", interruption=item) for item in metadata.interruptions]
    return sorted(lines, key=lambda line: line.at)


def _offline(turn: TurnRecord, metadata: RecordingMetadata) -> str:
    if turn.who != "caller" or turn.by_keys or not metadata.processed:
        return ""
    texts = []
    for part in metadata.transcription.segments:
        shared = min(part.end, turn.end) - max(part.start, turn.start)
        if part.who == "caller" and shared > (part.end - part.start) / 2:
            texts.append(part.text)
    text = " ".join(texts)
    return "" if plain(text) == plain(turn.heard) else text


def waterfalls(turns: Sequence[TurnRecord]) -> list[Waterfall]:
    """Lay out the stages of every answer on one scale."""
    answers = [turn for turn in turns if turn.who == "agent" and turn.latencies_ms.get("total")]
    widest = max((turn.latencies_ms["total"] for turn in answers), default=1.0)
    return [_waterfall(turn, 100 / widest) for turn in answers]


def _waterfall(turn: TurnRecord, scale: float) -> Waterfall:
    known: dict[str, Any] = turn.latencies_ms
    total = float(known["total"])
    at, bars = 0.0, []
    for stage in STAGES:
        ms = min(float(known.get(stage, 0.0)), total - at)
        if ms > 0:
            bars.append(Bar(stage, STAGE_NAMES[stage], at * scale, ms * scale, ms))
            at += ms
    if total - at >= 1:
        bars.append(Bar("rest", STAGE_NAMES["rest"], at * scale, (total - at) * scale, total - at))
    stt = None
    if "stt" in known:
        start, ms = float(known.get("pause", 0.0)), float(known["stt"])
        stt = Bar("stt", STAGE_NAMES["stt"], start * scale, max(0.0, min(ms, total - start)) * scale, ms)
    return Waterfall(turn.start, turn.heard, total, tuple(bars), stt)
