"""Builds an isolated Asterisk root from Debian's packages."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import threading
from typing import IO, TYPE_CHECKING

from ivr.errors import PbxError
from ivr.telephony.pbx_root import outside_path, tool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SUITE = "sid"
"""Debian 12 and 13 have no Asterisk."""
PACKAGES = ("asterisk", "asterisk-core-sounds-es-wav", "asterisk-moh-opsound-wav", "util-linux")
RECIPE = 1
"""Counts up when a root that was built before must be built anew."""
NEEDED_BYTES = 1_200_000_000
BUILD_DEADLINE = 1800.0
APT_DEADLINE = 600.0
ALLOW_EXPIRED = '--aptopt=Acquire::Check-Valid-Until "false"'


def root_of(cache: Path) -> Path:
    """Say where the root of this recipe is, or will be."""
    recipe = f"{RECIPE} {SUITE} {' '.join(PACKAGES)}"
    return cache / "asterisk" / f"root-{hashlib.sha256(recipe.encode()).hexdigest()[:8]}"


def build(cache: Path, told: Callable[[str], None], verify: Callable[[Path], object]) -> Path:
    """Build the root unless it is there; it appears under its name only when ``verify`` has not complained."""
    root = root_of(cache)
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        with _alone(root.parent, told) as lock:
            if root.is_dir():
                return root
            fresh = root.with_suffix(".new")
            _clear(fresh)
            _check_space(root.parent)
            builder = _find_builder(told)
            told(f"building an isolated Asterisk from Debian {SUITE} (about 400 MB)")
            _fill(builder, fresh, told, lock)
            verify(fresh)
            fresh.rename(root)
    except OSError as error:
        raise PbxError(f"{root.parent} cannot be used ({error}); free it, or set IVR_CACHE to another folder") from None
    return root


@contextlib.contextmanager
def _alone(folder: Path, told: Callable[[str], None]) -> Iterator[IO[str]]:
    """Hold the folder's lock. The builder inherits it, so that it is held as long as an orphaned one still writes."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told("another installation is at work; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


def _clear(folder: Path) -> None:
    folder.with_suffix(".tar").unlink(missing_ok=True)
    if folder.exists():
        shutil.rmtree(folder)


def _check_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise PbxError(
            f"{folder} has {free // 1_000_000} MB free and an Asterisk needs {NEEDED_BYTES // 1_000_000} to be built; "
            "free some, or set IVR_CACHE to a folder elsewhere"
        )


def _find_builder(told: Callable[[str], None]) -> str:
    wanted = ["mmdebstrap", "debian-archive-keyring"] + ([] if os.geteuid() == 0 else ["uidmap"])
    found = shutil.which("mmdebstrap", path=outside_path())
    if found and (os.geteuid() == 0 or shutil.which("newuidmap", path=outside_path())):
        return found
    by_hand = f"run as root: apt-get install {' '.join(wanted)}, then: ivr pbx install"
    apt = shutil.which("apt-get", path=outside_path())
    if apt is None:
        raise PbxError(
            "there is no Asterisk 18 or newer here and no apt-get to build one with; "
            "install Asterisk by your system's own means, or set PBX=external and ARI_URL to one elsewhere"
        )
    sudo: list[str] = []
    if os.geteuid() != 0:
        if shutil.which("sudo") is None:
            raise PbxError(f"what builds Asterisk ({', '.join(wanted)}) is missing and there is no sudo; {by_hand}")
        sudo = ["sudo"]
    told(f"installing {' '.join(wanted)}")
    install = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", apt, "install", "-y", "-q", "--no-install-recommends"]
    complaint = _run([*install, *wanted])
    if complaint:
        _run([*sudo, apt, "update", "-q"])
        complaint = _run([*install, *wanted])
    if complaint:
        raise PbxError(f"mmdebstrap, which builds Asterisk, could not be installed ({complaint}); {by_hand}")
    return tool("mmdebstrap", "mmdebstrap")


def _run(argv: list[str]) -> str:
    """Run a command; answers the end of what it complained about, empty when it went well."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=APT_DEADLINE, check=False)  # noqa: S603 - our own argv
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if done.returncode == 0 else " ".join(done.stderr.split())[-300:] or f"status {done.returncode}"


def _fill(builder: str, fresh: Path, told: Callable[[str], None], lock: IO[str]) -> None:
    complaint = _bootstrap(builder, fresh, [], told, lock)
    if "is expired" in complaint:
        told("the mirror's Release file has expired; taking it all the same (its signature is still checked)")
        _clear(fresh)
        complaint = _bootstrap(builder, fresh, [ALLOW_EXPIRED], told, lock)
    if complaint:
        lines = [line for line in complaint.splitlines() if line.startswith("E:")] or complaint.splitlines()[-3:]
        mend = "check the connection to the Debian mirror"
        if "subuid" in complaint or "subgid" in complaint:
            mend = "run as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 <this user>"
        raise PbxError(
            f"mmdebstrap could not build Asterisk: {' '.join(lines)[-600:]}; {mend}, then run again: ivr pbx install"
        )
    if os.geteuid() != 0:
        archive = fresh.with_suffix(".tar")
        fresh.mkdir()
        # As one's own files, so that one can use and delete them without being root.
        unpack = [tool("tar", "tar"), "-xf", str(archive), "-C", str(fresh), "--no-same-owner", "--exclude=./dev/*"]
        if complaint := _run(unpack):
            raise PbxError(f"the Asterisk root could not be unpacked ({complaint}); run again: ivr pbx install")
        archive.unlink()
    for waste in ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc/asterisk-doc"):
        shutil.rmtree(fresh / waste, ignore_errors=True)


def _bootstrap(builder: str, fresh: Path, options: list[str], told: Callable[[str], None], lock: IO[str]) -> str:
    """Run mmdebstrap, telling its steps; answers its complaint, empty when it went well."""
    how = ["--mode=root"] if os.geteuid() == 0 else ["--mode=unshare", "--format=tar"]
    target = fresh if os.geteuid() == 0 else fresh.with_suffix(".tar")
    argv = [builder, *how, *options, "--variant=minbase", f"--include={','.join(PACKAGES)}", SUITE, str(target)]
    lines: list[str] = []
    with subprocess.Popen(  # noqa: S603 - our own argv
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env={**os.environ, "PATH": outside_path()},
        pass_fds=(lock.fileno(),),
    ) as process:
        overdue = threading.Timer(BUILD_DEADLINE, process.kill)
        overdue.daemon = True
        overdue.start()
        for line in process.stderr or ():
            lines.append(line)
            if line.startswith("I: ") and "received signal" not in line:
                told(line[3:].strip())
        overdue.cancel()
    if process.returncode == 0:
        return ""
    return "".join(lines[-200:]) or f"E: it ended with status {process.returncode}"
