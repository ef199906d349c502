"""What a call's media costs: microseconds a frame, and the delay that the jitter buffer adds.

Run it: ``python benchmarks/rtp_cost.py [--frames N]``. Everything runs on the loopback in this process.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import socket
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import uvloop

from ivr.audio.codec import new_codec
from ivr.rtp.link import PortRange, open_rtp_link
from ivr.rtp.pacer import Pacer
from ivr.rtp.stream import RtpStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HOST = "127.0.0.1"
PORTS = PortRange(HOST, 33000, 33999)
PERCENT_OF_A_CORE = 50 / 1e6 * 100
"""From microseconds a tick to percent: 50 ticks a second."""


MARK = 1000


@dataclass
class Row:
    """One measured line."""

    name: str
    value: float
    unit: str
    note: str = ""


def tone(rate: int) -> bytes:
    """Make 20 ms of a tone."""
    return bytes((8000 * np.sin(2 * np.pi * 440 * np.arange(rate // 50) / rate)).astype(np.int16).tobytes())


def marked(number: int) -> bytes:
    """Make 20 ms whose samples tell their number."""
    return (MARK + number).to_bytes(2, "little", signed=True) * 160


def microseconds(work: Callable[[], object], times: int) -> float:
    """Take the best of five runs: the others were disturbed."""
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        for _ in range(times):
            work()
        best = min(best, (time.process_time() - start) / times * 1e6)
    return best


def codecs(times: int) -> Iterable[Row]:
    """Measure encoding and decoding of one frame."""
    for name in ("alaw", "ulaw", "g722", "slin"):
        codec = new_codec(name)
        pcm = tone(codec.rate)
        payload = codec.encode(pcm)
        yield Row(f"{name} encode", microseconds(partial(codec.encode, pcm), times), "us")
        yield Row(f"{name} decode", microseconds(partial(codec.decode, payload), times), "us")


def streams(times: int) -> Iterable[Row]:
    """Measure parsing, ordering, decoding and building packets, without a socket."""
    for name in ("alaw", "g722"):
        stream, sender = RtpStream(name), RtpStream(name)
        pcm = tone(stream.rate)
        now = 0.0

        def one(stream: RtpStream = stream, sender: RtpStream = sender, pcm: bytes = pcm) -> None:
            nonlocal now
            now += 0.02
            stream.receive(sender.packetize(pcm), HOST, now)
            stream.next_frame(now)

        yield Row(f"{name} packetize + receive + next_frame", microseconds(one, times), "us")
    silent = RtpStream("alaw")
    yield Row("concealment (nothing came)", microseconds(lambda: silent.next_frame(0.0), times), "us")


def drained(times: int) -> Iterable[Row]:
    """Measure a tick of RtpLink: read the socket, decode, encode, send."""
    for name in ("alaw", "g722"):
        link, other = open_rtp_link(PORTS, name), RtpStream(name)
        pcm = tone(link.rate)
        phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        phone.bind((HOST, 0))
        phone.setblocking(False)
        packets = [other.packetize(pcm) for _ in range(times)]
        spent = 0.0
        for packet in packets:
            phone.sendto(packet, (HOST, link.port))
            start = time.perf_counter()
            link.receive()
            link.send(pcm)
            spent += time.perf_counter() - start
            with contextlib.suppress(BlockingIOError):
                phone.recv(2048)
        cost = spent / times * 1e6
        yield Row(f"RtpLink tick, {name}, drained socket", cost, "us", f"{cost * PERCENT_OF_A_CORE:.2f} % of a core")
        asyncio.run(link.aclose())
        phone.close()


class Counting(asyncio.DatagramProtocol):
    """The alternative: a callback a packet."""

    def __init__(self) -> None:
        self.stream = RtpStream("alaw")
        self.pcm = tone(8000)
        self.count = 0
        self.transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Do what a tick does."""
        now = time.monotonic()
        self.stream.receive(data, addr, now)
        self.stream.next_frame(now)
        self.transport.sendto(self.stream.packetize(self.pcm), addr)
        self.count += 1


