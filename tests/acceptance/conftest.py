"""A real Asterisk for the tests: one for the session, and others for tests that break theirs."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.telephony.pbx import LocalPbx
from ivr.telephony.pbx_config import PbxConfig
from ivr.telephony.pbx_install import install

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ivr.telephony.pbx_install import AsteriskProgram


def free_port() -> int:
    """Find a port that is free for TCP and UDP, with the next one free too."""
    while True:
        with socket.socket() as first, socket.socket() as second, socket.socket(type=socket.SOCK_DGRAM) as third:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
                third.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def rtp_ports() -> tuple[int, int]:
    """Find a range of 400 ports of which the first is free."""
    base = 20000 + free_port() % 25000
    return base, base + 400


@pytest.fixture(scope="session")
def cache() -> Path:
    return Path(os.environ.get("IVR_CACHE", "~/.cache/ivr")).expanduser()


@pytest.fixture(scope="session")
def asterisk(cache: Path) -> AsteriskProgram:
    return install(cache, print)


def config_for_test() -> PbxConfig:
    first, last = rtp_ports()
    return PbxConfig(
        "ivr",
        "ari-password-of-the-tests",
        "phone-password-of-the-tests",
        http_port=free_port(),
        sip_host="127.0.0.1",
        sip_port=free_port(),
        rtp_first=first,
        rtp_last=last,
    )


@pytest.fixture(scope="session")
def new_config() -> Callable[[], PbxConfig]:
    return config_for_test


@pytest.fixture(scope="session")
def short_folder() -> Iterator[Callable[[], Path]]:
    """Make folders whose names are short enough for Asterisk's socket."""
    with tempfile.TemporaryDirectory(prefix="ivr-", dir="/tmp") as folder:
        yield lambda: Path(tempfile.mkdtemp(dir=folder))


@pytest.fixture(scope="session")
def new_pbx(asterisk: AsteriskProgram) -> Iterator[Callable[[], LocalPbx]]:
    """Make further instances, each in its own directory and on its own ports; stops them in the end."""
    made: list[LocalPbx] = []
    with tempfile.TemporaryDirectory(prefix="ivr-", dir="/tmp") as folder:

        def make() -> LocalPbx:
            pbx = LocalPbx(config_for_test(), asterisk, Path(folder) / str(len(made)))
            made.append(pbx)
            return pbx

        yield make
        for pbx in made:
            pbx.stop()


@pytest.fixture(scope="session")
def pbx(new_pbx: Callable[[], LocalPbx]) -> LocalPbx:
    """Start the Asterisk that tests share; they leave it as they found it."""
    running = new_pbx()
    running.start()
    return running
