"""Runs the API on uvicorn."""

from __future__ import annotations

import logging
import os
import socket
from typing import TYPE_CHECKING

import uvicorn

from ivr.errors import ConfigError

if TYPE_CHECKING:
    from fastapi import FastAPI

log = logging.getLogger(__name__)

LAST_ANSWERS = 5
"""Seconds that open requests have to finish when the API ends."""


def serve_api(app: FastAPI, host: str, port: int) -> None:
    """Serve until SIGTERM; ConfigError when the address cannot be listened on."""
    listener = _listen(host, port)
    config = uvicorn.Config(app, log_config=None, server_header=False, timeout_graceful_shutdown=LAST_ANSWERS)
    log.info("the API listens on http://%s:%d", host, port)
    uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise ConfigError(
            f"the API cannot listen on {host}:{port} ({reason}): end what uses it, or set WEB_HOST and WEB_PORT"
        ) from error
