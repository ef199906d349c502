"""``/recordings``: find, read, listen to and process recordings."""

from __future__ import annotations

from itertools import chain, islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from ivr.analysis.listing import MEDIA_TYPES, ListFormat, as_file
from ivr.metadata import RecordingMetadata  # noqa: TC001 - FastAPI reads annotations
from ivr.web.backend import Backend, RecordingFilter, RecordingPaging, backend_of
from ivr.web.metrics import summarize
from ivr.web.problems import Problem
from ivr.web.schemas import Queued, RecordingPage

router = APIRouter(prefix="/recordings", tags=["recordings"])
REPROCESS = "process"
HELD: dict[int | str, dict[str, Any]] = {409: {"model": Problem, "description": "It is held for a legal case."}}
Because = Annotated[str, Query(max_length=500, description="Why.")]


@router.get("")
def list_recordings(
    wanted: Annotated[RecordingPaging, Query()], backend: Annotated[Backend, Depends(backend_of)]
) -> RecordingPage:
    """List recordings, newest first; all conditions must hold. ``next_cursor`` leads to the page after."""
    page = backend.records.recordings(wanted)
    return RecordingPage(
        items=[summarize(item) for item in page.items],
        total=page.total,
        limit=wanted.limit,
        next_cursor=page.next_cursor,
    )


class ExportFilter(RecordingFilter):
    """Which recordings are wanted as a file, and of what kind."""

    format: ListFormat = Field("csv", description="csv, json or xlsx.")


@router.get("/export", response_class=StreamingResponse, responses={200: {"content": {"text/csv": {}}}})
def export_recordings(
    wanted: Annotated[ExportFilter, Query()], backend: Annotated[Backend, Depends(backend_of)]
) -> StreamingResponse:
    """Give all recordings that fit as one file: CSV, JSON or Excel."""
    found = backend.records.each_recording(RecordingFilter(**wanted.model_dump(exclude={"format"})))
    first = list(islice(found, 1))  # what is wrong with the question is told before the answer begins
    headers = {"Content-Disposition": f'attachment; filename="recordings.{wanted.format}"'}
    return StreamingResponse(as_file(chain(first, found), wanted.format), 200, headers, MEDIA_TYPES[wanted.format])


@router.get("/{recording_id}")
def show_recording(recording_id: str, backend: Annotated[Backend, Depends(backend_of)]) -> RecordingMetadata:
    """Show everything that is known about one recording."""
    return backend.records.recording(recording_id)


@router.head("/{recording_id}/audio", include_in_schema=False, response_class=FileResponse)
@router.get("/{recording_id}/audio", response_class=FileResponse, responses={200: {"content": {"audio/wav": {}}}})
def listen(
    recording_id: str,
    backend: Annotated[Backend, Depends(backend_of)],
    *,
    denoised: bool = False,
    redacted: bool = False,
) -> FileResponse:
    """Give the sound: 16-bit WAV, left = caller, right = agent; ranges are served.

    ``denoised``: the copy for listening, where one was made; ``redacted``: the one with a tone over what is private.
    """
    metadata = backend.records.recording(recording_id)
    folder = "redacted" if redacted else "listening" if denoised else "audio"
    path = backend.store.fetch(f"{folder}/{metadata.recording_id}.wav")
    return FileResponse(
        path, media_type="audio/wav", filename=f"{metadata.recording_id}.wav", content_disposition_type="inline"
    )


@router.post("/{recording_id}/reprocess", status_code=202)
def reprocess(recording_id: str, backend: Annotated[Backend, Depends(backend_of)]) -> Queued:
    """Queue the post-call job once more."""
    metadata = backend.records.recording(recording_id)
    job = backend.jobs.submit(REPROCESS, {"recording_id": metadata.recording_id, "reprocess": True})
    return Queued(job_id=job, recording_id=metadata.recording_id)


@router.delete("/{recording_id}", status_code=204, responses=HELD)
def put_into_bin(recording_id: str, backend: Annotated[Backend, Depends(backend_of)], because: Because = "") -> None:
    """Put a recording into the bin: lists leave it out, nothing is erased yet."""
    backend.records.mark(recording_id, "bin", because or "over the API")


@router.post("/{recording_id}/restore", status_code=204)
def restore(recording_id: str, backend: Annotated[Backend, Depends(backend_of)]) -> None:
    """Take a recording out of the bin."""
    backend.records.mark(recording_id, "restore", "")


class Hold(BaseModel):
    """Why a recording must not go."""

    model_config = ConfigDict(extra="forbid")
    because: str = Field(pattern=r"\S", max_length=500, description="The legal case, or who asked.")


@router.put("/{recording_id}/hold", status_code=204)
def hold(recording_id: str, wanted: Hold, backend: Annotated[Backend, Depends(backend_of)]) -> None:
    """Keep a recording from going, whatever the rules or a person's wish, until it is released."""
    backend.records.mark(recording_id, "hold", wanted.because)


@router.delete("/{recording_id}/hold", status_code=204)
def release(recording_id: str, backend: Annotated[Backend, Depends(backend_of)]) -> None:
    """End a hold."""
    backend.records.mark(recording_id, "release", "")
