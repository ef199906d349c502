from __future__ import annotations

import pytest

from ivr.errors import ConfigError
from ivr.telephony.pbx_config import PbxConfig

CONFIG = PbxConfig("operator", "s3cret-ari", "s3cret-phones")


def test_each_phone_has_a_password_of_its_own_that_does_not_change() -> None:
    assert len(set(CONFIG.phones.values()) | set(CONFIG.browsers.values())) == 18
    assert CONFIG.phones == PbxConfig("x", "another-ari", "s3cret-phones").phones
    assert CONFIG.phones != PbxConfig("x", "another-ari", "other-phones").phones


@pytest.mark.parametrize("secrets", [("", "s3cret-phones"), ("s3cret-ari", "")])
def test_there_is_no_default_password(secrets: tuple[str, str]) -> None:
    with pytest.raises(ConfigError, match="ARI_PASSWORD and PHONE_PASSWORD"):
        PbxConfig("ivr", *secrets)


@pytest.mark.parametrize(
    ("user", "ari", "phones", "named"),
    [
        ("ivr", "1234", "s3cret-phones", "ARI_PASSWORD"),
        ("operator", "operator", "s3cret-phones", "ARI_PASSWORD"),
        ("ivr", "s3cret-ari", "1234", "PHONE_PASSWORD"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(user: str, ari: str, phones: str, named: str) -> None:
    with pytest.raises(ConfigError, match=f"{named} is too easy"):
        PbxConfig(user, ari, phones)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="SIP_HOST is 'my pbx'"):
        PbxConfig("ivr", "s3cret-ari", "s3cret-phones", sip_host="my pbx")


@pytest.mark.parametrize("app", ["", "two words", "a,b", "a)b"])
def test_an_application_name_that_would_change_the_dialplan_is_refused(app: str) -> None:
    with pytest.raises(ConfigError, match="ARI_APP"):
        PbxConfig("ivr", "s3cret-ari", "s3cret-phones", ari_app=app)


def test_passwords_do_not_show_in_the_configs_repr() -> None:
    config = PbxConfig(
        "x", "s3cret-ari", "s3cret-phones", carrier="h:1", carrier_user="me", carrier_password="s3cret-c"
    )
    assert "s3cret" not in repr(config)


def test_an_ipv6_address_is_bracketed_in_the_url() -> None:
    assert PbxConfig("ivr", "s3cret-ari", "s3cret-phones", http_host="::1").ari_url == "http://[::1]:8088/ari"
