"""How the softphone sets PJSUA2 up: one codec, no echo canceller, the shortest jitter buffer."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pjsua2

from ivr.telephony.phone_audio import TICK

if TYPE_CHECKING:
    from ivr.telephony.phone_values import PhoneConfig

CODECS = {"alaw": "PCMA/8000/1", "ulaw": "PCMU/8000/1", "g722": "G722/16000/1", "gsm": "GSM/8000/1"}
RTP_PORTS = range(42000, 59000, 2)


def start_endpoint(config: PhoneConfig) -> pjsua2.Endpoint:
    """Start PJSUA2 with a null sound device, whose clock drives the bridge."""
    endpoint = pjsua2.Endpoint()
    settings = pjsua2.EpConfig()
    settings.uaConfig.threadCnt = 0
    settings.uaConfig.mainThreadOnly = True
    settings.uaConfig.userAgent = "ivr softphone"
    settings.logConfig.level = settings.logConfig.consoleLevel = config.log_level
    settings.logConfig.msgLogging = int(config.log_level > 0)
    media = settings.medConfig
    media.clockRate = media.sndClockRate = config.rate
    media.audioFramePtime = media.ptime = round(TICK * 1000)
    media.noVad, media.ecTailLen = True, 0
    media.jbInit = media.jbMinPre = 20
    media.jbMaxPre, media.jbMax = 200, 400
    endpoint.libCreate()
    endpoint.libInit(settings)
    transport = pjsua2.TransportConfig()
    transport.boundAddress = config.local_address
    transport.port = config.local_port
    tcp = config.transport == "tcp"
    endpoint.transportCreate(pjsua2.PJSIP_TRANSPORT_TCP if tcp else pjsua2.PJSIP_TRANSPORT_UDP, transport)
    endpoint.libStart()
    endpoint.audDevManager().setNullDev()
    wanted = CODECS["gsm" if config.offer == "unknown" else config.codec]
    codecs = endpoint.codecEnum2()
    for index in range(len(codecs)):
        name = codecs[index].codecId
        endpoint.codecSetPriority(name, 255 if name == wanted else 0)
    return endpoint


def account_config(config: PhoneConfig, *, registers: bool) -> pjsua2.AccountConfig:
    """Describe the phone's account; it registers once and does not insist, or not at all."""
    account = pjsua2.AccountConfig()
    account.idUri = f"sip:{config.user}@{config.server}"
    credentials = pjsua2.AuthCredInfo("digest", "*", config.user, 0, config.password)
    account.sipConfig.authCreds.append(credentials)
    account.regConfig.registrarUri = sip_address(config) if registers else ""
    account.regConfig.retryIntervalSec = account.regConfig.firstRetryIntervalSec = 0
    account.regConfig.timeoutSec = 300
    account.mediaConfig.lockCodecEnabled = False  # one codec is offered, so no second INVITE is needed
    ports = account.mediaConfig.transportConfig
    ports.boundAddress = config.local_address
    ports.port = random.choice(RTP_PORTS)
    return account


def sip_address(config: PhoneConfig, number: str = "") -> str:
    """Write the address of a number at the server, or of the server itself."""
    user = f"{number}@" if number else ""
    tail = ";transport=tcp" if config.transport == "tcp" else ""
    return f"sip:{user}{config.server}:{config.port}{tail}"
