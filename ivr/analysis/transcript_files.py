"""The transcript as text for people and as WebVTT for players."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ivr.analysis.wording import INTERRUPTIONS, OUTCOMES, clock

if TYPE_CHECKING:
    from ivr.metadata import RecordingMetadata, TurnRecord

WHO = {"caller": "Cliente", "agent": "Agente", "person": "Persona"}
STAGE_NAMES = {
    "stt": "reconocimiento",
    "endpoint": "fin de turno",
    "llm": "respuesta",
    "tts": "voz",
    "rest": "salida",
}


def as_text(metadata: RecordingMetadata) -> str:
    """Write the conversation with times, functions, keys and interruptions, in the order in which they happened."""
    call = metadata.call
    lines: list[tuple[float, str]] = [
        (part.start, f"{WHO[part.who]}: {part.text}") for part in metadata.transcription.segments if part.text
    ]
    lines += [
        (turn.start, f"{WHO['caller']} (teclas): {turn.heard}")
        for turn in metadata.turns
        if turn.who == "caller" and turn.by_keys
    ]
    for tool in metadata.tools:
        values = ", ".join(f"{name}={value}" for name, value in tool.arguments.items())
        ending = "" if tool.ok else f" -> falló: {tool.error}"
        lines.append((tool.at, f"   · {tool.name}({values}){ending}"))
    lines += [
        (item.at, f"   · {INTERRUPTIONS[item.kind]} del cliente: {item.text}".rstrip(": "))
        for item in metadata.interruptions
    ]
    lines += [(turn.start, _latencies(turn)) for turn in metadata.turns if turn.latencies_ms.get("total")]
    outcome = OUTCOMES[call.outcome] if call.outcome else "Final desconocido"
    head = [
        f"Llamada {metadata.conversation_id}",
        f"De {call.caller or 'número oculto'} a {call.called or '-'}",
        f"Fecha: {call.started_at:%d/%m/%Y %H:%M:%S} UTC" if call.started_at else "Fecha: -",
        f"Duración: {clock(metadata.audio.duration)}. {outcome}.",
        "",
    ]
    if metadata.analysis.summary:
        head += [metadata.analysis.summary, ""]
    body = [f"[{clock(at):>5}] {line}" for at, line in sorted(lines, key=lambda line: line[0])]
    return "\n".join(head + body) + "\n"


def _latencies(turn: TurnRecord) -> str:
    """Tell how long the caller waited for this answer, and for what; the recogniser works during the turn's end."""
    stages = ", ".join(
        f"{name} {turn.latencies_ms[stage]:.0f}" for stage, name in STAGE_NAMES.items() if stage in turn.latencies_ms
    )
    return f"   · contestó en {turn.latencies_ms['total']:.0f} ms" + (f" ({stages})" if stages else "")


def as_vtt(metadata: RecordingMetadata) -> str:
    """Write WebVTT, one cue a segment, each with its speaker."""
    cues = ["WEBVTT", ""]
    for number, part in enumerate((part for part in metadata.transcription.segments if part.text), 1):
        end = max(part.end, part.start + 0.1)
        text = escape(part.text, quote=False)
        cues += [str(number), f"{_stamp(part.start)} --> {_stamp(end)}", f"<v {WHO[part.who]}>{text}</v>", ""]
    return "\n".join(cues)


def _stamp(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02d}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}.{whole % 1000:03d}"
