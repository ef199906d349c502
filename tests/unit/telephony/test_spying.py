from __future__ import annotations

import pytest

from ivr.errors import SpyRefused
from ivr.telephony.events import Channel
from ivr.telephony.spying import spied_channel

CALLER = Channel("1795.1", name="PJSIP/1001-00000001")
PERSON = Channel("1795.2", name="PJSIP/1002-00000002")
AGENT = Channel("ivr-media-1795-1.", name="UnicastRTP/127.0.0.1:46000-0x7f")
EVERYBODY = (CALLER, PERSON, AGENT)


def test_listening_and_barging_in_are_done_at_the_callers_channel() -> None:
    assert spied_channel(CALLER.id, "", "listen", EVERYBODY, "ivr") == CALLER.id
    assert spied_channel(CALLER.id, PERSON.name, "barge", EVERYBODY, "ivr") == CALLER.id


def test_a_whisper_goes_to_the_person_and_never_to_the_caller() -> None:
    assert spied_channel(CALLER.id, PERSON.name, "whisper", EVERYBODY, "ivr") == PERSON.id


def test_nobody_can_whisper_to_the_agent() -> None:
    with pytest.raises(SpyRefused, match="the agent talks"):
        spied_channel(CALLER.id, AGENT.name, "whisper", EVERYBODY, "ivr")


@pytest.mark.parametrize("peer", ["", "PJSIP/1009-00000009"])
def test_while_nobody_serves_the_caller_there_is_nobody_to_whisper_to(peer: str) -> None:
    with pytest.raises(SpyRefused, match="nobody serves the caller"):
        spied_channel(CALLER.id, peer, "whisper", EVERYBODY, "ivr")
