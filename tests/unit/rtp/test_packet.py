import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import BadPacket
from ivr.rtp.packet import DIGITS, RtpPacket, TelephoneEvent

WORD = st.integers(0, 2**32 - 1)
PACKETS = st.builds(
    RtpPacket,
    payload_type=st.integers(0, 127),
    sequence=st.integers(0, 2**16 - 1),
    timestamp=WORD,
    ssrc=WORD,
    payload=st.binary(max_size=1400),
    marker=st.booleans(),
    csrcs=st.lists(WORD, max_size=15).map(tuple),
    extension=st.none()
    | st.tuples(st.integers(0, 2**16 - 1), st.binary(max_size=40).map(lambda some: some[: len(some) // 4 * 4])),
)
PLAIN = bytes.fromhex("80 88 0001 000000a0 deadbeef")


@given(PACKETS)
def test_what_is_written_can_be_read(packet: RtpPacket) -> None:
    assert RtpPacket.parse(packet.serialize()) == packet


@given(st.binary(max_size=64) | st.binary(max_size=64).map(lambda some: b"\xbf" + some))
def test_any_bytes_are_a_packet_or_a_bad_packet(data: bytes) -> None:
    try:
        packet = RtpPacket.parse(data)
    except BadPacket:
        return
    assert len(packet.payload) <= len(data)


@given(PACKETS, st.data())
def test_a_packet_cut_anywhere_in_its_header_is_bad(packet: RtpPacket, data: st.DataObject) -> None:
    whole = packet.serialize()
    at = data.draw(st.integers(0, len(whole) - len(packet.payload) - 1))
    with pytest.raises(BadPacket):
        RtpPacket.parse(whole[:at])


def test_every_header_field_has_its_place() -> None:
    packet = RtpPacket.parse(PLAIN + b"sound")
    assert packet == RtpPacket(8, 1, 160, 0xDEADBEEF, b"sound", marker=True)


def test_padding_is_taken_off() -> None:
    assert RtpPacket.parse(b"\xa0" + PLAIN[1:] + b"sound\0\0\3").payload == b"sound"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "0 bytes are too few"),
        (b"\x40" + PLAIN[1:], "version 1 is not 2"),
        (b"\xa0" + PLAIN[1:] + b"\0", "padding says that it is empty"),
        (b"\xa0" + PLAIN[1:] + b"\x09", "longer than the packet"),
        (b"\x82" + PLAIN[1:] + bytes(7), "2 contributing sources"),
        (b"\x90" + PLAIN[1:] + b"\xbe\xde", "extension is cut off"),
        (b"\x90" + PLAIN[1:] + b"\xbe\xde\0\2" + bytes(4), "extension of 2 words"),
    ],
)
def test_a_bad_packet_says_what_is_wrong(data: bytes, reason: str) -> None:
    with pytest.raises(BadPacket, match=reason):
        RtpPacket.parse(data)


@given(st.builds(TelephoneEvent, st.integers(0, 255), st.booleans(), st.integers(0, 2**16 - 1), st.integers(0, 63)))
def test_an_event_that_is_written_can_be_read(event: TelephoneEvent) -> None:
    assert TelephoneEvent.parse(event.serialize()) == event


def test_the_sixteen_keys_are_digits_and_other_events_are_not() -> None:
    assert "".join(TelephoneEvent(code, end=True, duration=0).digit or "" for code in range(256)) == DIGITS


def test_a_short_event_is_bad() -> None:
    with pytest.raises(BadPacket, match="3 bytes"):
        TelephoneEvent.parse(b"\1\0\0")
