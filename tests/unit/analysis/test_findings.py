"""What a conversation was about."""

from __future__ import annotations

import datetime as dt

import pytest

from ivr.analysis.findings import caller_lines, find_intents, list_entities, summarize, topics_of
from ivr.analysis.wording import FUNCTIONS, INTENTS, OUTCOMES, clock, length, listed
from ivr.db.crm_tools import TOOLS
from ivr.language.intents import INTENTS as KNOWN
from ivr.metadata import AudioRecord, CallRecord, Outcome, RecordingMetadata, Segment, ToolRecord, TurnRecord

LINES = [(1.0, "Hola, quería saber mi saldo"), (9.0, "Mi teléfono es el 654 321 987"), (20.0, "Nada más, adiós")]


def metadata() -> RecordingMetadata:
    return RecordingMetadata(
        recording_id="rec_1",
        conversation_id="1",
        call=CallRecord(caller="600111222", outcome=Outcome.COMPLETED),
        audio=AudioRecord(duration=72.4),
        turns=[TurnRecord(who="caller", start=at, end=at + 1, text=text, heard=text) for at, text in LINES],
    )


def test_the_reason_of_a_call_is_found() -> None:
    intents = find_intents(LINES)
    assert intents[0]["name"] == "account_balance"
    assert topics_of(intents) == ["account_balance"]


def test_what_the_caller_named_is_listed_with_its_time() -> None:
    found = list_entities(LINES, dt.datetime(2026, 3, 3, 12))  # noqa: DTZ001 - local time is meant
    assert [(item["at"], item["type"], item["value"]) for item in found] == [(9.0, "phone", "654321987")]


def test_products_of_the_house_are_listed_among_what_the_caller_named() -> None:
    lines = [(1.0, "quería cambiar a la fibra óptica de seiscientos megas")]
    found = list_entities(lines, dt.datetime(2026, 3, 3, 12), ["fibra 300", "fibra 600"])  # noqa: DTZ001 - local time
    assert [(item["type"], item["value"]) for item in found] == [("product", "fibra 600")]


def test_what_was_heard_offline_counts_more_than_what_was_heard_live() -> None:
    call = metadata()
    assert caller_lines(call) == LINES
    call.transcription.segments = [Segment(who="caller", start=2, end=3, raw="x", text="Quiero pagar")]
    assert caller_lines(call) == [(2, "Quiero pagar")]


def test_the_summary_says_why_what_and_how_it_ended() -> None:
    call = metadata()
    call.analysis.topics = ["account_balance", "cancellation"]
    call.tools = [ToolRecord(name="get_account_balance"), ToolRecord(name="cancel_service", ok=False, error="no")]
    assert summarize(call) == (
        "El cliente (600111222) llamó para consultar su saldo y dar de baja el servicio. El agente consultó el saldo. "
        "No se pudo completar: cancel_service. "
        "La conversación terminó con la despedida del agente, a los 1 min 12 s."
    )


def test_a_silent_caller_is_summarized_too() -> None:
    call = RecordingMetadata(recording_id="rec_1", conversation_id="1")
    assert summarize(call).startswith("El cliente no dijo nada que se entendiera.")


def test_everything_has_a_spanish_name() -> None:
    assert INTENTS.keys() == set(KNOWN)
    assert OUTCOMES.keys() == set(Outcome)
    assert {tool.name for tool in TOOLS} <= FUNCTIONS.keys()


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a y b"),
        (["a", "b", "ir"], "a, b e ir"),
        (["agua", "hielo"], "agua y hielo"),
    ],
)
def test_lists_are_joined_the_spanish_way(parts: list[str], text: str) -> None:
    assert listed(parts) == text


def test_times_are_written_short() -> None:
    assert (clock(65.9), length(41.2), length(192)) == ("1:05", "41 s", "3 min 12 s")
