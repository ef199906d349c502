"""The softphone's own process: one PJSUA2 endpoint, commands and events as JSON lines on stdin and stdout.

PJSUA2 allows one endpoint a process and wants all calls from one thread, so it lives here and not in an event loop.
``python -m ivr.telephony.phone_process`` reads its configuration as the first line; end of input hangs up and ends.
"""

from __future__ import annotations

import contextlib
import os
import select
from pathlib import Path
from typing import Any

import pjsua2

from ivr.telephony.phone_audio import TICK, AudioTap, LevelGate, Mouth, TwoTrackWriter, Utterance, decode, line_noise
from ivr.telephony.phone_endpoint import account_config, sip_address, start_endpoint
from ivr.telephony.phone_lines import EVENTS, Commands, emit
from ivr.telephony.phone_values import PhoneConfig

VIDEO = "m=video 40000 RTP/AVP 97\r\nc=IN IP4 {address}\r\na=rtpmap:97 H264/90000\r\na=sendrecv\r\n"
LOOP_MS = 10
NICENESS = -10


class Account(pjsua2.Account):  # type: ignore[misc]  # SWIG classes are untyped
    """Who the phone is: it rings when it is called at its address, registered or not."""

    def __init__(self, phone: SoftPhone) -> None:
        super().__init__()
        self._phone = phone

    def onRegState(self, prm: pjsua2.OnRegStateParam) -> None:  # noqa: N802 - pjsua2's name
        """Tell how a registration went."""
        emit("registration", code=prm.code, reason=prm.reason, active=prm.expiration > 0)

    def onIncomingCall(self, prm: pjsua2.OnIncomingCallParam) -> None:  # noqa: N802 - pjsua2's name
        """Ring; the phone answers when it is told to."""
        self._phone.ring(Leg(self._phone, self, prm.callId))


class Leg(pjsua2.Call):  # type: ignore[misc]  # SWIG classes are untyped
    """One call."""

    def __init__(self, phone: SoftPhone, account: Account, call_id: int = pjsua2.PJSUA_INVALID_ID) -> None:
        super().__init__(account, call_id)
        self._phone = phone
        self.over = False
        self.asked_to_end = False

    def onCallState(self, prm: pjsua2.OnCallStateParam) -> None:  # noqa: N802 - pjsua2's name
        """Tell how the call goes."""
        del prm
        info = self.getInfo()
        if info.state == pjsua2.PJSIP_INV_STATE_EARLY:
            emit("ringing", code=info.lastStatusCode)
        elif info.state == pjsua2.PJSIP_INV_STATE_CONFIRMED:
            emit("answered", code=info.lastStatusCode)
        elif info.state == pjsua2.PJSIP_INV_STATE_DISCONNECTED:
            self.over = True
            self._phone.leg_ended(self, info.lastStatusCode, info.lastReason)

    def onCallMediaState(self, prm: pjsua2.OnCallMediaStateParam) -> None:  # noqa: N802 - pjsua2's name
        """Connect the caller's mouth and ear."""
        del prm
        info = self.getInfo()
        media = info.media  # indexed while ``info`` lives: iterating the temporary dangles in SWIG
        for index in range(len(media)):
            if media[index].type == pjsua2.PJMEDIA_TYPE_AUDIO and media[index].status == pjsua2.PJSUA_CALL_MEDIA_ACTIVE:
                self._phone.connect(self.getAudioMedia(index))
                emit("media", codec=self.getStreamInfo(index).codecName)

    def onCallSdpCreated(self, prm: pjsua2.OnCallSdpCreatedParam) -> None:  # noqa: N802 - pjsua2's name
        """Offer only video, when that is wanted."""
        if self._phone.config.offer == "video":
            sdp = prm.sdp.wholeSdp
            prm.sdp.wholeSdp = sdp[: sdp.index("m=audio")] + VIDEO.format(address=self._phone.config.local_address)

    def onDtmfDigit(self, prm: pjsua2.OnDtmfDigitParam) -> None:  # noqa: N802 - pjsua2's name
        """Tell which key the far end pressed."""
        emit("digit", digit=prm.digit)


