import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import BadPacket
from ivr.telephony.media_control import MAX_COMMAND, command, parse_notice


def test_a_notice_in_json_is_read() -> None:
    notice = parse_notice('{"event":"STATUS","channel_id":"m1","queue_length":7,"queue_full":false}')
    assert (notice.name, notice.number("queue_length"), notice.text("channel_id")) == ("STATUS", 7, "m1")
    assert not notice.plain


def test_a_plain_notice_is_read() -> None:
    notice = parse_notice("STATUS channel_id:m1 queue_length:7 queue_full:false")
    assert (notice.name, notice.number("queue_length"), notice.text("channel_id")) == ("STATUS", 7, "m1")
    assert notice.plain
    assert parse_notice("MEDIA_XOFF").name == "MEDIA_XOFF"


def test_a_field_of_the_wrong_kind_is_nothing() -> None:
    notice = parse_notice('{"event":"STATUS","queue_length":{},"channel_id":3}')
    assert (notice.number("queue_length"), notice.text("channel_id"), notice.number("missing")) == (0, "", 0)


@pytest.mark.parametrize("text", ["", "  ", "hello", "{", "{}", '{"event":1}', '{"event":' + "[" * 5000])
def test_anything_else_is_bad(text: str) -> None:
    with pytest.raises(BadPacket):
        parse_notice(text)


@given(st.text(max_size=60) | st.text(max_size=60).map(lambda some: "{" + some))
def test_any_text_is_a_notice_or_bad(text: str) -> None:
    with contextlib.suppress(BadPacket):
        assert parse_notice(text).name


def test_commands_fit_into_what_asterisk_reads() -> None:
    assert command("FLUSH_MEDIA") == '{"command": "FLUSH_MEDIA"}'
    assert command("FLUSH_MEDIA", plain=True) == "FLUSH_MEDIA"
    assert len(command("GET_STATUS")) < MAX_COMMAND
