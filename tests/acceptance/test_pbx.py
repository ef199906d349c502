from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from ivr.errors import PbxError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.telephony.pbx import LocalPbx

pytestmark = pytest.mark.asterisk


def test_it_starts_without_a_single_error_or_warning_in_its_log(pbx: LocalPbx) -> None:
    log = (pbx.home / "log" / "messages.log").read_text()
    assert [line for line in log.splitlines() if "ERROR" in line or "WARNING" in line] == []


def test_phones_numbers_and_modules_are_there(pbx: LocalPbx) -> None:
    assert pbx.console("pjsip show endpoints").count("Endpoint:  100") == 18
    assert "Stasis" in pbx.console("dialplan show 100@phones")
    assert "Echo" in pbx.console("dialplan show 600@phones")
    for module in ("chan_rtp", "chan_websocket", "res_stasis_snoop", "codec_g722", "codec_opus", "app_amd"):
        assert "Running" in pbx.console(f"module show like {module}"), module


def test_two_run_side_by_side(pbx: LocalPbx, new_pbx: Callable[[], LocalPbx]) -> None:
    other = new_pbx()
    other.start()
    assert pbx.running
    assert other.running
    assert "0 active channels" in other.console("core show channels")
    other.stop()
    assert not other.running
    assert pbx.running


def test_a_port_in_use_is_named_with_the_mend(new_pbx: Callable[[], LocalPbx]) -> None:
    pbx = new_pbx()
    with socket.socket(type=socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", pbx.config.sip_port))
        with pytest.raises(PbxError, match=rf"port {pbx.config.sip_port} .*SIP_PORT"):
            pbx.start()
    assert not pbx.running


def test_after_a_crash_it_starts_again(new_pbx: Callable[[], LocalPbx]) -> None:
    pbx = new_pbx()
    pbx.start()
    pbx.kill()
    assert not pbx.running
    pbx.start()
    assert pbx.running
    pbx.stop()


def test_stopping_what_does_not_run_is_no_error(new_pbx: Callable[[], LocalPbx]) -> None:
    new_pbx().stop()