async def with_callbacks(times: int) -> float:
    """Measure microseconds a packet in and out through the event loop, less what the sender costs."""
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(Counting, local_addr=(HOST, 0))
    target = transport.get_extra_info("sockname")
    phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    phone.bind((HOST, 0))
    phone.setblocking(False)
    sender, pcm = RtpStream("alaw"), tone(8000)
    packets = [sender.packetize(pcm) for _ in range(times)]
    own = 0.0
    start = time.perf_counter()
    for number, packet in enumerate(packets, 1):
        before = time.perf_counter()
        phone.sendto(packet, target)
        own += time.perf_counter() - before
        while protocol.count < number:  # noqa: ASYNC110 - one turn of the loop is what is measured
            await asyncio.sleep(0)
        before = time.perf_counter()
        with contextlib.suppress(BlockingIOError):
            phone.recv(2048)
        own += time.perf_counter() - before
    cost = (time.perf_counter() - start - own) / times * 1e6
    transport.close()
    phone.close()
    return cost


def callbacks(times: int) -> Iterable[Row]:
    """Measure the alternative on both event loops."""
    for name, new_loop in (("asyncio", asyncio.new_event_loop), ("uvloop", uvloop.new_event_loop)):
        with asyncio.Runner(loop_factory=new_loop) as runner:
            yield Row(f"a callback a packet, alaw, {name}", runner.run(with_callbacks(times)), "us")


async def added_delay(seconds: float) -> tuple[float, float]:
    """Send marked frames on one pacer and play them on another; answers median and 95 % of the delay in ms."""
    link, other = open_rtp_link(PORTS, "slin"), open_rtp_link(PORTS, "slin")
    other.aim(HOST, link.port)
    sent: dict[int, float] = {}
    delays: list[float] = []

    async def say() -> None:
        async for tick in Pacer():
            if tick.number * 0.02 > seconds:
                return
            sent[tick.number] = time.monotonic()
            other.send(marked(tick.number))

    async def hear() -> None:
        await asyncio.sleep(0.0137)
        async for tick in Pacer():
            if tick.number * 0.02 > seconds:
                return
            number = int.from_bytes(link.receive()[:2], "little") - MARK
            if number in sent:
                delays.append((time.monotonic() - sent.pop(number)) * 1000)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(say())
        tasks.create_task(hear())
    await link.aclose()
    await other.aclose()
    return float(np.median(delays)), float(np.percentile(delays, 95))


def delay() -> Iterable[Row]:
    """Measure from sendto to the tick that plays it: 0 to 20 ms by chance of the phase, and no more."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        middle, high = runner.run(added_delay(5.0))
    yield Row("link to tick, zero jitter, phase 13.7 ms: median", middle, "ms")
    yield Row("link to tick, zero jitter, phase 13.7 ms: 95 %", high, "ms")


def simulated_delay() -> Iterable[Row]:
    """Play seeded jitter into a stream, two seconds of speech and two of silence; answers the delay of the speech."""
    for spread in (0, 5, 10, 20, 40):
        chance = np.random.default_rng(1)
        sender, stream = RtpStream("slin"), RtpStream("slin")
        frames = 15_000
        at = np.arange(frames) * 0.02 + np.minimum(chance.exponential(spread / 1000 + 1e-9, frames), 0.2)
        order = np.argsort(at, kind="stable")
        packets = [sender.packetize(marked(n) if n // 100 % 2 else bytes(320)) for n in range(frames)]
        waits, upcoming = [], 0
        for tick in range(frames):
            now = tick * 0.02 + 0.010
            while upcoming < frames and at[order[upcoming]] <= now:
                stream.receive(packets[order[upcoming]], HOST, float(at[order[upcoming]]))
                upcoming += 1
            covered = stream.stats.concealed
            number = int.from_bytes(stream.next_frame(now)[:2], "little") - MARK
            if number >= 0 and covered == stream.stats.concealed:
                waits.append((now - number * 0.02) * 1000)
        stats = stream.stats
        note = f"{stats.concealed * 100 / frames:.2f} % covered, {stats.late} late, {stats.skipped} skipped"
        yield Row(f"delay at exponential jitter of {spread} ms", float(np.mean(waits)), "ms", note)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=20_000)
    times = parser.parse_args().frames
    for part in (codecs(times), streams(times), drained(times), callbacks(times), delay(), simulated_delay()):
        for row in part:
            print(f"{row.name:<52}{row.value:>9.2f} {row.unit}  {row.note}")


if __name__ == "__main__":
    main()
