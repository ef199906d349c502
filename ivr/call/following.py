"""Follows a caller who goes over to another language: from the next words on the call is heard and held in it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ivr.call.tongue_switch import CallTongue
from ivr.metadata import LanguageSwitchRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.call.agent import Agent
    from ivr.call.kit import AgentKit
    from ivr.call.log import CallLog
    from ivr.ports import Transcript

log = logging.getLogger(__name__)


class Following:
    """One call's; ``now`` tells its time."""

    def __init__(self, kit: AgentKit, agent: Agent, book: CallLog, now: Callable[[], float]) -> None:
        self._tongue = CallTongue(kit.policy.language, kit.tongues)
        self._agent = agent
        self._book = book
        self._now = now
        book.language = agent.language

    def heed(self, heard: Transcript, start: float, seconds: float) -> str:
        """Take what was recognised of an utterance; answers the language that is spoken from it on."""
        switch = self._tongue.hear(heard.text, dict(heard.odds), start, seconds)
        if switch is not None:
            log.info("the call goes on in %s (%s)", switch.language, switch.reason)
            self._agent.language = switch.language
            at = round(self._now(), 2)
            record = LanguageSwitchRecord(at=at, language=switch.language, reason=switch.reason, text=heard.text)
            self._book.language = switch.language
            self._book.metadata.language_switches.append(record)
        return self._agent.language
