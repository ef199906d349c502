from __future__ import annotations

from pathlib import Path

import pytest

from ivr.settings import Settings
from ivr.supervision.installation import PART_NAMES, api_address, pbx_config, registration, sip_host, system_plan
from ivr.supervision.parts import HttpProbe

SETTINGS = Settings(
    ivr_home=Path("/srv/ivr"),
    ari_password="ari-secret",
    phone_password="phone-secret",
    web_api_key="web-secret",
    sip_host="192.0.2.10",
    ari_url="http://127.0.0.1:18088/ari",
)
OWN_MODEL = {"llm_provider": "llamacpp"}


def test_the_pbx_is_the_last_to_end() -> None:
    assert tuple(part.name for part in system_plan(SETTINGS.model_copy(update=OWN_MODEL)).parts) == PART_NAMES


@pytest.mark.parametrize(
    "changes", [{}, {"llm_provider": "openai"}, OWN_MODEL | {"llm_base_url": "http://192.0.2.9:8003/v1"}], ids=str
)
def test_a_language_model_is_run_only_where_calls_ask_one_of_ours(changes: dict[str, object]) -> None:
    assert "llm" not in [part.name for part in system_plan(SETTINGS.model_copy(update=changes)).parts]


def test_a_language_model_of_ours_may_be_the_second_to_be_asked() -> None:
    changes = {"llm_provider": "anthropic", "llm_fallbacks": "llamacpp"}
    assert "llm" in [part.name for part in system_plan(SETTINGS.model_copy(update=changes)).parts]


def test_an_external_pbx_is_not_ours_to_run() -> None:
    external = SETTINGS.model_copy(update={"pbx": "external"})
    assert "pbx" not in [part.name for part in system_plan(external).parts]
    assert registration(external).users == []
    assert sip_host(external) == "127.0.0.1"


def test_calls_may_finish_before_the_call_worker_ends() -> None:
    calls = next(part for part in system_plan(SETTINGS).parts if part.name == "calls")
    assert calls.drain > 0


def test_the_supervisor_is_told_what_it_must_never_log() -> None:
    assert {"ari-secret", "phone-secret", "web-secret"} <= set(system_plan(SETTINGS).secrets)


def test_the_pbx_is_ready_when_ari_lets_us_in() -> None:
    probe = system_plan(SETTINGS).parts[0].probe
    assert isinstance(probe, HttpProbe)
    assert (probe.url, probe.statuses) == ("http://127.0.0.1:18088/ari/asterisk/info", (200,))


def test_a_phone_is_told_its_server_its_password_and_the_numbers() -> None:
    told = registration(SETTINGS)
    assert (told.host, told.port) == ("192.0.2.10", 5060)
    assert {account.user: account.password for account in told.users} == pbx_config(SETTINGS).phones
    assert {"100", "600"} <= told.numbers.keys()


def test_an_api_that_listens_anywhere_is_reached_on_loopback() -> None:
    assert api_address(SETTINGS.model_copy(update={"web_host": "0.0.0.0"})) == "http://127.0.0.1:8000"  # noqa: S104
    assert api_address(SETTINGS.model_copy(update={"web_host": "::1"})) == "http://[::1]:8000"


def test_callers_may_be_handed_over_to_a_number_outside_where_there_is_a_carrier() -> None:
    assert pbx_config(SETTINGS).outside == ""
    named = {"transfer_to": "912345678", "carrier": "sip.example.com"}
    assert pbx_config(SETTINGS.model_copy(update=named)).outside == "912345678"
