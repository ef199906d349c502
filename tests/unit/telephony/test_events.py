from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.telephony.events import (
    READERS,
    REQUIRED,
    ApplicationReplaced,
    ChannelDtmfReceived,
    ChannelHangupRequest,
    EventReader,
    StasisStart,
    UnknownEvent,
)

CHANNEL: dict[str, Any] = {
    "id": "1795454206.5",
    "name": "PJSIP/1001-00000000",
    "state": "Ring",
    "caller": {"name": "Ana", "number": "612345678"},
    "dialplan": {"context": "phones", "exten": "100", "priority": 1, "app_name": "Stasis", "app_data": "ivr"},
}


def read(**raw: Any) -> Any:
    reader = EventReader()
    event = reader.read(json.dumps(raw))
    assert reader.malformed == 0
    return event


def test_a_stasis_start_says_who_calls_whom() -> None:
    event = read(type="StasisStart", args=["consent"], channel=CHANNEL)
    assert isinstance(event, StasisStart)
    assert event.args == ("consent",)
    assert (event.channel.id, event.channel.state) == ("1795454206.5", "Ring")
    assert (event.channel.caller_number, event.channel.exten, event.channel.app_name) == ("612345678", "100", "Stasis")


def test_the_variables_of_a_media_leg_are_kept() -> None:
    event = read(type="StasisStart", args=[], channel=CHANNEL | {"channelvars": {"UNICASTRTP_LOCAL_PORT": 18936}})
    assert event.channel.variables == {"UNICASTRTP_LOCAL_PORT": "18936"}


def test_a_key_is_read() -> None:
    event = read(type="ChannelDtmfReceived", digit="#", duration_ms=120, channel=CHANNEL)
    assert isinstance(event, ChannelDtmfReceived)
    assert (event.digit, event.duration_ms) == ("#", 120)


def test_a_hangup_request_may_lack_its_cause() -> None:
    event = read(type="ChannelHangupRequest", channel=CHANNEL)
    assert isinstance(event, ChannelHangupRequest)
    assert (event.cause, event.tech_cause, event.soft) == (0, 0, False)


def test_a_replaced_application_is_named() -> None:
    assert read(type="ApplicationReplaced", application="ivr") == ApplicationReplaced("ivr")


def test_an_event_that_nobody_uses_is_kept_whole() -> None:
    event = read(type="DeviceStateChanged", device_state={"name": "PJSIP/1001", "state": "INUSE"})
    assert isinstance(event, UnknownEvent)
    assert event.type == "DeviceStateChanged"
    assert event.raw["device_state"]["state"] == "INUSE"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"StasisStart"', "{}", '{"type": "StasisStart"}', '{"type": "StasisStart", "channel": 7}'],
)
def test_what_is_no_event_is_counted_and_dropped(text: str) -> None:
    reader = EventReader()
    assert reader.read(text) is None
    assert reader.malformed == 1


@given(st.text() | st.binary())
def test_no_message_breaks_the_reader(text: str | bytes) -> None:
    EventReader().read(text)


@given(
    st.sampled_from(sorted(READERS)),
    st.dictionaries(
        st.sampled_from(["channel", "bridge", "peer", "playback", "args", "digit", "cause", "dialstatus"]),
        st.none() | st.integers() | st.text() | st.lists(st.integers()) | st.dictionaries(st.text(), st.text()),
    ),
)
def test_no_event_with_wrong_properties_breaks_the_reader(kind: str, raw: dict[str, Any]) -> None:
    reader = EventReader()
    event = reader.read(json.dumps({"type": kind, **raw}))
    assert (event is None) == (reader.malformed == 1)


def test_every_event_that_is_read_is_compared_with_the_server() -> None:
    assert set(READERS) == set(REQUIRED)
