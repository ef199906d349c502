"""What a conversation was about, found by rules in what the caller said."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ivr.analysis.wording import FUNCTIONS, INTENTS, OUTCOMES, SOCIAL, length, listed
from ivr.language.intents import detect_intent
from ivr.language.named_entities import find_all

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from ivr.metadata import RecordingMetadata, Segment


def caller_lines(metadata: RecordingMetadata) -> list[tuple[float, str]]:
    """List what the caller said, with its time: as heard without hurry, else as heard during the call."""
    segments: list[Segment] = [part for part in metadata.transcription.segments if part.who == "caller"]
    if segments:
        return [(segment.start, segment.text) for segment in segments]
    return [(turn.start, turn.heard) for turn in metadata.turns if turn.who == "caller" and not turn.by_keys]


def find_intents(lines: Iterable[tuple[float, str]]) -> list[dict[str, Any]]:
    """Tell the intent of every line of the caller."""
    found = []
    for at, text in lines:
        intent = detect_intent(text)
        found.append({"at": at, "text": text, "name": intent.name, "confidence": intent.confidence})
    return found


def topics_of(intents: Sequence[dict[str, Any]]) -> list[str]:
    """List the reasons of the call, each once, the most frequent first, then the earliest."""
    counted = Counter(item["name"] for item in intents if item["name"] not in SOCIAL)
    return [name for name, _ in counted.most_common()]


def list_entities(
    lines: Iterable[tuple[float, str]], now: dt.datetime, products: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """List what the caller named; ``now`` is the local time of the call, for "mañana"; ``products`` the house's own."""
    return [
        {"at": at, "type": item.type, "value": item.value, "text": item.text, "start": item.start, "end": item.end}
        for at, text in lines
        for item in find_all(text, now, products)
    ]


def summarize(metadata: RecordingMetadata) -> str:
    """Say in Spanish why the caller called, what was done, and how it ended."""
    sentences = []
    topics = [INTENTS[name] for name in metadata.analysis.topics if name in INTENTS]
    caller = f"El cliente ({metadata.call.caller})" if metadata.call.caller else "El cliente"
    if topics:
        sentences.append(f"{caller} llamó para {listed(topics)}.")
    elif any(turn.who == "caller" for turn in metadata.turns):
        sentences.append(f"{caller} habló, pero no se reconoció ningún motivo de la lista.")
    else:
        sentences.append(f"{caller} no dijo nada que se entendiera.")
    done = list(dict.fromkeys(FUNCTIONS.get(tool.name, f"usó {tool.name}") for tool in metadata.tools if tool.ok))
    if done:
        sentences.append(f"El agente {listed(done)}.")
    failed = list(dict.fromkeys(tool.name for tool in metadata.tools if not tool.ok))
    if failed:
        sentences.append(f"No se pudo completar: {listed(failed)}.")
    ending = OUTCOMES[metadata.call.outcome] if metadata.call.outcome else "No se sabe cómo terminó la llamada"
    sentences.append(f"{ending}, a los {length(metadata.audio.duration)}.")
    return " ".join(sentences)
