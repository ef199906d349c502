"""What the commands that make calls share: the SIP account, the callers' voices, a system that runs."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ivr.bootstrap_tts import build_caller_voice
from ivr.cli.up import Progress
from ivr.errors import ConfigError
from ivr.settings import load_settings
from ivr.supervision import control
from ivr.supervision.installation import ANYWHERE, prepare, registration, sip_host, system_plan
from ivr.supervision.state import read_status
from ivr.trials.line import TrialLine
from ivr.trials.voices import CallerVoices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from ivr.settings import Settings

ASIDE = {
    "SIP_PORT": "15060",
    "ARI_URL": "http://127.0.0.1:18088/ari",
    "WEB_PORT": "18000",
    "PBX_RTP_PORT_MIN": "20000",
    "PBX_RTP_PORT_MAX": "20998",
    "RTP_PORT_MIN": "40000",
    "RTP_PORT_MAX": "40998",
}
"""Ports of a system that a demonstration starts for itself, so that it never meets a real PBX."""


def open_line(settings: Settings, user: str = "1001", password: str = "", server: str = "", port: int = 0) -> TrialLine:
    """Give the account that simulated callers use; what is left out comes from the settings."""
    told = registration(settings)
    known = {account.user: account.password for account in told.users}
    password = password or known.get(user, "")
    if not password:
        raise ConfigError(f"no password is known for phone {user}; give --password, or start the local PBX (ivr up)")
    host = "127.0.0.1" if settings.sip_host in ANYWHERE and settings.pbx == "local" else sip_host(settings)
    voices = CallerVoices(lambda: build_caller_voice(settings), settings.cache / "trials")
    return TrialLine(server or host, port or told.port, user, password, voices)


@contextmanager
def running_system(console: Console) -> Iterator[Settings]:
    """Give the settings of a system that runs: the one that is up, or one started now and ended afterwards."""
    settings = load_settings()
    if read_status(settings.home).state in {"starting", "running"}:
        settings = prepare()
        control.start(system_plan(settings), Progress(console))  # waits until the other command's start is over
        yield settings
        return
    for name, value in ASIDE.items():
        if name.lower() not in settings.model_fields_set:
            os.environ[name] = value
    settings = prepare()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # so that `finally` ends what we start
    console.print("[bold]Starting[/] PBX and agent (the speech models take a moment)")
    try:
        control.start(system_plan(settings), Progress(console))
        yield settings
    finally:
        control.stop(settings.home, now=True)
        console.print("[dim]PBX and agent are stopped again; ivr up keeps them running[/]")
