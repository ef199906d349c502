"""Experiments and what came of them, on a real database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.db.experiment_book import ExperimentBook
from ivr.db.queries import Worker, erase_call, write_call
from ivr.db.session import reading, writing
from ivr.errors import ExperimentNotFound, ExperimentRefused
from ivr.experiments.definition import Experiment
from ivr.metadata import AudioRecord, CallRecord, ModelRecord, Outcome, RecordingMetadata, TurnRecord

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def experiment(name: str = "voz", **more: object) -> Experiment:
    variants = {"a": {}, "b": {"voice": "em_alex"}}
    return Experiment.model_validate({"name": name, "variants": variants} | more)


def call(
    number: int, variant: str, outcome: Outcome, *, caller: str = "600111222", ms: float = 800.0
) -> RecordingMetadata:
    model = ModelRecord(provider="openai", cost=0.002)
    return RecordingMetadata(
        recording_id=f"rec_{number}",
        conversation_id=f"c{number}",
        call=CallRecord(caller=caller, started_at=NOON, outcome=outcome, variants={"voz": variant}),
        audio=AudioRecord(duration=60.0, sha256="ab"),
        turns=[
            TurnRecord(
                who="agent", start=2, end=3, text="Sí.", heard="Sí.", latencies_ms={"total": ms}, models=[model, model]
            )
        ],
    )


def write(database: Engine, *calls: RecordingMetadata, ended: bool = True) -> None:
    with writing(database) as session:
        for metadata in calls:
            write_call(session, metadata, Worker(1, "here"), ended=ended)


def test_an_experiment_lives_from_draft_to_stopped_and_on(database: Engine) -> None:
    book = ExperimentBook(database, "acme")
    assert book.create(experiment(), start=False).state == "draft"
    assert book.running() == []
    assert book.start("voz").state == "running"
    assert book.running() == [experiment()]
    stopped = book.stop("voz")
    assert (stopped.state, stopped.stopped_at is not None) == ("stopped", True)
    assert book.start("voz").stopped_at is None
    assert [kept.experiment.name for kept in book.all()] == ["voz"]


def test_companies_do_not_see_each_other_s_experiments(database: Engine) -> None:
    ExperimentBook(database, "acme").create(experiment(), start=True)
    other = ExperimentBook(database, "other")
    assert (other.running(), other.all()) == ([], [])
    with pytest.raises(ExperimentNotFound, match="ivr experiments list"):
        other.stop("voz")


def test_a_name_serves_once_and_two_experiments_do_not_change_the_same(database: Engine) -> None:
    book = ExperimentBook(database, "acme")
    book.create(experiment(), start=True)
    with pytest.raises(ExperimentRefused, match="give another name"):
        book.create(experiment(), start=False)
    with pytest.raises(ExperimentRefused, match="voz and otra both change voice; stop one of them first"):
        book.create(experiment("otra"), start=True)
    assert [kept.experiment.name for kept in book.all()] == ["voz"]


def test_what_came_of_it_is_told_variant_by_variant(database: Engine) -> None:
    book = ExperimentBook(database, "acme")
    book.create(experiment(), start=True)
    write(database, *(call(number, "a", Outcome.TRANSFERRED, ms=900) for number in range(40)))
    write(database, *(call(number, "b", Outcome.COMPLETED, ms=700) for number in range(40, 80)))
    write(database, call(99, "b", Outcome.COMPLETED), ended=False)
    found = book.report("voz")
    control, other = found.variants
    assert (control.calls, other.calls) == (40, 40)
    assert (control.figures["contained"].value, other.figures["contained"].value) == (0.0, 1.0)
    assert other.against["contained"].low > 0.8
    assert other.against["latency_ms"].value == -200
    assert other.figures["cost"].value == pytest.approx(0.004)
    assert found.fair
    assert "not enough calls yet (40 of about" in found.verdict[0]


def test_a_failed_call_counts_against_its_variant(database: Engine) -> None:
    book = ExperimentBook(database, "acme")
    book.create(experiment(), start=True)
    write(database, call(1, "a", Outcome.COMPLETED), call(2, "a", Outcome.AGENT_FAILED))
    assert book.report("voz").variants[0].figures["contained"].value == 0.5


def test_a_decision_comes_with_enough_calls_only(database: Engine) -> None:
    book = ExperimentBook(database, "acme")
    book.create(experiment(detect=0.3), start=True)
    ends = {"a": Outcome.TRANSFERRED, "b": Outcome.COMPLETED}
    write(database, *(call(n, "ab"[n % 2], ends["ab"[n % 2]]) for n in range(100)))
    assert book.report("voz").verdict == ["b is better: +100.0 points contained against a [+89.9, +100.0]."]


def test_an_uneven_draw_is_told_before_all_else(database: Engine) -> None:
    book = ExperimentBook(database, "acme")
    book.create(experiment(), start=True)
    write(database, *(call(n, "a" if n < 80 else "b", Outcome.COMPLETED) for n in range(100)))
    found = book.report("voz")
    assert not found.fair
    assert found.verdict[0].startswith("Do not decide on this")


def test_where_callers_are_drawn_their_calls_are_one(database: Engine) -> None:
    book = ExperimentBook(database, "acme")
    book.create(experiment(by="caller"), start=True)
    write(database, *(call(n, "a", Outcome.COMPLETED, caller=f"60000000{n % 2}") for n in range(20)))
    assert (book.report("voz").variants[0].calls, book.report("voz").variants[0].units) == (20, 2)


def test_an_experiment_without_calls_has_a_report_too(database: Engine) -> None:
    book = ExperimentBook(database, "acme")
    book.create(experiment(), start=True)
    found = book.report("voz")
    assert [one.calls for one in found.variants] == [0, 0]
    assert found.verdict == ["b: not enough calls yet (0 of about 1248 of each variant)."]


def test_an_erased_call_leaves_no_variant_behind(database: Engine) -> None:
    book = ExperimentBook(database, "acme")
    book.create(experiment(), start=True)
    write(database, call(1, "a", Outcome.COMPLETED))
    with writing(database) as session:
        erase_call(session, "rec_1")
    with reading(database):
        assert book.report("voz").variants[0].calls == 0
