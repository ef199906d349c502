"""Where the trials' phones register: one PBX, one account, and the callers' voices."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.telephony.phone import Phone
from ivr.telephony.phone_values import PhoneConfig
from ivr.trials.caller import Caller

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.trials.scenario import Scenario
    from ivr.trials.voices import CallerVoices


@dataclass(frozen=True, slots=True)
class TrialLine:
    """A SIP account for simulated callers."""

    server: str
    port: int
    user: str
    password: str
    voices: CallerVoices

    @asynccontextmanager
    async def caller(self, scenario: Scenario) -> AsyncIterator[Caller]:
        """Register a phone on the scenario's line, and put its caller on it."""
        config = PhoneConfig(self.server, self.user, self.password, self.port, line_noise_dbfs=scenario.noise)
        async with Phone(config) as phone:
            await phone.register()
            yield Caller(phone, self.voices)
