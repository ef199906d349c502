"""The doctor's checks of the machine: ports, sound over UDP, disk, memory, GPU."""

from __future__ import annotations

import contextlib
import errno
import shutil
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import psutil

from ivr.supervision.findings import bad, doubtful, good
from ivr.supervision.processes import marked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ivr.settings import Settings
    from ivr.supervision.findings import Finding

GIB = 1 << 30
DISK_NEEDED = 1 * GIB
DISK_WANTED = 5 * GIB
MEMORY_NEEDED = int(1.5 * GIB)
"""Whisper base, Kokoro and the rest were seen to take about 1.2 GiB."""
DATAGRAM = b"ivr doctor"


@dataclass(frozen=True, slots=True)
class PortNeed:
    """A port that one of our parts listens on, and the setting that moves it."""

    what: str
    variable: str
    host: str
    port: int
    kind: Literal["udp", "tcp"]

    @property
    def is_free(self) -> bool:
        """Whether it can be bound now."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM if self.kind == "udp" else socket.SOCK_STREAM) as probe:
            if self.kind == "tcp":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError:
                return False
        return True

    def owner(self) -> psutil.Process | None:
        """Find who listens there; None when the system does not tell."""
        for connection in psutil.net_connections(self.kind):
            listens = self.kind == "udp" or connection.status == psutil.CONN_LISTEN
            if connection.laddr and connection.laddr.port == self.port and listens and connection.pid:
                with contextlib.suppress(psutil.NoSuchProcess):
                    return psutil.Process(connection.pid)
        return None


def port_needs(settings: Settings) -> list[PortNeed]:
    """List the ports that the system listens on."""
    needs = [PortNeed("API", "WEB_PORT", settings.web_host, settings.web_port, "tcp")]
    if settings.serves_llamacpp:
        needs.append(PortNeed("language model", "LLM_PORT", settings.llm_host, settings.llm_port, "tcp"))
    if settings.pbx == "local":
        ari, sip = urlsplit(settings.ari_url), (settings.sip_host, settings.sip_port)
        ari_host, ari_port = ari.hostname or "127.0.0.1", ari.port or 8088
        needs += [
            PortNeed("SIP", "SIP_PORT", *sip, "udp"),
            PortNeed("SIP", "SIP_PORT", *sip, "tcp"),
            PortNeed("SIP over TLS, SIP_PORT + 1", "SIP_PORT", settings.sip_host, settings.sip_port + 1, "tcp"),
            PortNeed("ARI", "ARI_URL", ari_host, ari_port, "tcp"),
            PortNeed("browser phones, port of ARI_URL + 1", "ARI_URL", settings.sip_host, ari_port + 1, "tcp"),
        ]
    return needs


def check_ports(settings: Settings) -> Iterator[Finding]:
    """See whether each port is free or already ours."""
    ours = {identity.pid for identity in marked(settings.home)}
    taken: dict[tuple[str, int], str] = {}
    for need in port_needs(settings):
        name = f"port {need.port}/{need.kind} ({need.what})"
        other = taken.setdefault((need.kind, need.port), need.what)
        if other is not need.what:
            yield bad(name, f"wanted for {other} too", f"set {need.variable} to another one")
        elif need.is_free:
            yield good(name, "free")
        else:
            yield _judge_taken(name, need, ours)


def _judge_taken(name: str, need: PortNeed, ours: set[int]) -> Finding:
    owner = need.owner()
    if owner is not None and owner.pid in ours:
        return good(name, "used by our own part")
    who = f"{owner.name()} (pid {owner.pid})" if owner is not None else "another program"
    return bad(name, f"in use by {who}", f"end that program, or set {need.variable} to another one")


def check_rtp(settings: Settings) -> Iterator[Finding]:
    """Send a datagram to ourselves at the address where Asterisk sends the callers' sound."""
    name = f"RTP at {settings.rtp_host}:{settings.rtp_port_min}-{settings.rtp_port_max}"
    family = socket.AF_INET6 if ":" in settings.rtp_host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as listener, socket.socket(family, socket.SOCK_DGRAM) as sender:
        listener.settimeout(1.0)
        for port in range(settings.rtp_port_min, settings.rtp_port_max, 2):
            try:
                listener.bind((settings.rtp_host, port))
            except PermissionError as error:
                yield bad(name, str(error), "set RTP_PORT_MIN above 1023")
                return
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    continue
                yield bad(name, str(error.strerror), "set RTP_HOST to an address of this machine")
                return
            sender.sendto(DATAGRAM, (settings.rtp_host, port))
            with contextlib.suppress(TimeoutError):
                if listener.recv(64) == DATAGRAM:
                    yield good(name, f"sound arrives (tried on port {port})")
                    return
            yield bad(name, "a datagram to ourselves was lost", "open these UDP ports in the firewall")
            return
    yield bad(name, "every port is in use", "widen RTP_PORT_MIN to RTP_PORT_MAX, or end what uses them")


def check_disk(settings: Settings) -> Iterator[Finding]:
    """See how much room the recordings, the state and the downloads have."""
    places = {
        "recordings": (settings.storage_local_path.expanduser().absolute(), "STORAGE_LOCAL_PATH"),
        "state": (settings.home, "IVR_HOME"),
        "downloads": (settings.cache, "IVR_CACHE"),
    }
    for what, (path, variable) in places.items():
        free = shutil.disk_usage(_nearest(path)).free
        detail = f"{free / GIB:.1f} GiB free at {path}"
        mend = f"free some space (old recordings: ivr recordings list), or set {variable} to a larger disk"
        if free < DISK_NEEDED:
            yield bad(f"disk for {what}", detail, mend)
        elif free < DISK_WANTED:
            yield doubtful(f"disk for {what}", detail, mend)
        else:
            yield good(f"disk for {what}", detail)


def check_memory(settings: Settings) -> Iterator[Finding]:
    """See whether the models fit."""
    available = psutil.virtual_memory().available
    detail = f"{available / GIB:.1f} GiB available"
    if available < MEMORY_NEEDED and not marked(settings.home, "calls"):
        yield bad("memory", detail, f"{MEMORY_NEEDED / GIB:.1f} GiB are needed: end other programs, or STT_MODEL=tiny")
    else:
        yield good("memory", detail)


def check_gpu(settings: Settings) -> Iterator[Finding]:
    """See whether the GPU that was asked for is there."""
    if settings.stt_device == "cpu":
        yield good("GPU", "not asked for (STT_DEVICE=cpu)")
        return
    import ctranslate2

    count = ctranslate2.get_cuda_device_count()
    if count:
        yield good("GPU", f"{count} found")
    elif settings.stt_device == "cuda":
        yield bad("GPU", "STT_DEVICE=cuda, but no GPU is found", "install the NVIDIA driver, or set STT_DEVICE=cpu")
    else:
        yield good("GPU", "none found; Whisper runs on the CPU")


def _nearest(path: Path) -> Path:
    """Give the path, or the nearest directory above it that exists."""
    while not path.exists():
        path = path.parent
    return path
