"""What the supervisor runs: a part is a command, how to tell that it is ready, and how it may be ended."""

from __future__ import annotations

import base64
import http.client
from pathlib import Path  # noqa: TC003 - pydantic needs it at run time
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from ivr.heartbeat import read_beat

PROBE_TIMEOUT = 2.0
NO_LIFE = "it gives no sign of life"


class HttpProbe(BaseModel):
    """Ready when the address answers with one of ``statuses``."""

    model_config = ConfigDict(frozen=True)
    kind: Literal["http"] = "http"
    url: str
    statuses: tuple[int, ...] = (200,)
    user: str = ""
    password: str = Field("", repr=False)

    def complaint(self) -> str | None:
        """Ask; None when ready, else what came instead."""
        answer = self._ask()
        if isinstance(answer, str):
            return answer
        return None if answer in self.statuses else f"{self.url} answers {answer}"

    def silence(self) -> str | None:
        """Ask; None when anything at all is answered."""
        answer = self._ask()
        return answer if isinstance(answer, str) else None

    def _ask(self) -> int | str:
        """Give the status of the answer, or why there is none."""
        target = urlsplit(self.url)
        link = http.client.HTTPConnection(target.hostname or "", target.port, timeout=PROBE_TIMEOUT)
        headers = {}
        if self.user:
            token = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            headers["Authorization"] = f"Basic {token}"
        try:
            link.request("GET", target.path or "/", headers=headers)
            return link.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            return f"{self.url} does not answer ({error or type(error).__name__})"
        finally:
            link.close()


class BeatProbe(BaseModel):
    """Ready when the heartbeat file is fresh and says ``healthy``."""

    model_config = ConfigDict(frozen=True)
    kind: Literal["beat"] = "beat"
    path: Path

    def complaint(self) -> str | None:
        """Look; None when ready, else what is wrong."""
        beat = read_beat(self.path)
        if beat is None or not beat.fresh:
            return NO_LIFE
        return None if beat.state == "healthy" else beat.state

    def silence(self) -> str | None:
        """Look; None when it lives, whatever it says."""
        beat = read_beat(self.path)
        return None if beat is not None and beat.fresh else NO_LIFE


class Part(BaseModel):
    """One supervised process; times in seconds."""

    model_config = ConfigDict(frozen=True)
    name: str
    argv: tuple[str, ...]
    env: dict[str, str] = Field(default_factory=dict)
    probe: Annotated[HttpProbe | BeatProbe, Field(discriminator="kind")] | None = None
    """None: ready as soon as it runs."""
    start_within: float = 60.0
    """After that long without being ready a start counts as failed."""
    drain: float = 0.0
    """How long it may finish its work after the first SIGTERM; the second one asks it to end now."""
    grace: float = 5.0
    """How long it has after the last SIGTERM before SIGKILL."""
    hang_after: float = 30.0
    """A ready part that is silent for that long is killed and started again; 0 = never."""
    first_delay: float = 0.5
    """Pause before the first restart; doubles up to 30 s, and starts over after a minute of health."""


class Plan(BaseModel):
    """What one supervisor runs; all start together and end in reverse order."""

    home: Path
    parts: tuple[Part, ...]
    log_format: Literal["text", "json"] = "text"
    secrets: tuple[str, ...] = Field((), repr=False)
    """What the supervisor must never log; a plan travels by pipe and is never written to disk."""
    registration: dict[str, Any] = Field(default_factory=dict, repr=False)
    """How phones register at this set, for whoever asks while it runs; kept readable by its owner alone."""
