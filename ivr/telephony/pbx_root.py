"""Runs programs inside an isolated Asterisk root: a private view of the mounts, this machine's network."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from ivr.errors import PbxError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

INSIDE = "/mnt"
"""Where an instance's directory is seen inside the root."""

# Everything is exec: the process that is started is the one that ends up being Asterisk, so signals reach it,
# and its mounts are gone the moment it is. It keeps no privilege but the one to use files of another owner.
_ENTER = """
set -e
root=$1 home=$2; shift 2
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
# Without a hosts file every RTP stream asks the DNS for this machine's own name, and calls stand still meanwhile.
for name in resolv.conf hosts; do
  [ -e "$root/etc/$name" ] || : > "$root/etc/$name" || :
  if [ -e "/etc/$name" ] && [ -e "$root/etc/$name" ]; then mount --bind "/etc/$name" "$root/etc/$name"; fi
done
if [ -n "$home" ]; then mount --bind "$home" "$root/mnt"; fi
ulimit -n 16384 2>/dev/null || :
cd /
exec chroot "$root" setpriv --bounding-set=-all,+dac_override --no-new-privs "$@"
"""


def outside_path() -> str:
    """Give the PATH to look for programs on; an ordinary user's lacks the folders of ``chroot`` and ``asterisk``."""
    return os.pathsep.join((os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"))


def tool(name: str, package: str) -> str:
    """Find a program of the system; PbxError says which package brings it."""
    path = shutil.which(name, path=outside_path())
    if path is None:
        raise PbxError(f"the program {name} is missing; run as root: apt-get install {package}")
    return path


def enter(root: Path, home: Path | None, argv: Sequence[str]) -> list[str]:
    """Give the command that becomes ``argv`` inside ``root``, seeing ``home`` at INSIDE; needs no root user."""
    mapped = [] if os.geteuid() == 0 else ["--map-root-user"]
    place = "" if home is None else str(home)
    return [
        *(tool("unshare", "util-linux"), "--mount", *mapped, "--"),
        *("env", f"PATH={outside_path()}", "sh", "-c", _ENTER, "ivr-pbx", str(root), place, *argv),
    ]
