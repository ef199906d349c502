"""One tenant's experiments, as people and workers use them: each call is a transaction of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ivr.db.experiment_tables import CallVariant, ExperimentRow
from ivr.db.session import reading, writing
from ivr.db.tables import Call, Recording, TurnRow
from ivr.dialogue.outcome import Outcome
from ivr.errors import ExperimentNotFound, ExperimentRefused
from ivr.experiments.assignment import clash, unit_of
from ivr.experiments.definition import Experiment
from ivr.experiments.report import CallResult, report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from ivr.experiments.report import Report

CONTAINED = frozenset({Outcome.COMPLETED, Outcome.CALLER_HUNG_UP})
"""Ends without a person, as the dashboard counts them; a call that failed is none, whoever is to blame."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An experiment as it stands."""

    experiment: Experiment
    state: str
    created_at: datetime
    started_at: datetime | None
    stopped_at: datetime | None

    def summary(self) -> dict[str, Any]:
        """Give it as programs read it, without the texts of personas."""
        one = self.experiment
        moments = {name: getattr(self, name) for name in ("created_at", "started_at", "stopped_at")}
        return {
            **one.model_dump(include={"name", "about", "share", "by", "goal"}),
            "state": self.state,
            "variants": {name: variant.described() for name, variant in one.variants.items()},
            "weights": {name: variant.weight for name, variant in one.variants.items()},
            **{name: moment and moment.isoformat() for name, moment in moments.items()},
        }


class ExperimentBook:
    """The experiments of ``tenant``; StorageUnavailable when the database cannot be used."""

    def __init__(self, engine: Engine, tenant: str) -> None:
        self._engine = engine
        self._tenant = tenant

    def create(self, experiment: Experiment, *, start: bool) -> Kept:
        """Keep a new one, and start it if it is to; ExperimentRefused when its name is taken or others are in its way.

        A name is one company's in the whole database, as results are found by it.
        """
        with writing(self._engine) as session:
            if session.get(ExperimentRow, experiment.name) is not None:
                raise ExperimentRefused(
                    f"there is an experiment {experiment.name} already, whose results must not be mixed with others; "
                    "give another name"
                )
            row = ExperimentRow(name=experiment.name, tenant=self._tenant, state="draft", created_at=_now())
            row.definition = experiment.model_dump(mode="json")
            session.add(row)
            if start:
                self._start(session, row)
            session.flush()
            return _kept(row)

    def start(self, name: str) -> Kept:
        """Start it, or go on with it; calls are drawn within seconds."""
        with writing(self._engine) as session:
            row = self._row(session, name)
            if row.state != "running":
                self._start(session, row)
            return _kept(row)

    def stop(self, name: str) -> Kept:
        """Stop it: within seconds new calls are served as always, those in progress go on as they are."""
        with writing(self._engine) as session:
            row = self._row(session, name)
            if row.state != "stopped":
                row.state, row.stopped_at = "stopped", _now()
            return _kept(row)

    def get(self, name: str) -> Kept:
        """Give one; ExperimentNotFound."""
        with reading(self._engine) as session:
            return _kept(self._row(session, name))

    def all(self) -> list[Kept]:
        """List them, newest first."""
        with reading(self._engine) as session:
            chosen = select(ExperimentRow).where(ExperimentRow.tenant == self._tenant)
            return [_kept(row) for row in session.scalars(chosen.order_by(ExperimentRow.created_at.desc()))]

    def running(self) -> list[Experiment]:
        """Give those that calls are drawn for now, in the order of their names."""
        with reading(self._engine) as session:
            return self._running(session)

    def report(self, name: str) -> Report:
        """Compare its variants by the calls that are over."""
        with reading(self._engine) as session:
            experiment = _kept(self._row(session, name)).experiment
            return report(experiment, _results(session, experiment))

    def _start(self, session: Session, row: ExperimentRow) -> None:
        why = clash([*self._running(session), _kept(row).experiment])
        if why:
            raise ExperimentRefused(why)
        row.state, row.started_at, row.stopped_at = "running", _now(), None

    def _running(self, session: Session) -> list[Experiment]:
        mine = ExperimentRow.tenant == self._tenant
        chosen = select(ExperimentRow).where(mine, ExperimentRow.state == "running").order_by(ExperimentRow.name)
        return [_kept(row).experiment for row in session.scalars(chosen)]

    def _row(self, session: Session, name: str) -> ExperimentRow:
        row = session.get(ExperimentRow, name)
        if row is None or row.tenant != self._tenant:
            raise ExperimentNotFound(f"there is no experiment {name}: ivr experiments list names them")
        return row


def _now() -> datetime:
    return datetime.now(UTC)


def _kept(row: ExperimentRow) -> Kept:
    experiment = Experiment.model_validate(row.definition)
    return Kept(experiment, row.state, row.created_at, row.started_at, row.stopped_at)


def _results(session: Session, experiment: Experiment) -> Sequence[CallResult]:
    mine = CallVariant.experiment == experiment.name
    waits: dict[str, list[float]] = {}
    answers = select(TurnRow.call_id, TurnRow.answer_ms).join(CallVariant, CallVariant.call_id == TurnRow.call_id)
    for call_id, waited in session.execute(answers.where(mine, TurnRow.answer_ms.is_not(None))):
        waits.setdefault(call_id, []).append(waited or 0.0)
    felt = Recording.document["analysis"]["sentiment_score"].as_float()
    chosen = (
        select(CallVariant.variant, CallVariant.cost, Call.call_id, Call.caller, Call.outcome, Recording.duration, felt)
        .join(Call, Call.call_id == CallVariant.call_id)
        .join(Recording, Recording.recording_id == Call.recording_id)
        .where(mine, Call.state == "ended")
    )
    return [
        CallResult(
            variant=variant,
            unit=unit_of(experiment, call_id, caller),
            contained=outcome in CONTAINED,
            completed=outcome == Outcome.COMPLETED,
            duration=duration,
            sentiment=sentiment,
            latency_ms=median(waits[call_id]) if call_id in waits else None,
            cost=cost,
        )
        for variant, cost, call_id, caller, outcome, duration, sentiment in session.execute(chosen)
    ]
