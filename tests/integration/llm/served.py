"""``ivr serve llm`` as a process of its own, that tests may kill."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest

from ivr.engines.store import ModelStore

if TYPE_CHECKING:
    from collections.abc import Iterator

CACHE = Path(os.environ.get("IVR_CACHE", "~/.cache/ivr")).expanduser()
MODEL = "qwen2.5-coder-0.5b-instruct"
"""The smallest one of the store: what it says does not matter here, that it is a real one does."""
LOADED_WITHIN = 300


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Served:
    """A llama.cpp with a real model."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        own = {"IVR_HOME": str(home), "LLM_PROVIDER": "llamacpp", "LLM_MODEL": MODEL, "LLM_PORT": str(self.port)}
        self.log = home / "llm.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ivr", "serve", "llm"], env=os.environ | own, stdout=log, stderr=log
            )

    async def ready(self) -> float:
        """Wait until it is healthy; answers how long that took."""
        began = time.monotonic()
        async with aiohttp.ClientSession() as session:
            while time.monotonic() - began < LOADED_WITHIN:
                assert self.process.poll() is None, self.log.read_text(errors="replace")[-2000:]
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}/health") as answer:
                        if answer.status == 200 and (await answer.json())["status"] == "healthy":
                            return time.monotonic() - began
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.2)
        raise AssertionError(self.log.read_text(errors="replace")[-2000:])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def serving(home: Path) -> Iterator[Served]:
    """Run one; the test is skipped where llama.cpp or the model is not installed."""
    pytest.importorskip("xllamacpp", reason="llama.cpp is not installed here: pip install 'ivr[llamacpp]'")
    if ModelStore(CACHE).missing([MODEL]):
        pytest.skip(f"the model is not here: ivr models pull {MODEL}")
    server = Served(home)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.terminate()
            try:
                server.process.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
