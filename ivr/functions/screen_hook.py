"""Telling a program of the house, over HTTP, who a person is about to speak with."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import aiohttp
from yarl import URL

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)

DEADLINE = 5.0
_REDIRECT = 300


class HttpScreenHook:
    """Posts each event as JSON, once: one that comes late is of no use to the person whose phone rings."""

    def __init__(self, url: str) -> None:
        self._url = URL(url)

    async def post(self, event: Mapping[str, Any]) -> None:
        """Tell it; what goes wrong is logged."""
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=DEADLINE)) as session,
                session.post(self._url, json=dict(event), allow_redirects=False) as answer,
            ):
                if answer.status >= _REDIRECT:
                    log.warning("SCREEN_POP_URL: %s answered %d; see its log", self._url.host, answer.status)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            log.warning("SCREEN_POP_URL: %s does not answer (%s); see whether it is up", self._url.host, type(error))
