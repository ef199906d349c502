"""The far end of ``ivr bench media``: talks RTP to many media legs from its own process, as Asterisk would.

``python -m ivr.trials.media_sender`` reads one JSON line ``{"ports": [...], "echoes": [...], "alaw": path,
"seconds": n}`` and sends each port 50 packets a second of the A-law file, every call from another place in it, with
absolute deadlines. What it sends to an echo comes back and is timed: the kernel stamps its arrival, the payload tells
which packet it was. At the end it prints ``{"sent": n, "received": n, "late_ms": worst, "echo_ms": [...]}``.
"""

from __future__ import annotations

import contextlib
import json
import random
import socket
import struct
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

PERIOD = 0.02
PAYLOAD = 160
HEADER = struct.Struct("!BBHII")
PCMA = 8
NUMBERS = PAYLOAD // 4
NUMBER = struct.Struct(f"!{NUMBERS}I")
STAMP = struct.Struct("@ll")
STAMP_SPACE = socket.CMSG_SPACE(STAMP.size)
SO_TIMESTAMPNS = 35
"""Linux's number; the standard library does not name it."""
PHASES = 4
"""Callers keep no common beat: a fourth of the legs sends every 5 ms."""
DRAIN_EVERY = 20
"""Beats between two looks at what came back; a socket's buffer holds many more."""


@dataclass(slots=True)
class Leg:
    """One call's far end; talks from place ``at`` of the sound."""

    socket: socket.socket
    peer: tuple[str, int]
    ssrc: int
    at: int
    sent: int = 0
    received: int = 0

    def send(self, payload: bytes) -> None:
        """Send 20 ms."""
        header = HEADER.pack(0x80, PCMA, self.sent & 0xFFFF, self.sent * PAYLOAD & 0xFFFFFFFF, self.ssrc)
        self.sent += 1
        with contextlib.suppress(ConnectionRefusedError):
            self.socket.sendto(header + payload, self.peer)

    def talk(self, payloads: list[bytes]) -> None:
        """Send the next 20 ms of the sound."""
        self.send(payloads[(self.at + self.sent) % len(payloads)])

    def drain(self) -> None:
        """Count what came back."""
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            while self.socket.recv(2048):
                self.received += 1


@dataclass(slots=True)
class EchoLeg(Leg):
    """The far end of an echo: sends its packets' numbers as sound, and knows them again."""

    times: list[float] = field(default_factory=list)
    """When each packet went, in seconds since 1970, as the kernel's stamps are."""
    delays: list[float] = field(default_factory=list)
    """Seconds from a packet's way out to its arrival here, for those that came back whole."""

    def talk(self, payloads: list[bytes]) -> None:
        """Send the next number."""
        del payloads
        self.times.append(time.time())
        self.send(NUMBER.pack(*[self.sent] * NUMBERS))

    def drain(self) -> None:
        """Note how long each number was away."""
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            while True:
                data, control, _flags, _source = self.socket.recvmsg(2048, STAMP_SPACE)
                self.received += 1
                numbers = set(NUMBER.unpack(data[HEADER.size :]))
                number = numbers.pop()
                if not numbers and number < len(self.times):
                    self.delays.append(_stamp(control) - self.times[number])


def _stamp(control: list[tuple[int, int, bytes]]) -> float:
    seconds, nanoseconds = STAMP.unpack(control[0][2])
    return float(seconds + nanoseconds * 1e-9)


def open_legs(ports: list[int], frames: int) -> list[Leg]:
    """Open one socket a call, each talking from another place of the sound."""
    return [
        Leg(_open(), ("127.0.0.1", port), random.getrandbits(32), number * frames // len(ports))
        for number, port in enumerate(ports)
    ]


def open_echoes(ports: list[int]) -> list[EchoLeg]:
    """Open the far ends of echoes."""
    legs = [EchoLeg(_open(), ("127.0.0.1", port), random.getrandbits(32), 0) for port in ports]
    for leg in legs:
        leg.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    return legs


def _open() -> socket.socket:
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    link.bind(("127.0.0.1", 0))
    link.setblocking(False)
    return link


def talk(legs: list[Leg], payloads: list[bytes], seconds: float) -> float:
    """Send to every leg until the time is up; answers how late the latest beat was, in seconds."""
    start = time.monotonic()
    worst = 0.0
    for beat in range(round(seconds / PERIOD) * PHASES):
        wait = start + beat * PERIOD / PHASES - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        worst = max(worst, -wait)
        for leg in legs[beat % PHASES :: PHASES]:
            leg.talk(payloads)
        for leg in legs[beat % DRAIN_EVERY :: DRAIN_EVERY]:
            leg.drain()
    for leg in legs:
        leg.drain()
    return worst


def main() -> None:
    """Read the order, talk, report."""
    order = json.loads(sys.stdin.readline())
    sound = Path(order["alaw"]).read_bytes()
    payloads = [sound[at : at + PAYLOAD] for at in range(0, len(sound) - PAYLOAD + 1, PAYLOAD)]
    legs, echoes = open_legs(order["ports"], len(payloads)), open_echoes(order["echoes"])
    worst = talk([*echoes, *legs], payloads, order["seconds"])
    report = {
        "sent": sum(leg.sent for leg in legs),
        "received": sum(leg.received for leg in legs),
        "late_ms": round(worst * 1000, 1),
        "echo_ms": [round(delay * 1000, 2) for leg in echoes for delay in leg.delays],
    }
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
