"""``POST /transcribe`` and ``/transcribe/enhanced``: what is said in a sound file of any length."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Annotated, Literal, cast

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import UploadFile

from ivr.analysis.listening import Language  # noqa: TC001 - pydantic needs it at run time
from ivr.analysis.transcripts import EnhancedTranscript, PlainTranscript, enhanced, plain
from ivr.audio.sound_file import open_sound
from ivr.language.hotwords import LARGEST
from ivr.ports import Hints
from ivr.web.backend import Backend, backend_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.analysis.listening import Listened

router = APIRouter(prefix="/transcribe", tags=["transcribe"])
LARGEST_UPLOAD = 4 << 30
"""Bytes; six hours in stereo at 48 kHz."""
IN_MEMORY = 1 << 20
"""Bytes of an upload kept in memory; more goes to a temporary file."""
PATIENCE = 0.5
"""Seconds between two looks whether the client is still there."""
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
            },
            "audio/wav": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
"""The upload is read after the key has been checked, so it cannot be a parameter."""


Slot = Literal["phone", "email", "dni", "amount", "date", "person", "address", "city", "product"]


class Asked(BaseModel):
    """How to hear it."""

    model_config = ConfigDict(extra="forbid")
    language: Language | None = Field(None, description="What is spoken; LANGUAGE when left out.")
    hotwords: list[str] = Field(
        default_factory=list, max_length=LARGEST, description="Names and products that may be said; may be repeated."
    )
    slots: list[Slot] = Field(default_factory=list, description="Types of value that the speaker was asked for.")


class AskedInFull(Asked):
    """How to hear it, and when it was said."""

    now: dt.datetime | None = Field(None, description='When it was said, for "mañana" and the like; now if left out.')


@router.post("", openapi_extra=BODY)
async def transcribe(
    request: Request, asked: Annotated[Asked, Query()], backend: Annotated[Backend, Depends(backend_of)]
) -> PlainTranscript:
    """Write down what is said: a WAV file as form field `file`, or as the body itself."""
    return plain(await _listen(request, asked, backend, words=False))


@router.post("/enhanced", openapi_extra=BODY)
async def transcribe_enhanced(
    request: Request, asked: Annotated[AskedInFull, Query()], backend: Annotated[Backend, Depends(backend_of)]
) -> EnhancedTranscript:
    """Write it down with times and confidences of words, values, corrections, what was not believed, faults."""
    now = (asked.now or dt.datetime.now(dt.UTC)).astimezone().replace(tzinfo=None)
    return enhanced(await _listen(request, asked, backend, words=True), now, backend.products)


async def _listen(request: Request, asked: Asked, backend: Backend, *, words: bool) -> Listened:
    async with _uploaded(request) as file:
        sound = await asyncio.to_thread(open_sound, file)
        language = asked.language or backend.listener.language
        hints = Hints(tuple(asked.hotwords), frozenset(asked.slots), language, words=words)
        work = asyncio.ensure_future(backend.listener.listen(sound, hints))
        try:
            while not (await asyncio.wait({work}, timeout=PATIENCE))[0]:
                if await request.is_disconnected():
                    raise HTTPException(HTTPStatus.BAD_REQUEST, "the client went away before the file was heard")
            return work.result()
        finally:
            work.cancel()


@asynccontextmanager
async def _uploaded(request: Request) -> AsyncIterator[IO[bytes]]:
    """Take the upload in, most of it on disk; refuses what is too large before or while it comes."""
    form = request.headers.get("content-type", "").startswith("multipart/form-data")
    length = request.headers.get("content-length", "")
    if form and not length:
        raise HTTPException(HTTPStatus.LENGTH_REQUIRED, "a form needs a Content-Length: send one, or the file as body")
    if length.isdigit() and int(length) > LARGEST_UPLOAD:
        raise _too_large()
    if form:
        async with request.form(max_files=1, max_fields=8) as fields:
            sent = fields.get("file")
            if not isinstance(sent, UploadFile):
                detail = "the form has no file: send it as -F file=@call.wav"
                raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
            yield sent.file
        return
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        size = 0
        async for block in request.stream():
            size += len(block)
            if size > LARGEST_UPLOAD:
                raise _too_large()
            await asyncio.to_thread(file.write, block)
        yield cast("IO[bytes]", file)


def _too_large() -> HTTPException:
    detail = f"over {LARGEST_UPLOAD >> 30} GiB: cut it, or send it with one channel at 16 kHz"
    return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
