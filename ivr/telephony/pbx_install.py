"""Finds an Asterisk, or builds an isolated one from Debian's packages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.errors import PbxError
from ivr.telephony.pbx_build import build, root_of
from ivr.telephony.pbx_root import enter, outside_path

if TYPE_CHECKING:
    from collections.abc import Callable

OLDEST = 18
NEEDED = frozenset({"chan_pjsip", "chan_rtp", "res_ari_channels", "res_ari_events", "app_stasis", "res_stasis_snoop"})
"""Without one of these an Asterisk cannot serve us at all."""

VERSION = re.compile(r"Asterisk\s+(?:certified/|GIT-)?(\d+(?:\.\d+)*)")


@dataclass(frozen=True, slots=True)
class AsteriskProgram:
    """An Asterisk to run: the system's (``root`` None) or one in a root of its own."""

    version: str
    root: Path | None = None

    @property
    def base(self) -> Path:
        """Say where its file system begins, seen from outside."""
        return self.root or Path("/")

    @property
    def release(self) -> tuple[int, int]:
        """Give the version as numbers: (22, 10)."""
        numbers = [int(number) for number in re.findall(r"\d+", self.version)]
        return (numbers[0], numbers[1] if len(numbers) > 1 else 0)

    @property
    def modules(self) -> frozenset[str]:
        """Name the modules that it has."""
        return frozenset(path.stem for folder in self._module_folders() for path in folder.glob("*.so"))

    @property
    def module_dir(self) -> str:
        """Say where it has them, as it sees it itself."""
        found = next((path for path in self._module_folders() if path.is_dir()), None)
        return f"/{found.relative_to(self.base)}" if found else ""

    @property
    def data_dir(self) -> str:
        """Say where its sounds and API description are, as it sees it itself."""
        for folder in ("usr/share/asterisk", "var/lib/asterisk", "usr/local/share/asterisk"):
            if (self.base / folder / "rest-api").is_dir():
                return f"/{folder}"
        return "/var/lib/asterisk"

    def _module_folders(self) -> list[Path]:
        base = self.base
        plain = (base / folder / "asterisk/modules" for folder in ("usr/lib", "usr/lib64", "usr/local/lib"))
        return [*base.glob("usr/lib/*/asterisk/modules"), *plain]


def find(cache: Path, told: Callable[[str], None] = lambda _: None) -> AsteriskProgram | None:
    """Find the system's Asterisk (18 or newer), or the one that was built before; tells why it passes one over."""
    system = shutil.which("asterisk", path=outside_path())
    if system:
        try:
            program = probe([system, "-V"])
        except PbxError as error:
            told(f"passing over {system}: {error}")
        else:
            if (reason := unfit(program)) is None:
                return program
            told(f"passing over {system}: {reason}")
    root = root_of(cache)
    return probe(enter(root, None, ["/usr/sbin/asterisk", "-V"]), root) if root.is_dir() else None


def unfit(program: AsteriskProgram) -> str | None:
    """Say why an Asterisk cannot serve us; None when it can."""
    if program.release[0] < OLDEST:
        return f"Asterisk {program.version} is too old ({OLDEST} or newer is needed)"
    missing = NEEDED - program.modules
    return f"it lacks the modules {', '.join(sorted(missing))}" if missing else None


def install(cache: Path, told: Callable[[str], None]) -> AsteriskProgram:
    """Find an Asterisk or build one (half a minute, 400 MB); starts over after a break, one build at a time."""
    program = find(cache, told)
    if program is None:
        root = build(cache, told, lambda fresh: probe(enter(fresh, None, ["/usr/sbin/asterisk", "-V"]), fresh))
        program = probe(enter(root, None, ["/usr/sbin/asterisk", "-V"]), root)
    told(f"Asterisk {program.version} in {program.root or 'this system'}")
    return program


def probe(command: list[str], root: Path | None = None) -> AsteriskProgram:
    """Ask a program for its version; PbxError when it does not run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 - our own argv
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PbxError(f"{command[0]} does not run ({error}); {_mend(root)}") from None
    match = VERSION.search(done.stdout)
    if done.returncode != 0 or match is None:
        said = " ".join((done.stderr or done.stdout).split())[-300:] or f"status {done.returncode}"
        raise PbxError(f"Asterisk does not tell its version ({said}); {_mend(root)}")
    return AsteriskProgram(match[1], root)


def _mend(root: Path | None) -> str:
    if root is None:
        return "reinstall Asterisk"
    mend = f"delete {root} and run: ivr pbx install"
    if os.geteuid() == 0:
        return mend
    return (
        f"{mend}; where the system forbids user namespaces, allow them "
        "(sysctl kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu) or run as root"
    )
