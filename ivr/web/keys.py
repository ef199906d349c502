"""The API key: ``X-API-Key: KEY`` or ``Authorization: Bearer KEY``."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, HTTPException
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from ivr.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

_HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, description="WEB_API_KEY")
_BEARER = HTTPBearer(auto_error=False, description="WEB_API_KEY")


def require_key(key: str) -> Callable[..., None]:
    """Build the dependency that lets only requests with the key in; ConfigError without a key."""
    if not key:
        raise ConfigError("WEB_API_KEY is empty: set it in .env, or let `ivr up` generate one")
    expected = key.encode()

    def check(
        header: Annotated[str | None, Depends(_HEADER)],
        bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    ) -> None:
        given = header or (bearer.credentials if bearer else "")
        if not secrets.compare_digest(given.encode(), expected):
            raise HTTPException(
                HTTPStatus.UNAUTHORIZED,
                "send the key of WEB_API_KEY as X-API-Key or as a bearer token",
                {"WWW-Authenticate": "Bearer"},
            )

    return check
