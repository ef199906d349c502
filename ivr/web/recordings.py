"""``/recordings``: find, read, listen to and process recordings."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import FileResponse

from ivr.metadata import RecordingMetadata  # noqa: TC001 - FastAPI reads annotations
from ivr.web.backend import Backend, RecordingFilter, backend_of
from ivr.web.metrics import summarize
from ivr.web.schemas import Queued, RecordingPage

router = APIRouter(prefix="/recordings", tags=["recordings"])
REPROCESS = "process"


@router.get("")
def list_recordings(
    wanted: Annotated[RecordingFilter, Query()], backend: Annotated[Backend, Depends(backend_of)]
) -> RecordingPage:
    """List recordings, newest first; all conditions must hold."""
    found, total = backend.records.recordings(wanted)
    return RecordingPage(
        items=[summarize(item) for item in found], total=total, limit=wanted.limit, offset=wanted.offset
    )


@router.get("/{recording_id}")
def show_recording(recording_id: str, backend: Annotated[Backend, Depends(backend_of)]) -> RecordingMetadata:
    """Show everything that is known about one recording."""
    return backend.records.recording(recording_id)


@router.head("/{recording_id}/audio", include_in_schema=False, response_class=FileResponse)
@router.get("/{recording_id}/audio", response_class=FileResponse, responses={200: {"content": {"audio/wav": {}}}})
def listen(
    recording_id: str, backend: Annotated[Backend, Depends(backend_of)], *, denoised: bool = False
) -> FileResponse:
    """Give the sound: 16-bit WAV, left = caller, right = agent; ranges are served.

    ``denoised``: the copy for listening, where one was made.
    """
    metadata = backend.records.recording(recording_id)
    path = backend.store.fetch(f"{'listening' if denoised else 'audio'}/{metadata.recording_id}.wav")
    return FileResponse(
        path, media_type="audio/wav", filename=f"{metadata.recording_id}.wav", content_disposition_type="inline"
    )


@router.post("/{recording_id}/reprocess", status_code=202)
def reprocess(recording_id: str, backend: Annotated[Backend, Depends(backend_of)]) -> Queued:
    """Queue the post-call job once more."""
    metadata = backend.records.recording(recording_id)
    job = backend.jobs.submit(REPROCESS, {"recording_id": metadata.recording_id, "reprocess": True})
    return Queued(job_id=job, recording_id=metadata.recording_id)
