"""The local PBX: several can run side by side from one Asterisk, each in a directory and on ports of its own."""

from __future__ import annotations

import base64
import http.client
import json
import os
import socket
import subprocess
import time
from typing import TYPE_CHECKING, NoReturn

import psutil

from ivr.errors import PbxError
from ivr.telephony.pbx_home import lay_out
from ivr.telephony.pbx_root import INSIDE, enter, tool

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.telephony.pbx_config import PbxConfig
    from ivr.telephony.pbx_install import AsteriskProgram

START_DEADLINE = 30.0
STOP_DEADLINE = 10.0
CONSOLE_DEADLINE = 20.0


class LocalPbx:
    """One instance in ``home``; its program may be shared. Its process is Asterisk itself, with nothing in between."""

    def __init__(self, config: PbxConfig, program: AsteriskProgram, home: Path) -> None:
        self.config = config
        self.program = program
        self.home = home.absolute()
        self._pid_file = self.home / "run" / "ivr-pbx.pid"
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Render the configuration and make the directories; refuses ports that are in use."""
        if self.running:
            raise PbxError(f"this PBX runs already (pid {self._pid()}); stop it with: ivr pbx stop")
        self._check_ports()
        lay_out(self.home, self.config, self.program)

    def command(self) -> list[str]:
        """Give the command that becomes Asterisk, in the foreground; SIGTERM ends it gracefully."""
        return self._asterisk("-f")

    def start(self) -> None:
        """Run it in the background until ``stop``; returns when ARI answers. Safe to repeat."""
        if self.running:
            return
        self.prepare()
        with (self.home / "log" / "console.log").open("w") as log:
            self._process = process = subprocess.Popen(  # noqa: S603 - our own argv
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self.claim(process.pid)
        try:
            self.wait_ready(process)
        except PbxError:
            self.stop()
            raise

    def run(self) -> NoReturn:
        """Become the PBX: this process is replaced by Asterisk, in the foreground."""
        self.prepare()
        self.claim(os.getpid())
        command = self.command()
        os.execv(command[0], command)  # noqa: S606 - our own argv, no shell wanted

    @property
    def running(self) -> bool:
        """Whether its process is alive, whoever started it."""
        return self._found() is not None

    def stop(self) -> None:
        """End it, gracefully first; safe to repeat, also when whoever started it is long dead."""
        process = self._found()
        if process is not None:
            process.terminate()
            _, alive = psutil.wait_procs([process], timeout=STOP_DEADLINE)
            if alive:
                self.kill()
        self._forget()

    def kill(self) -> None:
        """End it as a crash would."""
        process = self._found()
        if process is not None:
            process.kill()
            psutil.wait_procs([process], timeout=STOP_DEADLINE)
        self._forget()

    def restart(self) -> None:
        """Stop and start it again on the same ports."""
        self.stop()
        self.start()

    def console(self, command: str) -> str:
        """Run a console command; answers what it prints."""
        try:
            done = subprocess.run(  # noqa: S603 - our own argv
                self.console_command(command), capture_output=True, text=True, timeout=CONSOLE_DEADLINE, check=False
            )
        except subprocess.TimeoutExpired:
            raise PbxError(
                f"Asterisk did not answer {command!r} in {CONSOLE_DEADLINE:g} s; restart it with: ivr pbx stop, start"
            ) from None
        if done.returncode != 0 and not done.stdout.strip():
            raise PbxError(f"Asterisk refused {command!r}: {done.stderr.strip() or f'status {done.returncode}'}")
        return done.stdout

    def console_command(self, command: str = "") -> list[str]:
        """Give the command that opens the console, or runs one console command."""
        if not self.running:
            raise PbxError("the PBX does not run; start it with: ivr pbx start")
        return self._asterisk(*(("-rx", command) if command else ("-r",)))

    def wait_ready(self, process: subprocess.Popen[bytes] | None = None) -> None:
        """Wait until ARI knows us and all modules are up; PbxError quotes the log when that does not come."""
        deadline = time.monotonic() + START_DEADLINE
        while time.monotonic() < deadline:
            if process is not None and process.poll() is not None:
                raise PbxError(
                    f"Asterisk ended at once (status {process.returncode}): {self._last_words()}; "
                    f"mend that, the whole log is in {self.home / 'log'}"
                )
            if self._ari_answers():
                self.console("core waitfullybooted")
                return
            time.sleep(0.05)
        raise PbxError(
            f"ARI did not answer at {self.config.ari_url} in {START_DEADLINE:g} s: {self._last_words()}; "
            f"mend that, the whole log is in {self.home / 'log'}"
        )

    # --- its process -----------------------------------------------------------------------

    def _asterisk(self, *words: str) -> list[str]:
        root = self.program.root
        if root is None:
            return [tool("asterisk", "asterisk"), *words, "-C", f"{self.home}/etc/asterisk.conf"]
        return enter(root, self.home, ["/usr/sbin/asterisk", *words, "-C", f"{INSIDE}/etc/asterisk.conf"])

    def claim(self, pid: int) -> None:
        """Say which process is the PBX, for `stop` by anyone; its pid stays the same when it becomes Asterisk."""
        self._pid_file.write_text(f"{pid} {psutil.Process(pid).create_time()}")

    def _found(self) -> psutil.Process | None:
        try:
            pid, created = self._pid_file.read_text().split()
            process = psutil.Process(int(pid))
            alive = process.status() != psutil.STATUS_ZOMBIE
            return process if alive and abs(process.create_time() - float(created)) < 1 else None
        except (OSError, ValueError, psutil.NoSuchProcess):
            return None

    def _pid(self) -> int | None:
        process = self._found()
        return process.pid if process else None

    def _forget(self) -> None:
        if self._process is not None:
            self._process.wait()
            self._process = None
        self._pid_file.unlink(missing_ok=True)

    # --- what it says ----------------------------------------------------------------------

    def _ari_answers(self) -> bool:
        config = self.config
        token = base64.b64encode(f"{config.ari_user}:{config.ari_password}".encode()).decode()
        link = http.client.HTTPConnection(config.http_host, config.http_port, timeout=1)
        try:
            link.request("GET", "/ari/asterisk/info?only=status", headers={"Authorization": f"Basic {token}"})
            answer = link.getresponse()
            return answer.status == http.HTTPStatus.OK and "status" in json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            return False
        finally:
            link.close()

    def _last_words(self) -> str:
        lines: list[str] = []
        for name in ("messages.log", "console.log"):
            path = self.home / "log" / name
            if path.exists():
                lines += path.read_text(errors="replace").splitlines()[-5:]
        return " | ".join(lines) or "nothing was logged"

    # --- its ports -------------------------------------------------------------------------

    def _check_ports(self) -> None:
        config = self.config
        udp, tcp = socket.SOCK_DGRAM, socket.SOCK_STREAM
        _check_port(tcp, config.http_host, config.http_port, "ARI", "the port of ARI_URL")
        _check_port(udp, config.sip_host, config.sip_port, "SIP over udp", "SIP_PORT")
        _check_port(tcp, config.sip_host, config.sip_port, "SIP over tcp", "SIP_PORT")
        _check_port(tcp, config.sip_host, config.tls_port, "SIP over TLS (SIP_PORT + 1)", "SIP_PORT")
        _check_port(tcp, config.sip_host, config.https_port, "browsers (ARI's port + 1)", "the port of ARI_URL")


def _check_port(kind: socket.SocketKind, host: str, port: int, what: str, variable: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(kind == socket.SOCK_STREAM))
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PbxError(
                f"port {port} on {host}, wanted for {what}, cannot be used ({error.strerror}{_owner(kind, port)}); "
                f"stop what holds it, or set {variable} to another"
            ) from None


def _owner(kind: socket.SocketKind, port: int) -> str:
    """Name the program that holds a port, where the system tells."""
    try:
        for connection in psutil.net_connections("udp" if kind == socket.SOCK_DGRAM else "tcp"):
            listens = connection.status in {psutil.CONN_LISTEN, psutil.CONN_NONE}
            if connection.laddr and connection.laddr.port == port and listens and connection.pid:
                return f" by {psutil.Process(connection.pid).name()}, pid {connection.pid}"
    except (psutil.Error, OSError):
        return ""
    return ""
