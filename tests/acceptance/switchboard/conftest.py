"""A switchboard on a real Asterisk of its own, callers made by SIPp or by Asterisk, and a look for what leaked."""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from ivr.rtp.link import PortRange
from ivr.telephony.ari import AriClient, AriConfig
from ivr.telephony.ari_commands import ListBridges, ListChannels, Originate
from ivr.telephony.callflow_values import FlowPolicy
from ivr.telephony.media import NewRtpLink
from ivr.telephony.switchboard import Switchboard, SwitchboardConfig

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from ivr.handover_ports import HandoverMode
    from ivr.ports import CallControl, CallOffer, HangUp, MediaLink
    from ivr.telephony.media import NewLink
    from ivr.telephony.pbx import LocalPbx

TICK = 0.02
HEADERS = """Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:1001@[local_ip]:[local_port]>;tag=[pid]t[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>{to}
Call-ID: [call_id]
CSeq: {cseq}
Contact: <sip:1001@[local_ip]:[local_port]>
Max-Forwards: 70"""
AUDIO = """m=audio [auto_media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000"""


@dataclass
class Desk:
    """Makes sessions that echo, and remembers how their calls went."""

    lasts: Callable[[], float] = lambda: 3600.0
    left: list[HangUp] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    setup_ms: list[float] = field(default_factory=list)
    moves: list[tuple[str, HandoverMode]] = field(default_factory=list)
    sessions: list[EchoSession] = field(default_factory=list)

    def __call__(self, offer: CallOffer, link: MediaLink, control: CallControl) -> EchoSession:
        self.setup_ms.append((time.time() - offer.started_at) * 1000)
        session = EchoSession(self, offer, link, control)
        self.sessions.append(session)
        return session


class EchoSession:
    """Sends back what it hears until the line is gone or the agent has had enough."""

    def __init__(self, desk: Desk, offer: CallOffer, link: MediaLink, control: CallControl) -> None:
        self.desk, self.offer, self.link, self.control = desk, offer, link, control
        self._over = asyncio.Event()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + self.desk.lasts()
        while not self._over.is_set() and loop.time() < until:
            self.link.send(self.link.receive())
            await asyncio.sleep(TICK)
        if not self._over.is_set():
            await self.control.hang_up()

    def press(self, digit: str) -> None:
        self.desk.keys.append(digit)

    def move(self, target: str, mode: HandoverMode) -> None:
        self.desk.moves.append((target, mode))

    def leave(self, hangup: HangUp) -> None:
        self.desk.left.append(hangup)
        self._over.set()


