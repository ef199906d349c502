"""Measures searches over many stored recordings, on SQLite or PostgreSQL, in tables of their own."""

from __future__ import annotations

import random
import resource
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from ivr.db.queries import Worker, write_call
from ivr.db.search import RecordingsWanted, search_recordings
from ivr.db.session import reading, writing
from ivr.metadata import AnalysisRecord, AudioRecord, CallRecord, Outcome, RecordingMetadata, TurnRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_BATCH = 100
_TURNS = 12
_SUBJECTS = ("la factura", "el saldo", "mi línea", "el contrato", "la fibra", "el router", "la cita", "el pedido")
_DEEDS = ("no entiendo", "quiero pagar", "quiero cancelar", "han cobrado dos veces", "necesito cambiar", "no llega")
_INTENTS = ("billing_inquiry", "account_balance", "technical_support", "cancellation", "payment", "order_status")
_FEELINGS = ("very_positive", "positive", "neutral", "negative", "very_negative")
_OUTCOMES = (Outcome.COMPLETED, Outcome.CALLER_HUNG_UP, Outcome.TRANSFERRED)


def stored_call(number: int) -> RecordingMetadata:
    """Make up the metadata of a call; the same number gives the same call."""
    dice = random.Random(number)
    started = BEGIN + timedelta(minutes=number, seconds=dice.random() * 50)
    told = [f"{dice.choice(_DEEDS)} {dice.choice(_SUBJECTS)} {dice.randrange(10_000)}" for _ in range(_TURNS)]
    turns = [
        TurnRecord(who="agent" if n % 2 else "caller", start=n * 5.0, end=n * 5.0 + 3, text=text, heard=text)
        for n, text in enumerate(told)
    ]
    phone = f"6{dice.randrange(10**8):08}"
    analysis = AnalysisRecord(
        sentiment=dice.choice(_FEELINGS),
        intent=dice.choice(_INTENTS),
        entities=[{"type": "phone", "value": phone}, {"type": "amount", "value": f"{dice.randrange(90)}.00 EUR"}],
    )
    return RecordingMetadata(
        recording_id=f"rec_{number:06}",
        conversation_id=f"{number:06}",
        call=CallRecord(
            caller=f"6{dice.randrange(2000):08}", called="100", started_at=started, outcome=dice.choice(_OUTCOMES)
        ),
        audio=AudioRecord(duration=dice.uniform(5, 600), sha256="0" * 64),
        turns=turns,
        analysis=analysis,
        processed=bool(number % 5),
    )


def searches(stored: int) -> dict[str, dict[str, Any]]:
    """Name the searches that are measured, each with its conditions."""
    middle = stored_call(stored // 2)
    return {
        "all": {},
        "conversation": {"conversation": middle.conversation_id},
        "dates": {"since": BEGIN + timedelta(minutes=stored // 4), "until": BEGIN + timedelta(minutes=stored // 2)},
        "processed": {"processed": True},
        "unprocessed": {"processed": False},
        "sentiment": {"sentiment": "negative"},
        "intent": {"intent": "cancellation"},
        "outcome": {"outcome": Outcome.TRANSFERRED},
        "entity_type": {"entity": "amount"},
        "entity_value": {"entity": f"phone:{middle.analysis.entities[0]['value']}"},
        "number": {"number": f"+34 {middle.call.caller}"},
        "duration": {"longer_than": 300.0, "shorter_than": 400.0},
        "rare_words": {"text": middle.turns[0].text},
        "common_words": {"text": "factura pagar"},
        "words_of_all": {"text": "entiendo"},
        "no_such_word": {"text": "murciélago"},
        "several": {"text": "facturas cobradas", "sentiment": "negative", "processed": True, "longer_than": 60.0},
    }


def store(database: Engine, stored: int, on_progress: Callable[[int], None]) -> float:
    """Write so many calls down; answers milliseconds a call."""
    began = time.perf_counter()
    for first in range(0, stored, _BATCH):
        with writing(database) as session:
            for number in range(first, min(first + _BATCH, stored)):
                write_call(session, stored_call(number), Worker(1, "bench"), ended=True)
            session.expunge_all()
        on_progress(first + _BATCH)
    return (time.perf_counter() - began) * 1000 / stored


@dataclass(frozen=True, slots=True)
class PageTimes:
    """Milliseconds a page of one search."""

    found: int
    p50_ms: float
    p95_ms: float


def measure(database: Engine, stored: int, times: int) -> dict[str, PageTimes]:
    """Ask for the first page of each search, again and again."""
    report = {}
    for name, conditions in searches(stored).items():
        took, found = [], 0
        for _ in range(times):
            began = time.perf_counter()
            with reading(database) as session:
                page = search_recordings(session, RecordingsWanted(**conditions))
            took.append((time.perf_counter() - began) * 1000)
            found = page.total or 0
        report[name] = PageTimes(found, *(round(float(value), 2) for value in np.percentile(took, (50, 95))))
    return report


def walk(database: Engine, pages: int, times: int) -> dict[str, float]:
    """Go through pages of the whole list; the second, the hundredth ... by median, and how much memory it took."""
    before = _peak_mib()
    took: list[list[float]] = [[] for _ in range(pages)]
    for _ in range(times):
        cursor = None
        for number in range(pages):
            began = time.perf_counter()
            with reading(database) as session:
                page = search_recordings(session, RecordingsWanted(cursor=cursor))
            took[number].append((time.perf_counter() - began) * 1000)
            cursor = page.next_cursor
            if cursor is None:
                break
    medians = [float(np.median(each)) for each in took if each]
    return {
        "first_page_ms": round(medians[0], 2),
        "second_page_ms": round(medians[1], 2),
        "last_page": len(medians),
        "last_page_ms": round(medians[-1], 2),
        "grown_mib": round(_peak_mib() - before, 1),
    }


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
