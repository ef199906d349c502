"""``/recordings``: find, read, listen to and process recordings."""

from __future__ import annotations

from itertools import chain, islice
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import Field

from ivr.analysis.listing import MEDIA_TYPES, ListFormat, as_file
from ivr.metadata import RecordingMetadata  # noqa: TC001 - FastAPI reads annotations
from ivr.web.backend import Backend, RecordingFilter, RecordingPaging, backend_of
from ivr.web.metrics import summarize
from ivr.web.schemas import Queued, RecordingPage

router = APIRouter(prefix="/recordings", tags=["recordings"])
REPROCESS = "process"


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
