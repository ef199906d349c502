"""Real sockets on the loopback."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING

import pytest

from ivr.errors import ConfigError, MediaError, PortsExhausted
from ivr.rtp.link import PortRange, RtpLink, open_rtp_link
from ivr.rtp.packet import RtpPacket

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
TONE = struct.pack("<h", 4000) * 160


def free_range(pairs: int) -> PortRange:
    """Find that many even ports in a row that nobody uses now."""
    for first in range(23000, 29000, 2 * pairs):
        held = []
        try:
            for port in range(first, first + 2 * pairs, 2):
                held.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                held[-1].bind((HOST, port))
        except OSError:
            continue
        else:
            return PortRange(HOST, first, first + 2 * pairs - 1)
        finally:
            for each in held:
                each.close()
    pytest.fail("no free UDP ports between 23000 and 29000")


@pytest.fixture
def phone() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind((HOST, 0))
        one.settimeout(2)
        yield one


@pytest.fixture
def stranger() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind((HOST, 0))
        yield one


def packet(sequence: int, ssrc: int = 1) -> bytes:
    return RtpPacket(8, sequence, sequence * 160, ssrc, b"\x20" * 160).serialize()


async def test_both_sides_hear_each_other() -> None:
    ports = free_range(2)
    ours, theirs = open_rtp_link(ports, "slin"), open_rtp_link(ports, "slin")
    ours.aim(HOST, theirs.port)
    before = theirs.heard_anything
    ours.send(TONE)
    assert theirs.receive() == TONE
    assert (before, theirs.heard_anything) == (False, True)
    theirs.send(TONE)
    assert ours.receive() == TONE
    assert (ours.stats.sent, ours.stats.received, ours.waiting) == (1, 1, 0)
    await ours.aclose()
    await theirs.aclose()


async def test_the_answer_goes_to_where_packets_come_from(phone: socket.socket, stranger: socket.socket) -> None:
    link = open_rtp_link(free_range(1), "alaw")
    link.aim(*stranger.getsockname())
    phone.sendto(packet(1), (HOST, link.port))
    link.receive()
    stranger.sendto(packet(700, ssrc=2), (HOST, link.port))
    link.receive()
    link.send(TONE)
    assert len(phone.recv(2048)) == 172
    assert link.stats.foreign == 1
    await link.aclose()


async def test_before_anything_was_heard_nothing_is_sent_unless_told_where(phone: socket.socket) -> None:
    link = open_rtp_link(free_range(1), "alaw")
    link.send(TONE)
    link.aim(*phone.getsockname())
    link.send(TONE)
    assert RtpPacket.parse(phone.recv(2048)).payload_type == 8
    await link.aclose()


async def test_junk_is_counted_and_the_tick_goes_on(phone: socket.socket) -> None:
    link = open_rtp_link(free_range(1), "alaw")
    for junk in (b"", b"\0" * 7, b"OPTIONS sip:me SIP/2.0", bytes(1500)):
        phone.sendto(junk, (HOST, link.port))
    assert link.receive() == bytes(320)
    assert link.stats.malformed == 4
    assert not link.heard_anything
    await link.aclose()


async def test_what_waited_before_the_first_tick_is_kept_but_bounded(phone: socket.socket) -> None:
    link = open_rtp_link(free_range(1), "alaw")
    for number in range(130):
        phone.sendto(packet(number), (HOST, link.port))
    for _ in range(3):
        link.receive()
    assert link.waiting <= 50
    assert link.stats.received == 130
    await link.aclose()


async def test_a_network_error_costs_a_frame_and_not_the_call() -> None:
    link = open_rtp_link(free_range(1), "alaw")
    link.aim("255.255.255.255", 9)
    link.send(TONE)
    assert link.stats.unsent == 1
    await link.aclose()


async def test_a_port_is_free_again_after_the_call_and_rests_before_the_next() -> None:
    ports = free_range(2)
    first = open_rtp_link(ports, "alaw")
    await first.aclose()
    second = open_rtp_link(ports, "alaw")
    assert second.port != first.port
    third = open_rtp_link(ports, "alaw")
    assert third.port == first.port
    with pytest.raises(PortsExhausted, match=r"all 2 even RTP ports .* RTP_PORT_MIN\.\.RTP_PORT_MAX") as raised:
        open_rtp_link(ports, "alaw")
    assert raised.value.retryable
    await second.aclose()
    await third.aclose()


async def test_ports_are_even_also_when_the_range_begins_odd() -> None:
    ports = free_range(3)
    odd = PortRange(HOST, ports.first + 1, ports.last)
    links = [open_rtp_link(odd, "alaw"), open_rtp_link(odd, "alaw")]
    assert [link.port for link in links] == [ports.first + 2, ports.first + 4]
    for link in links:
        await link.aclose()


async def test_a_wrong_host_names_the_setting() -> None:
    with pytest.raises(MediaError, match="RTP_HOST"):
        open_rtp_link(PortRange("192.0.2.1", 23000, 23010), "alaw")


async def test_an_unknown_codec_takes_no_port() -> None:
    ports = free_range(1)
    with pytest.raises(ConfigError, match="MEDIA_CODEC"):
        open_rtp_link(ports, "opus")
    await open_rtp_link(ports, "alaw").aclose()


async def test_a_closed_link_is_silent_and_may_be_closed_again(phone: socket.socket) -> None:
    link = open_rtp_link(free_range(1), "alaw")
    link.aim(*phone.getsockname())
    await link.aclose()
    await link.aclose()
    link.send(TONE)
    assert link.receive() == bytes(320)


async def test_jitter_is_the_networks_not_the_ticks(phone: socket.socket) -> None:
    link = open_rtp_link(free_range(1), "alaw")
    await send_steadily(phone, link, 25)
    for _ in range(25):
        link.receive()
    assert link.stats.jitter_ms < 10
    await link.aclose()


async def send_steadily(phone: socket.socket, link: RtpLink, count: int) -> None:
    for number in range(count):
        phone.sendto(packet(number), (HOST, link.port))
        await asyncio.sleep(0.02)
