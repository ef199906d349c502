"""The local PBX as its operator meets it."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from ivr.errors import PbxError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.telephony.pbx import LocalPbx

pytestmark = pytest.mark.asterisk


def test_it_starts_without_a_single_error_or_warning_in_its_log(pbx: LocalPbx) -> None:
    log = (pbx.home / "log" / "messages.log").read_text()
    started = log.partition("Asterisk Ready")[0]
    assert [line for line in started.splitlines() if "ERROR" in line or "WARNING" in line] == []


def test_phones_numbers_and_modules_are_there(pbx: LocalPbx) -> None:
    endpoints = pbx.console("pjsip show endpoints")
    for phone in range(1001, 1010):
        assert f"Endpoint:  {phone}/{phone} " in endpoints
        assert f"Endpoint:  {phone}-web/{phone} " in endpoints
    for number, application in {"100": "Stasis", "101": "recording-notice", "600": "Echo", "2000": "Queue"}.items():
        assert application in pbx.console(f"dialplan show {number}@phones"), number
    for module in ("chan_rtp", "chan_websocket", "res_stasis_snoop", "codec_g722", "codec_opus", "app_amd"):
        assert "Running" in pbx.console(f"module show like {module}"), module


def test_it_listens_on_no_port_but_the_configured_ones(pbx: LocalPbx) -> None:
    process = psutil.Process(pid_of(pbx))
    config = pbx.config
    tcp = {config.http_port, config.https_port, config.sip_port, config.tls_port}
    listening = {link.laddr.port for link in process.net_connections("tcp") if link.status == psutil.CONN_LISTEN}
    assert listening == tcp
    ours = set(range(config.rtp_first, config.rtp_last + 2)) | {config.sip_port}
    others = [link.laddr for link in process.net_connections("udp") if link.laddr.port not in ours]
    assert len(others) <= 2, others  # the DNS resolver asks from a port of its own in each address family


def pid_of(pbx: LocalPbx) -> int:
    return int((pbx.home / "run" / "ivr-pbx.pid").read_text().split()[0])


def test_its_limits_and_language_are_the_rendered_ones(pbx: LocalPbx) -> None:
    settings = pbx.console("core show settings")
    assert re.search(r"Maximum calls:\s+200 ", settings)
    assert re.search(r"Default language:\s+es\b", settings)
    assert "alaw" in pbx.console("pjsip show endpoint 1001")
    assert re.search(r"live_dangerously|Dangerous", settings) is None


def test_it_runs_without_the_privileges_of_root(pbx: LocalPbx) -> None:
    status = Path(f"/proc/{pid_of(pbx)}/status").read_text()
    kept = re.search(r"CapEff:\s+([0-9a-f]+)", status)
    assert kept is not None
    assert int(kept[1], 16) & ~0b10 == 0  # CAP_DAC_OVERRIDE alone: files of another owner
    assert "NoNewPrivs:\t1" in status


def test_its_files_are_for_its_owner_alone(pbx: LocalPbx) -> None:
    assert pbx.home.stat().st_mode & 0o77 == 0
    assert {path.stat().st_mode & 0o777 for path in (pbx.home / "etc").iterdir()} == {0o600}
    assert (pbx.home / "lib" / "key.pem").stat().st_mode & 0o777 == 0o600


def test_phones_and_browsers_find_tls(pbx: LocalPbx) -> None:
    context = ssl.create_default_context(cafile=str(pbx.home / "lib" / "cert.pem"))
    with (
        socket.create_connection(("127.0.0.1", pbx.config.tls_port), 5) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as sip,
    ):
        assert sip.version() in {"TLSv1.2", "TLSv1.3"}
    browser = http.client.HTTPSConnection("127.0.0.1", pbx.config.https_port, timeout=5, context=context)
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": "sip"}
    browser.request("GET", "/ws", headers=upgrade | key)
    assert browser.getresponse().status == http.HTTPStatus.SWITCHING_PROTOCOLS
    browser.close()


def test_ari_wants_its_password(pbx: LocalPbx) -> None:
    link = http.client.HTTPConnection("127.0.0.1", pbx.config.http_port, timeout=5)
    link.request("GET", "/ari/asterisk/info", headers={"Authorization": "Basic aXZyOml2cg=="})
    assert link.getresponse().status == http.HTTPStatus.UNAUTHORIZED
    link.close()


def test_it_serves_its_own_api_description(pbx: LocalPbx) -> None:
    link = http.client.HTTPConnection("127.0.0.1", pbx.config.http_port, timeout=5)
    token = f"{pbx.config.ari_user}:{pbx.config.ari_password}"
    link.request("GET", f"/ari/api-docs/resources.json?api_key={token}")
    assert b"api-docs/channels" in link.getresponse().read()
    link.close()


def test_two_run_side_by_side(pbx: LocalPbx, new_pbx: Callable[[], LocalPbx]) -> None:
    other = new_pbx()
    other.start()
    assert pbx.running
    assert other.running
    assert "0 active channels" in other.console("core show channels")
    assert str(other.config.sip_port) in other.console("pjsip show transports")
    assert str(other.config.sip_port) not in pbx.console("pjsip show transports")
    other.stop()
    assert not bool(other.running)
    assert pbx.running


@pytest.mark.parametrize(
    ("kind", "port", "variable"),
    [
        (socket.SOCK_DGRAM, "sip_port", "SIP_PORT"),
        (socket.SOCK_STREAM, "tls_port", "SIP_PORT"),
        (socket.SOCK_STREAM, "http_port", "ARI_URL"),
    ],
)
def test_a_port_in_use_is_named_with_its_owner_and_the_mend(
    new_pbx: Callable[[], LocalPbx], kind: socket.SocketKind, port: str, variable: str
) -> None:
    pbx = new_pbx()
    number: int = getattr(pbx.config, port)
    with socket.socket(type=kind) as taken:
        taken.bind(("127.0.0.1", number))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        with pytest.raises(PbxError, match=rf"port {number} .* by .*, pid {os.getpid()}.*{variable}"):
            pbx.start()
    assert not pbx.running


def test_after_a_crash_it_starts_again_and_keeps_the_log_of_before(new_pbx: Callable[[], LocalPbx]) -> None:
    pbx = new_pbx()
    pbx.start()
    pbx.kill()
    assert not bool(pbx.running)
    pbx.start()
    assert pbx.running
    assert (pbx.home / "log" / "messages.log.1").exists()
    pbx.stop()


def test_when_its_starter_was_killed_it_runs_on_and_can_be_stopped(new_pbx: Callable[[], LocalPbx]) -> None:
    pbx = new_pbx()
    starter = f"""
        import os, signal
        from pathlib import Path
        from ivr.telephony.pbx import LocalPbx
        from ivr.telephony.pbx_config import PbxConfig
        from ivr.telephony.pbx_install import AsteriskProgram
        root = {str(pbx.program.root)!r}
        program = AsteriskProgram({pbx.program.version!r}, None if root == "None" else Path(root))
        config = PbxConfig({pbx.config.ari_user!r}, {pbx.config.ari_password!r}, {pbx.config.phone_password!r},
            http_port={pbx.config.http_port}, sip_host="127.0.0.1", sip_port={pbx.config.sip_port},
            rtp_first={pbx.config.rtp_first}, rtp_last={pbx.config.rtp_last})
        LocalPbx(config, program, Path({str(pbx.home)!r})).start()
        os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(starter)], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert pbx.running
    pid = pid_of(pbx)
    with pytest.raises(PbxError, match=rf"runs already \(pid {pid}\); stop it with: ivr pbx stop"):
        pbx.prepare()
    pbx.stop()
    assert not psutil.pid_exists(pid)
    assert str(pbx.home) not in Path("/proc/mounts").read_text()


def test_in_the_foreground_a_signal_ends_it_gracefully(new_pbx: Callable[[], LocalPbx]) -> None:
    pbx = new_pbx()
    pbx.prepare()
    with subprocess.Popen(pbx.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        pbx.claim(process.pid)
        pbx.wait_ready(process)
        process.terminate()
        assert process.wait(10) == 0


def test_what_keeps_it_from_starting_is_quoted(new_pbx: Callable[[], LocalPbx]) -> None:
    pbx = new_pbx()
    pbx.prepare()
    (pbx.home / "etc" / "modules.conf").write_text("[modules]\nautoload = no\nrequire = no_such_module.so\n")
    with subprocess.Popen(pbx.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        pbx.claim(process.pid)
        with pytest.raises(PbxError, match=r"no_such_module.*the whole log is in"):
            pbx.wait_ready(process)


def test_a_console_command_wants_a_running_pbx(new_pbx: Callable[[], LocalPbx]) -> None:
    with pytest.raises(PbxError, match="ivr pbx start"):
        new_pbx().console("core show version")


def test_stopping_what_does_not_run_is_no_error(new_pbx: Callable[[], LocalPbx]) -> None:
    new_pbx().stop()