class SoftPhone:
    """The endpoint, its account and its one call."""

    def __init__(self, config: PhoneConfig) -> None:
        self.config = config
        self._rate = config.rate
        noise = config.line_noise_dbfs
        self._mouth = Mouth(self._rate, line_noise(noise, self._rate) if noise is not None else b"")
        self._endpoint = start_endpoint(config)
        self._tap = AudioTap(self._mouth, self._rate)
        self._gate = LevelGate()
        self._heard_ticks = 0
        self._writer: TwoTrackWriter | None = None
        self._account = Account(self)
        self._account.create(account_config(config, registers=False))
        self._leg: Leg | None = None
        self._ended: list[Leg] = []

    # --- the call ----------------------------------------------------------------------------

    def call(self, number: str, record: str) -> None:
        """Dial."""
        self._open_recording(record)
        self._leg = Leg(self, self._account)
        self._leg.makeCall(sip_address(self.config, number), pjsua2.CallOpParam(True))

    def ring(self, leg: Leg) -> None:
        """Take an incoming call, or turn it away when there is one already."""
        if self._leg is not None:
            busy = pjsua2.CallOpParam()
            busy.statusCode = pjsua2.PJSIP_SC_BUSY_HERE
            leg.hangup(busy)
            self._ended.append(leg)
            return
        self._leg = leg
        emit("incoming", caller=leg.getInfo().remoteUri)

    def answer(self, record: str) -> None:
        """Pick up."""
        if self._leg is not None:
            self._open_recording(record)
            accept = pjsua2.CallOpParam()
            accept.statusCode = pjsua2.PJSIP_SC_OK
            self._leg.answer(accept)

    def hang_up(self) -> None:
        """End the call, if there is one."""
        if self._leg is not None and not self._leg.over:
            self._leg.asked_to_end = True
            self._leg.hangup(pjsua2.CallOpParam())

    def connect(self, audio: pjsua2.AudioMedia) -> None:
        """Join the caller's tap and the call's audio, both ways."""
        self._tap.startTransmit(audio)
        audio.startTransmit(self._tap)

    def leg_ended(self, leg: Leg, code: int, reason: str) -> None:
        """Finish the recording and tell how the call ended."""
        self._ended.append(leg)
        if leg is not self._leg:
            return
        self._leg = None
        self._mouth.hush()
        self.look()
        seconds = self._tap.ticks * TICK
        self._tap.ticks, self._heard_ticks, self._gate = 0, 0, LevelGate()
        path = ""
        if self._writer is not None:
            path = str(self._writer.path)
            self._writer.close()
            self._writer = None
        by = "phone" if leg.asked_to_end else "far"
        emit("ended", code=code, reason=reason, by=by, seconds=round(seconds, 3), recording=path)

    def _open_recording(self, record: str) -> None:
        self._writer = TwoTrackWriter(Path(record), self._rate) if record else None

    # --- the loop ----------------------------------------------------------------------------

    def look(self) -> None:
        """Write what the bridge's clock has produced, and tell what changed."""
        pairs = self._tap.pairs
        while len(pairs) > (1 if self._leg is not None else 0):  # the newest pair may still be open
            said, heard = pairs.popleft()
            if self._writer is not None:
                self._writer.write(said, heard)
            change = self._gate.feed(heard, self._heard_ticks)
            self._heard_ticks += 1
            if change is not None:
                emit("sounding" if change[0] else "quiet", at=round(change[1], 3))
        for utterance in self._mouth.finished():
            start = 0 if utterance.start is None else utterance.start
            emit(
                "said",
                number=utterance.number,
                start=round(start * TICK, 3),
                end=round(utterance.end * TICK, 3),
                complete=utterance.complete,
            )

    def obey(self, command: dict[str, Any]) -> None:
        """Do what the line asks."""
        match command.pop("do"):
            case "register":
                self._account.modify(account_config(self.config, registers=True))
            case "call":
                self.call(command["number"], command["record"])
            case "answer":
                self.answer(command["record"])
            case "say":
                pcm = decode(command["pcm"], command["rate"], self._rate)
                self._mouth.say(Utterance(command["number"], pcm))
            case "hush":
                self._mouth.hush()
            case "press":
                self._press(command["digits"])
            case "hang_up":
                self.hang_up()
            case "time":
                emit("time", at=round(self._tap.ticks * TICK, 3))
            case unknown:
                emit("problem", message=f"the phone knows no command {unknown!r}")

    def _press(self, digits: str) -> None:
        if self._leg is None:
            emit("problem", message="there is no call to press keys in; call first")
            return
        keys = pjsua2.CallSendDtmfParam()
        keys.method, keys.digits = pjsua2.PJSUA_DTMF_METHOD_RFC2833, digits
        self._leg.sendDtmf(keys)

    def pump(self, milliseconds: int = LOOP_MS) -> None:
        """Let SIP happen, then look at the audio."""
        self._endpoint.libHandleEvents(milliseconds)
        self.look()
        self._ended.clear()  # not inside their own callback: PJSUA2 still uses the object there

    def shut_down(self) -> None:
        """Hang up, leave the registrar, and give both a second to be heard."""
        self.hang_up()
        for _ in range(100):
            if self._leg is None:
                break
            self.pump()
        self._account.shutdown()
        for _ in range(20):
            self.pump()


def main() -> None:
    """Run until the input ends."""
    os.dup2(2, 1)
    with contextlib.suppress(PermissionError):
        # A phone is a device of its own: what is measured on it must not depend on how busy this machine is.
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    commands = Commands()
    waiting: list[dict[str, Any]] = []
    while not waiting and commands.open:
        select.select([0], [], [])
        waiting = commands.take()
    if not waiting:
        return
    phone = SoftPhone(PhoneConfig(**waiting.pop(0)))
    emit("ready")
    while commands.open:
        for command in waiting:
            try:
                phone.obey(command)
            except pjsua2.Error as error:
                emit("problem", message=error.reason or error.title)
        phone.pump()
        waiting = commands.take()
    phone.shut_down()
    EVENTS.flush()
    os._exit(0)  # PJSUA2's own destruction waits a second and may touch objects that Python freed first


if __name__ == "__main__":
    main()
