"""The socket of hosted voices: one POST, its answer as raw sound while it comes, foreign errors translated once."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import aiohttp

from ivr.audio.frame import BYTES_PER_SAMPLE
from ivr.audio.resample import Resampler
from ivr.engines.event_stream import CONNECT_WITHIN, REST
from ivr.errors import EngineBusy, EngineError, EngineRefused, EngineTimeout, EngineUnavailable, UnusableAnswer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator, Mapping

    from ivr.engines.event_stream import Service

SILENT_AT_MOST = 10.0
"""Seconds without a byte after which even a patient reader gives up; calls leave much earlier."""
TOLD = 200
"""Characters of a service's own words that are told."""
_OK = 200
_CONTAINERS = {b"RIFF": "WAV", b"ID3": "MP3", b"OggS": "Ogg", b"fLaC": "FLAC"}
_WRONG_TYPES = re.compile(r"audio/(?:mpeg|mp3|ogg|opus|aac|flac|wav|x-wav)|text/|application/json|application/xml")
_QUOTA = re.compile(r"quota|credit|billing|payment")


class SpeechStream:
    """Connections to one service, opened when first needed and kept; gives 16-bit PCM at ``rate`` Hz.

    ``decode`` turns what the service sends into PCM where it sends something else.
    """

    def __init__(self, service: Service, rate: int, decode: Callable[[bytes], bytes] | None = None) -> None:
        self.service = service
        self.rate = rate
        self._decode = decode
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, path: str, body: Mapping[str, Any]) -> AsyncGenerator[bytes, None]:
        """POST and give the sound as it comes; EngineError. Closing it closes the socket."""
        name = self.service.provider
        with self._translated():
            async with self._open().post(
                self.service.url.rstrip("/") + path,
                json=dict(body),
                headers=self.service.headers,
                allow_redirects=False,
            ) as answer:
                if answer.status != _OK:
                    said = (await answer.content.read(1 << 14)).decode("utf-8", "replace")
                    raise refusal(self.service, answer.status, answer.headers.get("Retry-After", ""), said)
                sound = Sound(name, answer.headers.get("Content-Type", ""), self.rate, self._decode)
                async for chunk in answer.content.iter_any():
                    if pcm := sound.feed(chunk):
                        yield pcm
                if pcm := sound.finish():
                    yield pcm

    async def aclose(self) -> None:
        """Close the connections; safe to repeat."""
        if self._session is not None:
            await self._session.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        name, url = self.service.provider, self.service.url
        try:
            yield
        except TimeoutError:
            raise EngineTimeout(f"{name} does not speak at {url}; is it up?", name) from None
        except aiohttp.ClientPayloadError:
            raise EngineUnavailable(f"{name} broke off in the middle of a clause; look at its log", name) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            mend = f"is it up? Correct {self.service.url_setting} if it is elsewhere"
            raise EngineUnavailable(
                f"{name} cannot be reached at {url} ({type(error).__name__}); {mend}", name
            ) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            times = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_WITHIN, sock_read=SILENT_AT_MOST)
            self._session = aiohttp.ClientSession(timeout=times)
        return self._session


class Sound:
    """One answer's bytes -> PCM in whole samples; UnusableAnswer where it is no raw sound."""

    def __init__(self, name: str, content_type: str, rate: int, decode: Callable[[bytes], bytes] | None = None) -> None:
        if _WRONG_TYPES.match(content_type.lower()):
            raise self._wrong(name, content_type)
        told = re.search(r"rate=(\d+)", content_type)
        self._resampler = Resampler(int(told[1]), rate) if told and int(told[1]) != rate else None
        self._name = name
        self._decode = decode
        self._odd = b""
        self._begun = False

    def feed(self, chunk: bytes) -> bytes:
        """Take what came."""
        data = self._odd + chunk
        if not self._begun and len(data) >= len(b"RIFF"):
            self._begun = True
            kind = next((kind for magic, kind in _CONTAINERS.items() if data.startswith(magic)), "")
            if kind:
                raise self._wrong(self._name, kind)
        if self._decode is not None:
            self._odd = b""
            data = self._decode(data)
        else:
            whole = len(data) // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE
            data, self._odd = data[:whole], data[whole:]
        return self._resampler.feed(data) if self._resampler is not None else data

    def finish(self) -> bytes:
        """Give the rest; half a sample is dropped."""
        if not self._begun:
            raise UnusableAnswer(f"{self._name} gave no sound; try another TTS_VOICE or TTS_MODEL", self._name)
        return self._resampler.flush() if self._resampler is not None else b""

    @staticmethod
    def _wrong(name: str, kind: str) -> UnusableAnswer:
        return UnusableAnswer(f"{name} sends {kind} where raw PCM was asked for; take a server that gives PCM", name)


def refusal(service: Service, status: int, retry_after: str, said: str) -> EngineError:
    """Translate an answer that is no sound: which error it is, and the mend."""
    name = service.provider
    code, reason = _told(said)
    if service.key:
        reason = reason.replace(service.key, "***")
    if status == 402 or (status in {401, 429} and _QUOTA.search(code)):  # noqa: PLR2004 - payment required
        return EngineRefused(f"{name} has no credit left (HTTP {status}: {reason}); top the account up", name)
    if status in {401, 403}:
        mend = f"correct {service.key_setting}" if service.key_setting else "it wants a key: set OPENAI_API_KEY"
        return EngineRefused(f"{name} does not let us in (HTTP {status}); {mend}", name)
    if status == 429:  # noqa: PLR2004 - too many requests
        seconds = float(retry_after) if retry_after.strip().isdigit() else REST
        mend = f"wait {seconds:g} s, or raise the limits of your account"
        return EngineBusy(f"{name} takes no more for now (HTTP {status}); {mend}", name, seconds)
    if status >= 500:  # noqa: PLR2004 - server errors
        return EngineUnavailable(
            f"{name} has a trouble of its own (HTTP {status}); look at its status page or log", name
        )
    mend = f"check TTS_VOICE, TTS_MODEL and {service.url_setting}"
    return EngineRefused(f"{name} refused the request (HTTP {status}: {reason}); {mend}", name)


def _told(said: str) -> tuple[str, str]:
    """Read the code and the words of a refusal, in OpenAI's, ElevenLabs' or FastAPI's form."""
    try:
        document = json.loads(said)
    except ValueError:
        document = said
    found = document.get("error") or document.get("detail") or document if isinstance(document, dict) else document
    if isinstance(found, dict):
        code = str(found.get("code") or found.get("status") or found.get("type") or "")
        found = found.get("message") or code
    else:
        code = ""
    return code.lower(), " ".join(str(found).split())[:TOLD] or "without a reason"
