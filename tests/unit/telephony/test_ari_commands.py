from __future__ import annotations

from dataclasses import fields

from ivr.telephony.ari_commands import (
    COMMANDS,
    AddChannels,
    Answer,
    ContinueInDialplan,
    CreateBridge,
    ExternalMedia,
    FilterEvents,
    GetChannel,
    HangUpChannel,
    Originate,
    RedirectChannel,
    SendDtmf,
)
from ivr.telephony.ari_request import parameter


def test_ids_are_quoted_in_the_path() -> None:
    assert HangUpChannel("a;2/../b").path == "/channels/a%3B2%2F..%2Fb"


def test_empty_parameters_are_left_out() -> None:
    command = ExternalMedia("ivr-media-1", "ivr", "alaw", "127.0.0.1:30000")
    assert command.query == {
        "channelId": "ivr-media-1",
        "app": "ivr",
        "format": "alaw",
        "external_host": "127.0.0.1:30000",
    }
    assert command.body is None


def test_several_channels_go_as_one_list() -> None:
    assert AddChannels("b", ("c", "m")).query == {"channel": "c,m"}


def test_variables_go_into_the_body() -> None:
    command = Originate("attempt-7", "PJSIP/1001", app="ivr", variables={"CAMPAIGN": "7"})
    assert command.body == {"variables": {"CAMPAIGN": "7"}}
    assert "variables" not in command.query


def test_an_event_filter_is_the_whole_body() -> None:
    assert FilterEvents("ivr", {"allowed": [{"type": "StasisStart"}]}).body == {"allowed": [{"type": "StasisStart"}]}


def test_only_what_does_no_harm_twice_is_sent_twice() -> None:
    harmless = [Answer("c"), AddChannels("b", ("c",)), HangUpChannel("c"), CreateBridge("b"), GetChannel("c")]
    assert all(command.repeatable for command in harmless)
    assert Originate("attempt-7", "PJSIP/1001").repeatable
    harmful = [SendDtmf("c", "1"), ContinueInDialplan("c", "phones", "2000"), RedirectChannel("c", "sip:a@b")]
    assert not any(command.repeatable for command in harmful)


def test_what_was_made_can_be_asked_for_by_the_id_that_was_chosen() -> None:
    assert Originate("attempt-7", "PJSIP/1001").existing() == GetChannel("attempt-7")


def test_every_id_in_a_path_is_a_field() -> None:
    for command in COMMANDS:
        names = {parameter(field.name) for field in fields(command)}  # type: ignore[arg-type]
        wanted = {part.strip("{}") for part in command.PATH.split("/") if part.startswith("{")}
        assert wanted <= names, command
