"""The local PBX: several can run side by side from one Asterisk, each in a directory and on ports of its own."""

from __future__ import annotations

import http.client
import os
import shlex
import shutil
import signal
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import psutil

from ivr.errors import PbxError
from ivr.telephony.pbx_config import Places, render

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.telephony.pbx_config import PbxConfig
    from ivr.telephony.pbx_install import AsteriskProgram

INSIDE = "/mnt"
"""Where the instance's directory is seen inside an isolated root."""
START_DEADLINE = 30.0
STOP_DEADLINE = 10.0
UNAUTHORIZED = 401


class LocalPbx:
    """One instance in ``home``; its program may be shared."""

    def __init__(self, config: PbxConfig, program: AsteriskProgram, home: Path) -> None:
        self.config = config
        self.program = program
        self.home = home.absolute()
        self._pid_file = self.home / "run" / "launcher.pid"
        self._process: subprocess.Popen[bytes] | None = None

    # --- as a process ----------------------------------------------------------------------

    def prepare(self) -> None:
        """Render the configuration and make the directories; refuses ports that are in use."""
        for folder in ("etc", "run", "log", "lib/keys", "spool/recording", "spool/tmp"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)
        self._check_ports()
        base = INSIDE if self.program.root else str(self.home)
        certificate, key = self._certificate(base)
        places = Places(base, module_dir=self.program.module_dir, certificate=certificate, private_key=key)
        render(self.config, places, self.home / "etc", self.program.modules)
        (self.home / "log" / "messages.log").unlink(missing_ok=True)

    def command(self) -> list[str]:
        """Give the command that runs it in the foreground."""
        root = self.program.root
        if root is None:
            return ["asterisk", "-f", "-C", f"{self.home}/etc/asterisk.conf"]
        inner = (
            f"mount --bind {shlex.quote(str(self.home))} {shlex.quote(str(root))}{INSIDE} && "
            f"exec chroot {shlex.quote(str(root))} asterisk -f -C {INSIDE}/etc/asterisk.conf"
        )
        mapped = [] if os.geteuid() == 0 else ["-r"]
        return ["unshare", "-m", "-p", "-f", "--kill-child", *mapped, f"--mount-proc={root}/proc", "sh", "-c", inner]

    def start(self) -> None:
        """Run it in the background until ``stop``; returns when ARI answers."""
        if self.running:
            return
        self.prepare()
        with (self.home / "log" / "console.log").open("w") as log:
            self._process = process = subprocess.Popen(  # noqa: S603 - our own argv
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self._pid_file.write_text(f"{process.pid} {psutil.Process(process.pid).create_time()}")
        try:
            self.wait_ready(process)
        except PbxError:
            self.stop()
            raise

    def run(self) -> int:
        """Run it in the foreground; SIGTERM and SIGINT end it gracefully. Answers its exit status."""
        self.prepare()
        process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL)  # noqa: S603 - our own argv
        self._pid_file.write_text(f"{process.pid} {psutil.Process(process.pid).create_time()}")
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: _terminate(process.pid))
        status = process.wait()
        self._pid_file.unlink(missing_ok=True)
        return status

    @property
    def running(self) -> bool:
        """Whether the process that was started is alive."""
        return self._launcher() is not None

    def stop(self) -> None:
        """End it, gracefully first; safe to repeat, also when whoever started it is long dead."""
        launcher = self._launcher()
        if launcher is not None:
            family = [*launcher.children(recursive=True), launcher]
            _terminate(launcher.pid)
            _, alive = psutil.wait_procs(family, timeout=STOP_DEADLINE)
            for process in alive:
                process.kill()
            psutil.wait_procs(alive, timeout=STOP_DEADLINE)
        self._forget()

    def _forget(self) -> None:
        if self._process is not None:
            self._process.wait()
            self._process = None
        self._pid_file.unlink(missing_ok=True)

    def kill(self) -> None:
        """End it as a crash would."""
        launcher = self._launcher()
        if launcher is not None:
            family = [*launcher.children(recursive=True), launcher]
            for process in family:
                process.kill()
            psutil.wait_procs(family, timeout=STOP_DEADLINE)
        self._forget()

    def console(self, command: str) -> str:
        """Run a console command; answers what it prints."""
        launcher = self._launcher()
        if launcher is None:
            raise PbxError("the PBX does not run; start it with: ivr pbx start")
        arguments = ["asterisk", "-rx", command, "-C"]
        if self.program.root is None:
            argv = [*arguments, f"{self.home}/etc/asterisk.conf"]
        else:
            inside = next(iter(launcher.children()), launcher).pid
            enter = (
                ["nsenter", "-t", str(inside), "-m"]
                if os.geteuid() == 0
                else ["nsenter", "-t", str(inside), "-U", "-m"]
            )
            argv = [*enter, "chroot", str(self.program.root), *arguments, f"{INSIDE}/etc/asterisk.conf"]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 - our own argv
        return done.stdout or done.stderr

    # --- readiness -------------------------------------------------------------------------

    def wait_ready(self, process: subprocess.Popen[bytes] | None = None) -> None:
        """Wait until ARI answers; PbxError quotes the log when it does not."""
        deadline = time.monotonic() + START_DEADLINE
        while time.monotonic() < deadline:
            if process is not None and process.poll() is not None:
                raise PbxError(f"Asterisk ended at once (status {process.returncode}): {self._last_words()}")
            if self._ari_answers():
                return
            time.sleep(0.1)
        raise PbxError(f"ARI did not answer at {self.config.ari_url} in {START_DEADLINE:g} s: {self._last_words()}")

    def _ari_answers(self) -> bool:
        link = http.client.HTTPConnection(self.config.http_host, self.config.http_port, timeout=1)
        try:
            link.request("GET", "/ari/asterisk/info")
            return link.getresponse().status == UNAUTHORIZED
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()

    def _last_words(self) -> str:
        lines: list[str] = []
        for name in ("messages.log", "console.log"):
            path = self.home / "log" / name
            if path.exists():
                lines += path.read_text(errors="replace").splitlines()[-5:]
        return " | ".join(lines) or f"nothing was logged; look into {self.home / 'log'}"

    # --- its surroundings ------------------------------------------------------------------

    def _check_ports(self) -> None:
        config = self.config
        wanted = [
            (socket.SOCK_STREAM, config.http_host, config.http_port, "ARI", "ARI_URL"),
            (socket.SOCK_DGRAM, config.sip_host, config.sip_port, "SIP/udp", "SIP_PORT"),
            (socket.SOCK_STREAM, config.sip_host, config.sip_port, "SIP/tcp", "SIP_PORT"),
        ]
        for kind, host, port, what, variable in wanted:
            with socket.socket(socket.AF_INET, kind) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(kind == socket.SOCK_STREAM))
                try:
                    probe.bind((host, port))
                except OSError as error:
                    raise PbxError(
                        f"port {port} on {host}, wanted for {what}, cannot be used ({error.strerror}); "
                        f"stop what holds it (ss -lnup, ss -lntp) or set {variable} to another"
                    ) from None

    def _certificate(self, base: str) -> tuple[str, str]:
        """Make a certificate of our own for TLS and browsers, once; without openssl there is no TLS."""
        if not shutil.which("openssl"):
            return "", ""
        certificate, key = self.home / "lib" / "cert.pem", self.home / "lib" / "key.pem"
        if not certificate.exists():
            argv = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "825", "-subj", "/CN=ivr"]
            argv += ["-keyout", str(key), "-out", str(certificate)]
            done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - our own argv
            if done.returncode != 0:
                raise PbxError(f"openssl could not make a certificate: {done.stderr.strip()[-200:]}; reinstall openssl")
            key.chmod(0o600)
        return f"{base}/lib/cert.pem", f"{base}/lib/key.pem"

    def _launcher(self) -> psutil.Process | None:
        try:
            pid, created = self._pid_file.read_text().split()
            process = psutil.Process(int(pid))
            if abs(process.create_time() - float(created)) < 1 and process.status() != psutil.STATUS_ZOMBIE:
                return process
        except (OSError, ValueError, psutil.NoSuchProcess):
            pass
        return None


def _terminate(launcher: int) -> None:
    """Ask Asterisk itself to end; the namespace's launcher does not pass signals on."""
    try:
        process = psutil.Process(launcher)
        for target in process.children() or [process]:
            target.terminate()
    except psutil.NoSuchProcess:
        return
