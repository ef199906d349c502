"""``/experiments``: calls shared out among variants of the agent, and what came of each."""

from __future__ import annotations

import json
from datetime import datetime  # noqa: TC003 - pydantic needs it at run time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from ivr.errors import ExperimentRefused
from ivr.web.backend import Backend, backend_of
from ivr.yaml_text import FileRefused

router = APIRouter(prefix="/experiments", tags=["experiments"])

Desk = Annotated[Backend, Depends(backend_of)]


class Wanted(BaseModel):
    """An experiment, as `ivr experiments create` reads it from a file; `persona` is a name or what changes of it."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [{"name": "voz", "share": 0.5, "variants": {"como-siempre": {}, "alex": {"voice": "em_alex"}}}]
        },
    )
    name: str = Field(description="Small letters, digits and hyphens.")
    variants: dict[str, Any] = Field(description="The first is what the others are compared with.")
    start: bool = Field(True, description="Whether calls are drawn at once.")


class ExperimentItem(BaseModel):
    """An experiment as it stands."""

    name: str
    about: str
    state: Literal["draft", "running", "stopped"]
    share: float
    by: Literal["call", "caller"]
    goal: str
    variants: dict[str, str] = Field(description="Variant -> what it changes.")
    weights: dict[str, float]
    created_at: datetime
    started_at: datetime | None
    stopped_at: datetime | None


class Bounds(BaseModel):
    """A figure between its bounds, 95 %."""

    value: float
    low: float
    high: float


class VariantFigures(BaseModel):
    """What came of one variant; a figure that was not measured is left out."""

    variant: str
    changes: str
    calls: int
    units: int = Field(description="Calls, or callers where these are drawn.")
    figures: dict[str, Bounds]
    against: dict[str, Bounds] = Field(description="By how much the figures are greater than the first variant's.")


class Results(BaseModel):
    """The comparison."""

    variants: list[VariantFigures]
    needed: int = Field(description="Calls of each variant that are wanted before it may be decided.")
    fair: bool = Field(description="Whether calls were shared out as the weights say.")
    fairness: float = Field(description="Chance of counts at least this uneven, if they were.")
    verdict: list[str]


class ExperimentResults(ExperimentItem):
    """An experiment and what came of it."""

    results: Results


@router.get("")
def list_experiments(backend: Desk) -> list[ExperimentItem]:
    """List experiments, newest first."""
    return [ExperimentItem.model_validate(kept.summary()) for kept in backend.experiments.book.all()]


@router.post("", status_code=201)
def create(wanted: Wanted, backend: Desk) -> ExperimentItem:
    """Create an experiment, and start it unless told otherwise; a persona in it is kept as it is now."""
    document = wanted.model_dump(exclude={"start"})
    for name, variant in document["variants"].items():
        persona = variant.get("persona") if isinstance(variant, dict) else None
        if isinstance(persona, str) and not persona.replace("-", "").replace("_", "").isalnum():
            raise ExperimentRefused(
                f"variants.{name}.persona: files are read by `ivr experiments create` only; give a persona's name, or "
                "what changes of it"
            )
    try:
        experiment = backend.experiments.read(json.dumps(document, ensure_ascii=False))
    except FileRefused as refused:  # lines and columns of a request say nothing to who sent it
        told = "; ".join(f"{fault.key}: {fault.problem}" for fault in refused.faults)
        raise ExperimentRefused(told) from refused
    return ExperimentItem.model_validate(backend.experiments.book.create(experiment, start=wanted.start).summary())


@router.get("/{name}")
def show(name: str, backend: Desk) -> ExperimentResults:
    """Show an experiment and what came of it so far."""
    kept, found = backend.experiments.book.get(name), backend.experiments.book.report(name)
    return ExperimentResults.model_validate(kept.summary() | {"results": found.document()})


@router.post("/{name}/start")
def start(name: str, backend: Desk) -> ExperimentItem:
    """Start a draft, or go on with a stopped experiment; calls are drawn within seconds."""
    return ExperimentItem.model_validate(backend.experiments.book.start(name).summary())


@router.post("/{name}/stop")
def stop(name: str, backend: Desk) -> ExperimentItem:
    """Stop an experiment: within seconds new calls are served as always. Its results stay."""
    return ExperimentItem.model_validate(backend.experiments.book.stop(name).summary())
