"""What a local PBX is made of."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import re
from dataclasses import dataclass, field

from ivr.errors import ConfigError

PHONES = tuple(str(number) for number in range(1001, 1010))
SHORTEST_SECRET = 8


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
    carrier_user: str = ""
    """Account at the carrier, when it wants one; with it we register there."""
    carrier_password: str = field(default="", repr=False)
    outside: str = ""
    """The one number of the public network that the agent may hand callers over to, if any."""
    external_address: str = ""
    """Address that phones outside see, when this machine is behind NAT."""
    addresses: tuple[str, ...] = ()
    """Further names and addresses of this machine that its certificate is to be good for."""
    max_calls: int = 200
    queue_seconds: int = 180
    agent_in_queue: bool = False
    """Whether the agent is a member of the people's queue, for callers whom no person can take."""
    agent_penalty: int = 100
    """Its penalty there: every person is asked first."""
    agent_seconds: int = 4
    """How long callers hear ringing while the agent's application is not connected, before a person takes the call."""
    jitter_ms: int = 0
    """Fixed jitter buffer in Asterisk on the caller's leg; 0 = none: it delays by its whole size, and the agent's own
    jitter buffer sees the same packets."""

    def __post_init__(self) -> None:
        if not self.ari_password or not self.phone_password:
            raise ConfigError("the PBX needs ARI_PASSWORD and PHONE_PASSWORD; `ivr pbx start` generates them")
        for name, secret in (("ARI_PASSWORD", self.ari_password), ("PHONE_PASSWORD", self.phone_password)):
            if len(secret) < SHORTEST_SECRET or secret == self.ari_user:
                raise ConfigError(
                    f"{name} is too easy to guess; take {SHORTEST_SECRET} characters or more, "
                    "or delete the line to have one generated"
                )
        if self.rtp_last - self.rtp_first < 3:  # noqa: PLR2004 - two ports for each of a call's two legs
            raise ConfigError("PBX_RTP_PORT_MAX must be at least 3 above PBX_RTP_PORT_MIN")
        for name, word in (("ARI_USER", self.ari_user), ("ARI_APP", self.ari_app)):
            if not re.fullmatch(r"[A-Za-z0-9_.-]+", word):
                raise ConfigError(f"{name} is {word!r}; use letters, digits, dots, dashes and underscores")
        for name, value in (("SIP_HOST", self.sip_host), ("the host of ARI_URL", self.http_host)):
            _require_address(name, value)

    @property
    def ari_url(self) -> str:
        """Where ARI answers."""
        return f"http://{bracketed(self.http_host)}:{self.http_port}/ari"

    @property
    def tls_port(self) -> int:
        """SIP over TLS."""
        return self.sip_port + 1

    @property
    def https_port(self) -> int:
        """SIP over secure WebSocket, for browsers."""
        return self.http_port + 1

    @property
    def phones(self) -> dict[str, str]:
        """Number -> password."""
        return {number: self._derive(number) for number in PHONES}

    @property
    def browsers(self) -> dict[str, str]:
        """WebRTC user of each number -> password: the same extension in a browser."""
        return {f"{number}-web": self._derive(f"{number}-web") for number in PHONES}

    def _derive(self, number: str) -> str:
        digest = hmac.new(self.phone_password.encode(), number.encode(), hashlib.sha256).digest()
        return base64.b32encode(digest)[:16].decode().lower()


def bracketed(host: str) -> str:
    """Write an address as it stands before a port."""
    return f"[{host}]" if ":" in host else host


def _require_address(name: str, value: str) -> None:
    if value == "localhost":
        return
    try:
        ipaddress.ip_address(value)
    except ValueError:
        raise ConfigError(f"{name} is {value!r}; the local PBX listens on an IP address, such as 127.0.0.1") from None
