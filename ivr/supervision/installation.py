"""What this installation runs, worked out from its settings: the parts, and how a phone registers."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import BaseModel

from ivr.bootstrap_llm import build_thinking
from ivr.dialogue.script import load_script
from ivr.engines.store import ModelStore
from ivr.errors import ModelMissing, PbxError
from ivr.heartbeat import beat_path
from ivr.settings import ensure_secrets, load_settings
from ivr.supervision.logs import secret_values
from ivr.supervision.machine import check_ports
from ivr.supervision.parts import BeatProbe, HttpProbe, Part, Plan
from ivr.supervision.state import SupervisionError, read_registration, read_status
from ivr.telephony.outside import outside_number
from ivr.telephony.pbx import LocalPbx
from ivr.telephony.pbx_config import PbxConfig
from ivr.telephony.pbx_install import find

if TYPE_CHECKING:
    from ivr.settings import Settings

PART_NAMES = ("pbx", "llm", "calls", "jobs", "api")
"""They end in reverse order: calls before the PBX that carries them."""

DRAIN_CALLS = 30.0
DRAIN_JOBS = 10.0
ANYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - compared with, not bound to

NUMBERS = {
    "100": "the agent",
    "101": "the agent, after saying that the call is recorded",
    "600": "an echo of your own voice",
    "1001-1009": "the other phones",
    "2000": "the queue of people",
}


class Account(BaseModel):
    """A phone's SIP account."""

    user: str
    password: str


class Registration(BaseModel):
    """How a phone registers, and what it can dial."""

    host: str
    port: int
    codecs: list[str]
    users: list[Account]
    numbers: dict[str, str]
    api: str
    secrets: str


def prepare() -> Settings:
    """Generate the secrets that are missing and read the settings; raises what keeps the system from starting."""
    ensure_secrets(Path(os.environ.get("IVR_HOME", "var")).expanduser())
    settings = load_settings()
    if read_status(settings.home).state in {"starting", "running", "stopping"}:
        return settings
    load_script(settings.persona)
    build_thinking(settings)
    if settings.pbx == "local" and find(settings.cache) is None:
        raise PbxError("no Asterisk is installed; run: ivr pbx install")
    store = ModelStore(settings.cache)
    if missing := store.missing(store.manifest.needed(settings.is_on)):
        raise ModelMissing(f"models are missing ({', '.join(missing)}); run: ivr models pull")
    busy = [finding for finding in check_ports(settings) if finding.state == "fail"]
    if busy:
        raise SupervisionError("; ".join(f"{item.name} is {item.detail}: {item.mend}" for item in busy))
    return settings


def system_plan(settings: Settings) -> Plan:
    """Work out what the supervisor runs."""
    parts = [
        Part(
            name="calls",
            argv=_ivr("serve", "calls"),
            probe=BeatProbe(path=beat_path(settings.home, "calls")),
            start_within=180.0,
            drain=DRAIN_CALLS,
        ),
        Part(
            name="jobs",
            argv=_ivr("serve", "jobs"),
            probe=BeatProbe(path=beat_path(settings.home, "jobs")),
            drain=DRAIN_JOBS,
        ),
        Part(
            name="api",
            argv=_ivr("serve", "api"),
            probe=HttpProbe(url=f"{api_address(settings)}/health", statuses=(200, 503)),
        ),
    ]
    if settings.serves_llamacpp:
        health = f"http://{settings.llm_host}:{settings.llm_port}/health"
        loading_counts = (200, 503)  # calls need not wait for it: the built-in engine answers until then
        parts.insert(
            0, Part(name="llm", argv=_ivr("serve", "llm"), probe=HttpProbe(url=health, statuses=loading_counts))
        )
    if settings.pbx == "local":
        parts.insert(0, _pbx_part(settings))
    return Plan(
        home=settings.home,
        parts=tuple(parts),
        log_format=settings.log_format,
        secrets=tuple(secret_values(settings)),
        registration=_work_out_registration(settings).model_dump(),
    )


def pbx_config(settings: Settings) -> PbxConfig:
    """Say what the local PBX is made of."""
    ari = urlsplit(settings.ari_url)
    return PbxConfig(
        ari_user=settings.ari_user,
        ari_password=settings.ari_password.get_secret_value(),
        phone_password=settings.phone_password.get_secret_value(),
        ari_app=settings.ari_app,
        http_host=ari.hostname or "127.0.0.1",
        http_port=ari.port or 8088,
        sip_host=settings.sip_host,
        sip_port=settings.sip_port,
        rtp_first=settings.pbx_rtp_port_min,
        rtp_last=settings.pbx_rtp_port_max,
        language=settings.language,
        carrier=settings.carrier,
        carrier_user=settings.carrier_user,
        carrier_password=settings.carrier_password.get_secret_value(),
        external_address=settings.external_address,
        outside=outside_number(settings.transfer_to, settings.country, carrier=bool(settings.carrier)),
        agent_in_queue=settings.agent_in_queue,
        addresses=(sip_host(settings),),
    )


def local_pbx(settings: Settings) -> LocalPbx:
    """Find the PBX of this installation; PbxError when no Asterisk is installed."""
    program = find(settings.cache)
    if program is None:
        raise PbxError("no Asterisk is installed; run: ivr pbx install")
    return LocalPbx(pbx_config(settings), program, settings.home / "pbx")


def registration(settings: Settings) -> Registration:
    """Say how a phone registers: at the set that runs, or else at the one that these settings would start.

    At an external PBX its administrator knows the accounts.
    """
    running = read_registration(settings.home)
    return Registration.model_validate(running) if running else _work_out_registration(settings)


def _work_out_registration(settings: Settings) -> Registration:
    local = settings.pbx == "local"
    phones = pbx_config(settings).phones if local and settings.phone_password.get_secret_value() else {}
    return Registration(
        host=sip_host(settings),
        port=settings.sip_port,
        codecs=["alaw", "ulaw", "g722", "opus"],
        users=[Account(user=user, password=password) for user, password in phones.items()],
        numbers=NUMBERS,
        api=api_address(settings),
        secrets=str(settings.home / "secrets.env"),
    )


def api_address(settings: Settings) -> str:
    """Say where this machine reaches the API."""
    host = "127.0.0.1" if settings.web_host in ANYWHERE else settings.web_host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.web_port}"


def sip_host(settings: Settings) -> str:
    """Say which address a phone registers at: the configured one, or this machine's own in its network."""
    if settings.pbx == "external":
        return urlsplit(settings.ari_url).hostname or ""
    if settings.sip_host not in ANYWHERE:
        return settings.sip_host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # chooses a route, sends nothing
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _pbx_part(settings: Settings) -> Part:
    ari = urlsplit(settings.ari_url)
    return Part(
        name="pbx",
        argv=_ivr("pbx", "run"),
        env={"TZ": "UTC"},
        probe=HttpProbe(
            url=f"http://{ari.netloc}/ari/asterisk/info",
            user=settings.ari_user,
            password=settings.ari_password.get_secret_value(),
        ),
        grace=10.0,
    )


def _ivr(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "ivr", *words)
