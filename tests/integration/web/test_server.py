"""The API on a real socket."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = "a-key-for-tests"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "IVR_HOME": str(tmp_path / "home"),
        "STORAGE_LOCAL_PATH": str(tmp_path / "recordings"),
        "WEB_API_KEY": KEY,
        "WEB_PORT": str(port),
        "ARI_URL": "http://127.0.0.1:1/ari",
        "ARI_PASSWORD": "no-pbx-here",
    }
    argv = [sys.executable, "-m", "ivr", "serve", "api"]
    with (tmp_path / "err").open("wb") as err:
        server = subprocess.Popen(argv, env={**os.environ, **settings}, stderr=err)
    base = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 30
    while not listens(port):
        assert server.poll() is None, (tmp_path / "err").read_text()
        assert time.monotonic() < deadline, (tmp_path / "err").read_text()
        time.sleep(0.1)
    yield base
    server.send_signal(signal.SIGTERM)
    assert server.wait(10) in {0, -signal.SIGTERM}


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_api_tells_its_health_and_guards_the_rest(address: str) -> None:
    health = httpx.get(f"{address}/health", timeout=10)
    assert health.status_code == 503
    assert health.json()["failing"] == ["pbx", "calls"]
    assert httpx.get(f"{address}/recordings").status_code == 401
    assert httpx.get(f"{address}/recordings", headers={"X-API-Key": KEY}).json()["items"] == []
    assert httpx.get(f"{address}/docs").status_code == 200
