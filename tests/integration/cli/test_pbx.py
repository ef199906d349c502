from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ivr.cli.root import ivr

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IVR_HOME", str(tmp_path / "home"))
    return tmp_path / "out"


def render(out: Path, *options: str) -> Result:
    return CliRunner().invoke(ivr, ["pbx", "render", "--out", str(out), *options])


def test_a_pbx_of_ones_own_gets_tls_browsers_and_opus_where_it_has_them(out: Path) -> None:
    keys = ("--certificate", "/etc/asterisk/keys/pbx.pem", "--private-key", "/etc/asterisk/keys/pbx.key")
    assert render(out, "--with", "codec_opus", *keys).exit_code == 0
    told = (out / "pjsip.conf").read_text()
    assert "cert_file = /etc/asterisk/keys/pbx.pem" in told
    assert "protocol = wss" in told
    assert "webrtc = yes" in told
    assert "opus" in told


def test_a_certificate_without_its_key_is_refused(out: Path) -> None:
    answer = render(out, "--certificate", "/etc/asterisk/keys/pbx.pem")
    assert answer.exit_code == 2
    assert "--private-key" in answer.output


def test_the_trunk_and_the_outside_address_come_from_the_settings(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "CARRIER": "sip.example.com:5070",
        "CARRIER_USER": "me",
        "CARRIER_PASSWORD": "of-the-trunk",
        "EXTERNAL_ADDRESS": "203.0.113.7",
    }.items():
        monkeypatch.setenv(name, value)
    assert render(out).exit_code == 0
    told = (out / "pjsip.conf").read_text()
    assert "sip:sip.example.com:5070" in told
    assert "password = of-the-trunk" in told
    assert "external_media_address = 203.0.113.7" in told
    assert "_8XXXXXXXX" in (out / "extensions.conf").read_text()
