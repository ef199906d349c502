"""Builds the API."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse  # noqa: TC002 - FastAPI reads the annotation
from fastapi.staticfiles import StaticFiles

import ivr
from ivr.web import calls, conversations, corrections, experiments, health, recordings, statistics, transcribe
from ivr.web.health import HealthCheck
from ivr.web.keys import require_key
from ivr.web.problems import MEDIA_TYPE, Problem, install_problems

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any

    from ivr.web.backend import Backend

DOCS_FILES = "/docs-files"
DESCRIPTION = """
Calls, recordings and figures of an AI call center on Asterisk.

Every address but `/health` and this description wants the key of `WEB_API_KEY`, as `X-API-Key` or as a bearer token.
Errors are problem documents (RFC 9457); their `detail` says what to do. Times are UTC.
"""

PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "The key is missing or wrong."},
    404: {"model": Problem, "description": "There is no such thing."},
    422: {"model": Problem, "description": "A value is wrong."},
}


class Api(FastAPI):
    """A FastAPI whose description tells the media type that errors really have."""

    def openapi(self) -> dict[str, Any]:
        """Describe the API."""
        if self.openapi_schema is None:
            document = super().openapi()
            for operation in (item for path in document["paths"].values() for item in path.values()):
                for status, answer in operation["responses"].items():
                    if status in {*map(str, PROBLEMS), *map(str, calls.REFUSED)}:
                        answer["content"] = {MEDIA_TYPE: answer["content"]["application/json"]}
        return super().openapi()


def create_app(backend: Backend, api_key: str) -> FastAPI:
    """Build the application; ConfigError without a key."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        yield
        await backend.line.aclose()

    app = Api(
        title="ivr",
        version=ivr.__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    _describe_without_internet(app)
    app.state.backend = backend
    app.state.health = HealthCheck(backend)
    install_problems(app)
    app.include_router(health.router)
    key = [Depends(require_key(api_key))]
    for part in (calls, recordings, conversations, corrections, experiments, statistics, transcribe):
        app.include_router(part.router, dependencies=key, responses=PROBLEMS)
    return app


def _describe_without_internet(app: FastAPI) -> None:
    """Serve ``/docs`` with scripts of our own: FastAPI's page takes them from a network that may not be there."""
    app.mount(DOCS_FILES, StaticFiles(packages=[("fastapi_offline", "static")]))

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title="ivr",
            swagger_js_url=f"{DOCS_FILES}/swagger-ui-bundle.js",
            swagger_css_url=f"{DOCS_FILES}/swagger-ui.css",
            swagger_favicon_url=f"{DOCS_FILES}/favicon.png",
        )
