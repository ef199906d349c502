"""Finds an Asterisk, or builds an isolated one from Debian's packages."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.errors import PbxError

if TYPE_CHECKING:
    from collections.abc import Callable

OLDEST = 18
PACKAGES = "asterisk,asterisk-core-sounds-es-wav,asterisk-moh-opsound-gsm"
SUITE = "sid"
BUILD_DEADLINE = 1800
EXPIRED = "is expired"
ALLOW_EXPIRED = '--aptopt=Acquire::Check-Valid-Until "false"'


@dataclass(frozen=True, slots=True)
class AsteriskProgram:
    """An Asterisk to run: the system's (``root`` None) or one in a root of its own."""

    version: str
    root: Path | None = None

    @property
    def modules(self) -> frozenset[str]:
        """Name the modules that it has."""
        base = self.root or Path("/")
        folders = (*base.glob("usr/lib/*/asterisk/modules"), base / "usr/lib/asterisk/modules")
        return frozenset(path.stem for folder in folders for path in folder.glob("*.so"))

    @property
    def module_dir(self) -> str:
        """Say where it has them, as it sees it itself."""
        base = self.root or Path("/")
        folders = [*base.glob("usr/lib/*/asterisk/modules"), base / "usr/lib/asterisk/modules"]
        found = next((path for path in folders if path.is_dir()), None)
        return f"/{found.relative_to(base)}" if found else ""


def find(cache: Path) -> AsteriskProgram | None:
    """Find the system's Asterisk (18 or newer), or the one that was built before."""
    if shutil.which("asterisk"):
        version = _version(["asterisk", "-V"])
        if int(version.split(".")[0]) >= OLDEST:
            return AsteriskProgram(version)
    root = cache / "asterisk" / "root"
    if not (root / "usr/sbin/asterisk").exists():
        return None
    return AsteriskProgram(_version([*_chroot(root), "asterisk", "-V"]), root)


def install(cache: Path, told: Callable[[str], None]) -> AsteriskProgram:
    """Find an Asterisk or build one (about half a minute, 400 MB); resumes after a break, one build at a time."""
    folder = cache / "asterisk"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        program = find(cache)
        if program is None:
            told(f"building an isolated Asterisk from Debian {SUITE} (about 400 MB)")
            _build(folder, told)
            program = find(cache)
    if program is None:
        raise PbxError(f"Asterisk was built in {folder} but does not run; delete that folder and try again")
    told(f"Asterisk {program.version} in {program.root or 'this system'}")
    return program


def _build(folder: Path, told: Callable[[str], None]) -> None:
    if not shutil.which("mmdebstrap"):
        raise PbxError(
            "there is no Asterisk here and mmdebstrap, which builds one, is missing; "
            "run as root: apt-get install mmdebstrap, then try again"
        )
    fresh = folder / "root.new"
    shutil.rmtree(fresh, ignore_errors=True)
    complaint = _mmdebstrap(fresh, [])
    if complaint and EXPIRED in complaint:
        told("the mirror's Release file has expired; taking it all the same")
        shutil.rmtree(fresh, ignore_errors=True)
        complaint = _mmdebstrap(fresh, [ALLOW_EXPIRED])
    if complaint:
        lines = [line for line in complaint.splitlines() if line.startswith("E:")] or complaint.splitlines()[-3:]
        raise PbxError(
            f"mmdebstrap could not build Asterisk: {' '.join(lines)}; check the connection to the Debian mirror"
        )
    shutil.rmtree(fresh / "var/cache/apt", ignore_errors=True)
    shutil.rmtree(fresh / "var/lib/apt/lists", ignore_errors=True)
    fresh.rename(folder / "root")


def _mmdebstrap(target: Path, options: list[str]) -> str:
    command = ["mmdebstrap", *options, "--variant=minbase", f"--include={PACKAGES}", SUITE, str(target)]
    if os.geteuid() != 0:
        command.insert(1, "--mode=unshare")
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=BUILD_DEADLINE, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return f"E: it took over {BUILD_DEADLINE} s"
    return "" if done.returncode == 0 else done.stderr


def _chroot(root: Path) -> list[str]:
    """Give the command that runs a program inside the root; without being root, in a user namespace."""
    return ["chroot", str(root)] if os.geteuid() == 0 else ["unshare", "-r", "chroot", str(root)]


def _version(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)  # noqa: S603 - our own argv
    except (OSError, subprocess.SubprocessError) as error:
        raise PbxError(
            f"{' '.join(command)} does not run ({error}); reinstall Asterisk, or delete its cached root"
        ) from None
    match = re.search(r"(\d+\.\d+[.\d]*)", done.stdout)
    if match is None:
        raise PbxError(f"`{' '.join(command)}` tells no version: {done.stdout.strip()!r}; reinstall Asterisk")
    return match[1]
