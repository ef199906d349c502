"""Every error answer is a problem document (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from ivr.errors import (
    AriRefused,
    AriUnauthorized,
    AriUnavailable,
    ChannelGone,
    CorrectionNotFound,
    CorrectionRefused,
    ExperimentNotFound,
    ExperimentRefused,
    IvrError,
    RecordingHeld,
    RecordingNotFound,
    SearchRefused,
    SpyRefused,
    StorageFull,
    TransferRefused,
    UnreadableSound,
)

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5

STATUS_OF: tuple[tuple[type[IvrError], HTTPStatus], ...] = (
    (RecordingNotFound, HTTPStatus.NOT_FOUND),
    (CorrectionNotFound, HTTPStatus.NOT_FOUND),
    (CorrectionRefused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ExperimentNotFound, HTTPStatus.NOT_FOUND),
    (ExperimentRefused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (SearchRefused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (RecordingHeld, HTTPStatus.CONFLICT),
    (ChannelGone, HTTPStatus.NOT_FOUND),
    (SpyRefused, HTTPStatus.CONFLICT),
    (TransferRefused, HTTPStatus.CONFLICT),
    (AriUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (AriUnauthorized, HTTPStatus.BAD_GATEWAY),
    (AriRefused, HTTPStatus.BAD_GATEWAY),
    (StorageFull, HTTPStatus.INSUFFICIENT_STORAGE),
    (UnreadableSound, HTTPStatus.UNPROCESSABLE_ENTITY),
)


class Problem(BaseModel):
    """What went wrong; ``detail`` ends with the mend."""

    model_config = ConfigDict(extra="allow")
    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str = ""


def problem(
    status: int, detail: str, instance: str, headers: dict[str, str] | None = None, **extra: Any
) -> JSONResponse:
    """Build the answer."""
    document = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, instance=instance, **extra)
    return JSONResponse(document.model_dump(), status, headers, MEDIA_TYPE)


def status_of(error: IvrError) -> int:
    """Say the HTTP status of one of our errors."""
    for kind, status in STATUS_OF:
        if isinstance(error, kind):
            return status
    return HTTPStatus.SERVICE_UNAVAILABLE if error.retryable else HTTPStatus.INTERNAL_SERVER_ERROR


def install_problems(app: FastAPI) -> None:
    """Turn every exception, and every plain error answer of a library, into a problem document."""
    app.add_exception_handler(IvrError, _from_ours)
    app.add_exception_handler(HTTPException, _from_http)
    app.add_exception_handler(RequestValidationError, _from_validation)
    app.add_exception_handler(Exception, _from_bug)
    app.add_middleware(PlainErrorsAsProblems)


async def _from_ours(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, IvrError):
        raise error
    headers = {"Retry-After": str(RETRY_SECONDS)} if error.retryable else None
    return problem(status_of(error), str(error), request.url.path, headers, error=type(error).__name__)


async def _from_http(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    return problem(error.status_code, str(error.detail), request.url.path, dict(error.headers or {}))


async def _from_validation(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    wrong = [{"where": ".".join(str(part) for part in item["loc"]), "what": item["msg"]} for item in error.errors()]
    detail = "; ".join(f"{item['where']}: {item['what']}" for item in wrong)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, request.url.path, errors=wrong)


async def _from_bug(request: Request, error: Exception) -> JSONResponse:
    del error
    detail = "the server made a mistake; the log has the details: ivr logs api"
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail, request.url.path)


class PlainErrorsAsProblems:
    """Rewrites ``text/plain`` error answers, such as a range that cannot be satisfied."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through except plain error answers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def rewrite(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_plain_error(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    kept = {k.decode(): v.decode() for k, v in start["headers"] if k not in _REPLACED}
                    detail = body.decode() or HTTPStatus(start["status"]).description
                    answer = problem(start["status"], detail, scope["path"], kept)
                    await answer(scope, receive, send)

        await self._app(scope, receive, rewrite)


_REPLACED = {b"content-type", b"content-length"}


def _is_plain_error(start: Message) -> bool:
    kinds = [value for key, value in start["headers"] if key == b"content-type"]
    return start["status"] >= HTTPStatus.BAD_REQUEST and any(kind.startswith(b"text/plain") for kind in kinds)
