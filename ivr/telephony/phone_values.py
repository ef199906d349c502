"""What a softphone is told and what it tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class PhoneConfig:
    """Who the phone is and how it calls. ``offer`` makes a phone that the PBX must turn away."""

    server: str
    user: str
    password: str
    port: int = 5060
    codec: Literal["alaw", "ulaw", "g722"] = "alaw"
    transport: Literal["udp", "tcp"] = "udp"
    offer: Literal["audio", "video", "unknown"] = "audio"
    line_noise_dbfs: float | None = None
    """Level of a steady line noise under everything that the caller says; None = a silent line."""
    local_port: int = 0
    """Where it listens; 0 = anywhere. A phone that others call without its registering needs a port that they know."""
    log_level: int = 0
    """PJSIP's log on standard error, 0 (none) to 5."""

    @property
    def local_address(self) -> str:
        """Where the phone binds: loopback for a server on this machine, else any address."""
        return "127.0.0.1" if self.server in {"127.0.0.1", "localhost"} else ""

    @property
    def rate(self) -> int:
        """Hz of what is said, heard and recorded."""
        return 16000 if self.codec == "g722" else 8000


@dataclass(frozen=True, slots=True)
class Answer:
    """How dialing went; ``code`` is the SIP status (200 answered, 404 no such number, 486 busy, 488 no codec)."""

    answered: bool
    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Said:
    """When the phone said something; not ``complete`` when it was hushed or the call ended."""

    start: float
    end: float
    complete: bool


@dataclass(frozen=True, slots=True)
class CallEnd:
    """How a call ended; ``seconds`` of audio, ``by`` whom."""

    code: int
    reason: str
    by: Literal["phone", "far"]
    seconds: float
    recording: Path | None
