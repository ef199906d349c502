from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.errors import ConfigError
from ivr.telephony.pbx_config import MODULES, PbxConfig, Places, render

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = PbxConfig("operator", "s3cret-ari", "s3cret-phones", http_port=18088, sip_port=15060, carrier="10.1.1.1:5080")


def rendered(path: Path, config: PbxConfig = CONFIG, installed: tuple[str, ...] = ()) -> dict[str, str]:
    files = render(config, Places("/mnt", certificate="/mnt/lib/cert.pem", private_key="/k"), path / "etc", installed)
    return {file.name: file.read_text() for file in files}


def test_every_value_lands_where_it_belongs(tmp_path: Path) -> None:
    files = rendered(tmp_path)
    assert "bindport = 18088" in files["http.conf"]
    assert "bind = 0.0.0.0:15060" in files["pjsip.conf"]
    assert "[operator]" in files["ari.conf"]
    assert "password = s3cret-ari" in files["ari.conf"]
    assert "contact = sip:10.1.1.1:5080" in files["pjsip.conf"]
    assert "Stasis(ivr)" in files["extensions.conf"]
    assert "astrundir = /mnt/run" in files["asterisk.conf"]


def test_secrets_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    rendered(tmp_path)
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "etc").iterdir()} == {0o600}


def test_each_phone_has_a_password_of_its_own_that_does_not_change() -> None:
    assert len(set(CONFIG.phones.values())) == 9
    assert CONFIG.phones == PbxConfig("x", "y", "s3cret-phones").phones
    assert CONFIG.phones != PbxConfig("x", "y", "other").phones


@pytest.mark.parametrize("secrets", [("", "phones"), ("ari", "")])
def test_there_is_no_default_password(secrets: tuple[str, str]) -> None:
    with pytest.raises(ConfigError, match="ARI_PASSWORD and PHONE_PASSWORD"):
        PbxConfig("ivr", *secrets)


def test_an_old_asterisk_loads_only_what_it_has(tmp_path: Path) -> None:
    old = tuple(module for module in MODULES if module not in {"chan_websocket", "res_websocket_client"})
    modules = rendered(tmp_path, installed=old)["modules.conf"]
    assert "load = chan_rtp.so" in modules
    assert "chan_websocket" not in modules


def test_without_a_certificate_there_is_no_tls(tmp_path: Path) -> None:
    render(CONFIG, Places("/mnt"), tmp_path / "etc")
    assert "transport-tls" not in (tmp_path / "etc" / "pjsip.conf").read_text()
    assert "tlsenable" not in (tmp_path / "etc" / "http.conf").read_text()


def test_passwords_do_not_show_in_the_configs_repr() -> None:
    assert "s3cret" not in repr(CONFIG)