@dataclass
class Exchange:
    """A PBX with a switchboard that is running."""

    pbx: LocalPbx
    ari: AriClient
    board: Switchboard
    desk: Desk
    running: asyncio.Task[None]

    async def settled(self, seconds: float = 15.0, *, but: tuple[str, ...] = ()) -> None:
        """Wait until nothing is left on either side ``but`` these channels and bridges; fails naming what is."""
        deadline = time.monotonic() + seconds
        while True:
            left = {
                "calls": self.board.calls,
                "ledger": self.board.ledger.outstanding(),
                "channels": [one.id for one in await self.ari.do(ListChannels()) if one.id not in but],
                "bridges": [one.id for one in await self.ari.do(ListBridges()) if one.id not in but],
            }
            if not any(left.values()):
                return
            assert time.monotonic() < deadline, left
            await asyncio.sleep(0.1)

    async def until(self, condition: Callable[[], bool], seconds: float = 20.0) -> None:
        """Wait for something to become true."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.board.calls
            await asyncio.sleep(0.05)

    async def talking(self, calls: int) -> None:
        """Wait until so many calls are in conversation."""
        await self.until(lambda: sum(call.state == "talking" for call in self.board.calls) == calls)

    async def ring(self, name: str, extension: str = "100") -> None:
        """Let Asterisk itself call us, with its echo application as the caller."""
        await self.ari.do(
            Originate(name, f"Local/{extension}@phones/n", extension="600", context="phones", caller_id="600")
        )

    def setup_times(self) -> tuple[float, float]:
        """Say how long callers waited from StasisStart to their session, in milliseconds: p50 and p95."""
        times = sorted(self.desk.setup_ms)
        return round(statistics.median(times), 1), round(times[int(len(times) * 0.95)], 1)


def ari_config(pbx: LocalPbx, **changes: Any) -> AriConfig:
    config = pbx.config
    return AriConfig(
        **({"url": config.ari_url, "user": config.ari_user, "password": config.ari_password, "app": "ivr"} | changes)
    )


def inet_sockets() -> int:
    return len(psutil.Process().net_connections(kind="inet"))


@asynccontextmanager
async def exchange(
    pbx: LocalPbx, desk: Desk, config: SwitchboardConfig | None = None, new_link: NewLink | None = None
) -> AsyncIterator[Exchange]:
    """Run a switchboard; afterwards neither a socket nor a task of it may be left."""
    sockets, tasks = inet_sockets(), asyncio.all_tasks()
    first_port = random.randrange(46000, 58000, 2)
    async with AriClient(ari_config(pbx)) as ari:
        rtp = NewRtpLink(PortRange("127.0.0.1", first_port, first_port + 200), "127.0.0.1", "alaw")
        board = Switchboard(ari, new_link or rtp, desk, config or SwitchboardConfig(FlowPolicy(media_timeout=60.0)))
        running = asyncio.create_task(board.run())
        try:
            async with asyncio.timeout(20):
                await board.ready.wait()
            yield Exchange(pbx, ari, board, desk, running)
        finally:
            running.cancel()
            await asyncio.wait([running])
    await asyncio.sleep(0.05)  # transports close on the loop's next turn
    assert inet_sockets() == sockets
    assert asyncio.all_tasks() <= tasks


class Sipp:
    """SIP callers, by scenarios that are put together from parts."""

    def __init__(self, pbx: LocalPbx, folder: Path, port: int) -> None:
        self._pbx, self._folder, self._port = pbx, folder, port
        self._voice = folder / "voice.al"
        self._voice.write_bytes(bytes([0xD5, 0x55] * 4000))

    def scenario(self, name: str, after: str, *, media: str = AUDIO, refused: int = 0) -> Path:
        """Write a caller that dials, passes the password check, and does ``after`` once answered."""
        answer = (
            f'<recv response="{refused}"/>{self._request("ACK", "1 ACK", to="[peer_tag_param]")}'
            if refused
            else f'<recv response="200" rrs="true"/>{self._request("ACK", "2 ACK", next_hop=True)}{after}'
        )
        path = self._folder / f"{name}.xml"
        path.write_text(
            '<?xml version="1.0" encoding="ISO-8859-1" ?>\n'
            f'<scenario name="{name}">{self._invite(1, media)}<recv response="401" auth="true"/>'
            f"{self._request('ACK', '1 ACK', to='[peer_tag_param]')}{self._invite(2, media)}"
            '<recv response="100" optional="true"/><recv response="180" optional="true"/>'
            f'<recv response="183" optional="true"/>{answer}</scenario>\n'
        )
        return path

    def voice(self) -> str:
        return f'<nop><action><exec rtp_stream="{self._voice},-1,8,PCMA/8000"/></action></nop>'

    def bye(self) -> str:
        return f'{self._request("BYE", "3 BYE", next_hop=True)}<recv response="200"/>'

    @staticmethod
    def wait_for_bye() -> str:
        return (
            '<recv request="BYE"/><send><![CDATA[\nSIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n'
            "[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n\n]]></send>"
        )

    def _invite(self, number: int, media: str) -> str:
        authentication = "[authentication]\n" if number > 1 else ""
        return (
            '<send retrans="500"><![CDATA[\nINVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n'
            f"{HEADERS.format(to='', cseq=f'{number} INVITE')}\n{authentication}Content-Type: application/sdp\n"
            "Content-Length: [len]\n\nv=0\no=u 1 1 IN IP4 [local_ip]\ns=-\nc=IN IP4 [media_ip]\nt=0 0\n"
            f"{media}\n]]></send>"
        )

    @staticmethod
    def _request(method: str, cseq: str, *, to: str = "[peer_tag_param]", next_hop: bool = False) -> str:
        target = "[next_url]" if next_hop else "sip:[service]@[remote_ip]:[remote_port]"
        return (
            f"<send><![CDATA[\n{method} {target} SIP/2.0\n{HEADERS.format(to=to, cseq=cseq)}\n"
            "Content-Length: 0\n\n]]></send>"
        )

    async def call(self, scenario: Path, calls: int, *, at_once: int = 20, rate: int = 40) -> None:
        """Make the calls; fails with SIPp's own words when one did not go by the scenario."""
        errors = scenario.with_suffix(".errors")
        sipp = await asyncio.create_subprocess_exec(
            *("sipp", "-sf", str(scenario), "-s", "100", f"127.0.0.1:{self._pbx.config.sip_port}"),
            *("-i", "127.0.0.1", "-p", str(self._port), "-mi", "127.0.0.1", "-au", "1001"),
            *("-ap", self._pbx.config.phones["1001"], "-m", str(calls), "-l", str(at_once), "-r", str(rate)),
            *("-nostdin", "-timeout", "60s", "-timeout_error", "-trace_err", "-error_file", str(errors)),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            status = await sipp.wait()
        finally:
            if sipp.returncode is None:
                sipp.kill()
                await sipp.wait()
        said = errors.read_text(errors="replace")[:2000] if errors.exists() else "nothing was logged"
        assert status == 0, f"SIPp ended with {status}: {said}"


@pytest.fixture(scope="module")
def own_pbx(new_pbx: Callable[[], LocalPbx]) -> LocalPbx:
    """Start an Asterisk that this module may restart."""
    pbx = new_pbx()
    pbx.start()
    return pbx


@pytest.fixture
def sipp(own_pbx: LocalPbx, tmp_path: Path) -> Sipp:
    return Sipp(own_pbx, tmp_path, 20000 + os.getpid() % 1000 * 2 + 1)


@pytest.fixture
def open_exchange() -> Callable[..., Any]:
    return exchange


@pytest.fixture
def new_desk() -> type[Desk]:
    return Desk


@pytest.fixture
def config_of() -> Callable[..., AriConfig]:
    return ari_config
