"""The far end of ``ivr bench media``: talks RTP to many media legs from its own process, as Asterisk would.

``python -m ivr.trials.media_sender`` reads one JSON line ``{"ports": [...], "alaw": path, "seconds": n}`` and sends
each port 50 packets a second of the A-law file, every call from another place in it, with absolute deadlines. At the
end it prints ``{"sent": n, "received": n, "late_ms": worst}``.
"""

from __future__ import annotations

import contextlib
import json
import random
import socket
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PERIOD = 0.02
PAYLOAD = 160
HEADER = struct.Struct("!BBHII")
PCMA = 8
DRAIN_EVERY = 20
"""Ticks between two looks at what came back; a socket's buffer holds many more."""


@dataclass(slots=True)
class Leg:
    """One call's far end."""

    socket: socket.socket
    peer: tuple[str, int]
    ssrc: int
    at: int
    sequence: int = 0
    timestamp: int = 0
    received: int = 0

    def send(self, payload: bytes) -> None:
        """Send 20 ms."""
        header = HEADER.pack(0x80, PCMA, self.sequence, self.timestamp, self.ssrc)
        self.sequence = (self.sequence + 1) & 0xFFFF
        self.timestamp = (self.timestamp + PAYLOAD) & 0xFFFFFFFF
        with contextlib.suppress(ConnectionRefusedError):
            self.socket.sendto(header + payload, self.peer)

    def drain(self) -> None:
        """Count what came back."""
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            while self.socket.recv(2048):
                self.received += 1


def open_legs(ports: list[int], frames: int) -> list[Leg]:
    """Open one socket a call, each talking from another place of the sound."""
    legs = []
    for number, port in enumerate(ports):
        link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        link.bind(("127.0.0.1", 0))
        link.setblocking(False)
        legs.append(Leg(link, ("127.0.0.1", port), random.getrandbits(32), number * frames // len(ports)))
    return legs


def talk(legs: list[Leg], payloads: list[bytes], seconds: float) -> float:
    """Send to every leg until the time is up; answers how late the latest tick was, in seconds."""
    start = time.monotonic()
    worst = 0.0
    for tick in range(round(seconds / PERIOD)):
        wait = start + tick * PERIOD - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        worst = max(worst, -wait)
        for leg in legs:
            leg.send(payloads[(leg.at + tick) % len(payloads)])
        for leg in legs[tick % DRAIN_EVERY :: DRAIN_EVERY]:
            leg.drain()
    for leg in legs:
        leg.drain()
    return worst


def main() -> None:
    """Read the order, talk, report."""
    order = json.loads(sys.stdin.readline())
    sound = Path(order["alaw"]).read_bytes()
    payloads = [sound[at : at + PAYLOAD] for at in range(0, len(sound) - PAYLOAD + 1, PAYLOAD)]
    legs = open_legs(order["ports"], len(payloads))
    worst = talk(legs, payloads, order["seconds"])
    report = {
        "sent": sum(leg.timestamp // PAYLOAD for leg in legs),
        "received": sum(leg.received for leg in legs),
        "late_ms": round(worst * 1000, 1),
    }
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
