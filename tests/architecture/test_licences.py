"""The product is MIT: what it is built on must allow that."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ALLOWED = re.compile(
    r"MIT|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla Public|LGPL|Lesser General Public"
    r"|Public[- ]Domain|Zlib|CC0|Unlicense",
    re.IGNORECASE,
)
EXCEPTIONS = {
    "pjsua2-python": "its wheel names no licence and PJSIP is GPL-2; a softphone for the demonstration and the tests, "
    "run in a process of its own and never part of what answers calls",
}


def test_every_dependency_may_be_used_in_an_mit_product() -> None:
    lister = Path(sys.executable).with_name("pip-licenses")
    listed = subprocess.run([lister, "--format=json"], capture_output=True, text=True, check=True).stdout
    wrong = [
        f"{package['Name']}: {package['License']}"
        for package in json.loads(listed)
        if package["Name"] not in EXCEPTIONS and not allowed(package["License"])
    ]
    assert not wrong


def allowed(licence: str) -> bool:
    """Judge one licence field: every part of an AND or a list, any part of an OR."""
    return all(
        any(ALLOWED.search(choice) for choice in re.split(r"\bOR\b", part)) for part in re.split(r"\bAND\b|;", licence)
    )


def test_a_copyleft_licence_would_be_noticed() -> None:
    assert allowed("GNU Lesser General Public License v2 or later (LGPLv2+)")
    assert allowed("Apache-2.0 OR GPL-3.0")
    assert not allowed("GPL-3.0-or-later")
    assert not allowed("MIT AND GPL-2.0")
    assert not allowed("GNU General Public License v3 (GPLv3)")
    assert not allowed("UNKNOWN")
