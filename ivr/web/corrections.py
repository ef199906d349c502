"""``/corrections``: the correction bank of this installation's tenant."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from ivr.language.correction.bank_file import context
from ivr.language.correction.values import Entry, State
from ivr.web.backend import Backend, Paging, backend_of

router = APIRouter(prefix="/corrections", tags=["corrections"])
API = "api"
CSV = "text/csv"

Desk = Annotated[Backend, Depends(backend_of)]


class CorrectionFilter(Paging):
    """Which corrections are wanted."""

    state: State | None = Field(None, description="Only those in this state.")
    text: str = Field("", max_length=80, description="Part of what was heard or meant.")


class Lesson(BaseModel):
    """What was misheard: two phrases, or a sentence as it was heard and as it was said."""

    model_config = ConfigDict(extra="forbid")
    heard: str = Field(min_length=1, max_length=1000, examples=["revisar el salgo de mi cuesta"])
    meant: str = Field(min_length=1, max_length=1000, examples=["revisar el saldo de mi cuenta"])
    kind: Literal["term", "person", "address", "city", "product"] = Field(
        "term", description="The slot in which it may be meant; term: anywhere."
    )
    before: str = Field("", max_length=400, description="Words of which one must stand before it; ^ is the beginning.")
    after: str = Field("", max_length=400, description="Words of which one must stand after it; $ is the end.")
    by: str = Field(API, min_length=1, max_length=80, description="Who vouches for it.")


class CorrectionItem(BaseModel):
    """A correction as it stands, with its ledger."""

    id: int
    heard: str
    meant: str
    kind: str
    before: str
    after: str
    state: State
    why: str = Field(description="Why it is in that state.")
    source: str = Field(description="Who brought it in first.")
    fired: int = Field(description="Calls in which it changed a word.")
    confirmed: int = Field(description="Calls in which the caller agreed with the change.")
    reverted: int = Field(description="Calls in which the caller denied it.")
    created_at: str
    changed_at: str


class CorrectionPage(BaseModel):
    """A part of the list."""

    items: list[CorrectionItem]
    total: int
    limit: int
    offset: int


class BrokenLine(BaseModel):
    """A line of a bank file that was not taken."""

    line: int
    problem: str


class Loaded(BaseModel):
    """What became of a bank file."""

    loaded: int
    broken: list[BrokenLine]


@router.get("")
def list_corrections(wanted: Annotated[CorrectionFilter, Query()], backend: Desk) -> CorrectionPage:
    """List corrections by what was heard."""
    found, total = backend.corrections.find(wanted.state, wanted.text, wanted.limit, wanted.offset)
    items = [CorrectionItem.model_validate(item.row()) for item in found]
    return CorrectionPage(items=items, total=total, limit=wanted.limit, offset=wanted.offset)


@router.post("", status_code=201)
def teach(lesson: Lesson, backend: Desk) -> list[CorrectionItem]:
    """Teach corrections; calls use them within a minute. One that needs the words beside it stays a candidate."""
    given = Entry(lesson.heard, lesson.meant, lesson.kind, context(lesson.before), context(lesson.after))
    return [CorrectionItem.model_validate(item.row()) for item in backend.corrections.teach(given, lesson.by)]


@router.get("/stats")
def stats(backend: Desk) -> dict[str, int]:
    """Count corrections by state, and the calls in which they fired, were confirmed, were reverted."""
    return backend.corrections.figures()


@router.get("/export", response_class=Response, responses={200: {"content": {CSV: {}}}})
def export(backend: Desk, state: State | None = None) -> Response:
    """Give the bank as CSV, as `POST /corrections/import` takes it."""
    return Response(backend.corrections.export(state), media_type=CSV)


@router.post("/import")
def load(text: Annotated[str, Body(media_type=CSV, max_length=10_000_000)], backend: Desk) -> Loaded:
    """Load a CSV file (heard,meant,kind,before,after,state); broken rows are told by line, the rest is loaded."""
    done = backend.corrections.load(text, API)
    return Loaded(loaded=done.loaded, broken=[BrokenLine(line=row.line, problem=row.problem) for row in done.broken])


@router.get("/{correction_id}")
def show(correction_id: int, backend: Desk) -> CorrectionItem:
    """Show one correction."""
    return CorrectionItem.model_validate(backend.corrections.get(correction_id).row())


@router.delete("/{correction_id}")
def revoke(
    correction_id: int, backend: Desk, by: Annotated[str, Query(min_length=1, max_length=80)] = API
) -> CorrectionItem:
    """Take a correction back; it stays in the list, and only teaching it again brings it back."""
    (kept,) = backend.corrections.revoke([correction_id], by)
    return CorrectionItem.model_validate(kept.row())
