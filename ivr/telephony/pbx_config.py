"""What a local PBX is made of, and the files it is rendered to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ivr.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

PROJECT = Path(__file__).parents[2]
TEMPLATES = (PROJECT / "asterisk_conf", PROJECT / "dialplans")
PHONES = tuple(str(number) for number in range(1001, 1010))
CODECS = "a_mu alaw g722 gsm opus opus_open_source resample ulaw"
FORMATS = "gsm pcm sln wav"
MODULES = (
    *("res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb", "res_timing_timerfd", "res_crypto", "res_srtp"),
    *("res_pjproject", "res_pjsip", "res_pjsip_session", "res_pjsip_sdp_rtp", "res_pjsip_caller_id"),
    *("res_pjsip_authenticator_digest", "res_pjsip_outbound_authenticator_digest", "res_pjsip_acl"),
    *("res_pjsip_endpoint_identifier_user", "res_pjsip_endpoint_identifier_ip", "res_pjsip_registrar"),
    *("res_pjsip_nat", "res_pjsip_dtmf_info", "res_pjsip_rfc3326", "res_pjsip_dlg_options", "res_pjsip_pubsub"),
    *("res_pjsip_refer", "res_pjsip_diversion", "res_pjsip_header_funcs", "res_pjsip_outbound_registration"),
    *(
        "res_http_websocket",
        "res_pjsip_transport_websocket",
        "res_websocket_client",
        "res_rtp_asterisk",
        "res_rtp_multicast",
    ),
    *("res_format_attr_opus", "res_musiconhold", "chan_pjsip", "chan_rtp", "chan_websocket"),
    *("res_stasis", "res_stasis_answer", "res_stasis_playback", "res_stasis_recording", "res_stasis_snoop"),
    *("res_ari", "res_ari_model", "res_ari_applications", "res_ari_asterisk", "res_ari_bridges", "res_ari_channels"),
    *("res_ari_endpoints", "res_ari_events", "res_ari_playbacks", "res_ari_recordings", "res_ari_sounds"),
    *("bridge_builtin_features", "bridge_holding", "bridge_native_rtp", "bridge_simple", "bridge_softmix"),
    *(f"codec_{name}" for name in CODECS.split()),
    *(f"format_{name}" for name in FORMATS.split()),
    *("func_callerid", "func_channel", "func_hangupcause", "func_jitterbuffer", "func_logic", "func_strings"),
    *("func_timeout", "func_talkdetect", "res_tonedetect", "pbx_config", "app_amd", "app_dial", "app_echo"),
    *("app_playback", "app_queue", "app_stasis", "app_verbose"),
)
"""In loading order: what a call needs and no more."""


@dataclass(frozen=True, slots=True)
class PbxConfig:
    """One local PBX; passwords are secrets of this installation."""

    ari_user: str
    ari_password: str = field(repr=False)
    phone_password: str = field(repr=False)
    """Each phone's password is derived from this one."""
    ari_app: str = "ivr"
    http_host: str = "127.0.0.1"
    http_port: int = 8088
    sip_host: str = "0.0.0.0"  # noqa: S104 - phones come from the network
    sip_port: int = 5060
    rtp_first: int = 10000
    rtp_last: int = 10998
    language: str = "es"
    carrier: str = ""
    """host:port of the trunk, when there is one."""
    max_calls: int = 200
    queue_seconds: int = 180

    def __post_init__(self) -> None:
        if not self.ari_password or not self.phone_password:
            raise ConfigError("the PBX needs ARI_PASSWORD and PHONE_PASSWORD; `ivr pbx start` generates them")

    @property
    def ari_url(self) -> str:
        """Where ARI answers."""
        return f"http://{self.http_host}:{self.http_port}/ari"

    @property
    def phones(self) -> dict[str, str]:
        """Number -> password."""
        return {number: self._derive(number) for number in PHONES}

    def _derive(self, number: str) -> str:
        digest = hmac.new(self.phone_password.encode(), number.encode(), hashlib.sha256).digest()
        return base64.b32encode(digest)[:16].decode().lower()


@dataclass(frozen=True, slots=True)
class Places:
    """Where the PBX sees its files."""

    base: str
    """The instance's directory as Asterisk sees it."""
    data_dir: str = "/usr/share/asterisk"
    moh_dir: str = "/usr/share/asterisk/moh"
    module_dir: str = ""
    certificate: str = ""
    private_key: str = ""


def render(config: PbxConfig, places: Places, out: Path, installed: Iterable[str] = ()) -> list[Path]:
    """Write every configuration file into ``out``, readable by its owner alone; answers their paths.

    ``installed`` names the modules that the target has (empty: not known), so that old versions load what they have.
    """
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    known = set(installed)
    values = {name: getattr(config, name) for name in config.__slots__} | {
        **{name: getattr(places, name) for name in places.__slots__},
        "phones": config.phones,
        "tls_port": config.sip_port + 1,
        "https_port": config.http_port + 1,
        "modules": [module for module in MODULES if not known or module in known],
    }
    # S701: these are configuration files, not HTML
    jinja = Environment(  # noqa: S701
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    names = sorted(jinja.list_templates(extensions=["j2"]))
    if not names:
        raise ConfigError(f"no templates in {TEMPLATES[0]}; run from a checkout of the project")
    return [_write(out / name.removesuffix(".j2"), jinja.get_template(name).render(values)) for name in names]


def _write(path: Path, text: str) -> Path:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    path.chmod(0o600)
    return path
