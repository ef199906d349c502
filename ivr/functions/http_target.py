"""The REST connector: one request for one function, guarded against whatever the other side does."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from ivr.dialogue.permission import ARGUMENTS, UNKNOWN_OUTCOME, WRONG_PROOF
from ivr.dialogue.tools import ToolResult, failed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.dialogue.tools import Tool, ToolCall
    from ivr.ports import CallContext

log = logging.getLogger(__name__)

LARGEST = 256 * 1024
"""Bytes of an answer that are read; a larger one is refused."""
_SLOT = re.compile(r"\{(\w+)\}")
_FORBIDDEN = 403
_OK, _REDIRECT, _SERVER = 200, 300, 500
_STATUS = {
    400: (ARGUMENTS, "the service does not accept a value; ask the caller for it again"),
    401: ("unavailable", "the service does not let us in; say that it cannot be done now"),
    403: ("unavailable", "the service does not let us in; say that it cannot be done now"),
    404: ("not_found", "there is no such thing; say so and ask for the number again"),
    409: ("conflict", "the service says that this cannot be done any more; say so"),
    410: ("not_found", "there is no such thing any more; say so"),
    422: (ARGUMENTS, "the service does not accept a value; ask the caller for it again"),
    429: ("unavailable", "the service has too much to do; say that it cannot be done now"),
}
_NO_ANSWER = "the service cannot be reached; say that it cannot be done now and offer a person"
_NONSENSE = "the service answered nonsense; say that it cannot be looked up now and offer a person"
_NOBODY_KNOWS = "nobody knows whether it was done: do not call it again, say so, and offer a person who looks after it"


class _Unusable(Exception):
    """An answer that cannot be used; the message is for the log."""


@dataclass(frozen=True, slots=True)
class HttpTarget:
    """Where a function's work is done; secrets are filled in, ``{placeholders}`` are not."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    answer: Mapping[str, str] = field(default_factory=dict)

    async def run(self, call: ToolCall, tool: Tool, context: CallContext) -> ToolResult:
        """Send the request: a read is tried twice where no connection comes about, a write once."""
        url = self._url(call.arguments)
        if url is None:
            return failed(call, ARGUMENTS, "a value cannot be part of an address; ask the caller for it again")
        for last in (tool.writes, True):
            try:
                status, payload = await self._send(url, call, tool, context)
            except aiohttp.ClientConnectorError as error:
                log.warning("%s: no connection to %s (%s); see whether it is up", call.name, url.host, error)
                if last:
                    return failed(call, "unavailable", _NO_ANSWER)
            except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
                log.warning("%s: %s broke off (%s); see its log", call.name, url.host, type(error).__name__)
                if last:
                    return _lost(call, tool)
            except _Unusable as error:
                log.warning("%s: %s; mend the service or target.http", call.name, error)
                return _unusable(call, tool)
            else:
                return self._result(call, tool, status, payload)
        return failed(call, "unavailable", _NO_ANSWER)

    async def _send(self, url: URL, call: ToolCall, tool: Tool, context: CallContext) -> tuple[int, bytes]:
        headers = {"Accept": "application/json", **self.headers}
        if tool.writes:
            headers["Idempotency-Key"] = f"{context.call_id}:{call.call_id}"
        body = None if self.body is None else _filled(self.body, call.arguments)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=tool.timeout)) as session:
            session._retry_connection = False  # noqa: SLF001 - else aiohttp sends a PUT or DELETE again by itself
            async with session.request(self.method, url, headers=headers, json=body, allow_redirects=False) as answer:
                if not _OK <= answer.status < _REDIRECT:
                    return answer.status, b""
                return answer.status, await _read(answer)

    def _url(self, arguments: Mapping[str, Any]) -> URL | None:
        """Fill an address in; None where a value would change its path."""
        names = set(_SLOT.findall(self.url))
        if any(str(arguments.get(name, "")) in {"", ".", ".."} for name in names):
            return None
        text = _SLOT.sub(lambda slot: quote(str(arguments[slot[1]]), safe=""), self.url)
        query = _filled(dict(self.query), arguments)
        return URL(text, encoded=True).update_query({name: str(value) for name, value in query.items()})

    def _result(self, call: ToolCall, tool: Tool, status: int, payload: bytes) -> ToolResult:
        if not _OK <= status < _REDIRECT:
            log.warning("%s: the service answered %d; see its log, its key and target.http", call.name, status)
            if status >= _SERVER:
                return _lost(call, tool)
            if status == _FORBIDDEN and tool.proofs:
                return failed(call, WRONG_PROOF, "what proves who calls does not fit; ask the caller for it again")
            return failed(call, *_STATUS.get(status, ("unavailable", _NO_ANSWER)))
        try:
            data = self._told(payload)
        except _Unusable as error:
            log.warning("%s: %s; mend the service or target.http.answer", call.name, error)
            return _unusable(call, tool)
        return ToolResult(call.call_id, call.name, ok=True, data=data)

    def _told(self, payload: bytes) -> dict[str, Any]:
        """Take out of an answer what may be spoken."""
        if not self.answer:
            return {}
        try:
            document = json.loads(payload)
        except ValueError:
            raise _Unusable(f"the answer is no JSON ({payload[:40]!r})") from None
        found = {name: _at(document, path) for name, path in self.answer.items()}
        told = {name: value for name, value in found.items() if value is not None}
        if not told:
            raise _Unusable(f"the answer has none of {', '.join(self.answer.values())}")
        return told


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    read = bytearray()
    async for piece in answer.content.iter_chunked(16 * 1024):
        read += piece
        if len(read) > LARGEST:
            raise _Unusable(f"the answer is larger than {LARGEST} bytes")
    return bytes(read)


def _lost(call: ToolCall, tool: Tool) -> ToolResult:
    """Tell of a request that went out and was not answered."""
    return failed(call, UNKNOWN_OUTCOME, _NOBODY_KNOWS) if tool.writes else failed(call, "unavailable", _NO_ANSWER)


def _unusable(call: ToolCall, tool: Tool) -> ToolResult:
    """Tell of an answer that says yes in words that cannot be read: a write is done all the same."""
    if tool.writes:
        return ToolResult(call.call_id, call.name, ok=True)
    return failed(call, "nonsense", _NONSENSE)


def _at(document: Any, path: str) -> Any:
    """Follow ``a.b.0`` or ``/a/b/0`` into a document; None where it does not lead anywhere."""
    steps = path.strip("/").split("/") if path.startswith("/") else path.split(".")
    for step in steps:
        if isinstance(document, dict):
            document = document.get(step)
        elif isinstance(document, list) and step.isdigit() and int(step) < len(document):
            document = document[int(step)]
        else:
            return None
    return document


def _filled(template: Any, arguments: Mapping[str, Any]) -> Any:
    """Put arguments into a template; a value of its own keeps its type, and what was not given is left out."""
    if isinstance(template, dict):
        filled = {key: _filled(value, arguments) for key, value in template.items()}
        return {key: value for key, value in filled.items() if value is not None}
    if isinstance(template, list):
        return [_filled(value, arguments) for value in template]
    if not isinstance(template, str):
        return template
    whole = _SLOT.fullmatch(template)
    if whole is not None:
        return arguments.get(whole[1])
    return _SLOT.sub(lambda slot: str(arguments.get(slot[1], "")), template)
