"""What a simulated caller on a real line understands of the agent: its words, from the journal of the running call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ivr.trials.evaluation.matching import says
from ivr.trials.evaluation.rejoinder import LABEL, MOST, Said, rejoinder
from ivr.trials.scenario import Say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.trials.caller import Deed
    from ivr.trials.evaluation.suite import Scenario
    from ivr.trials.evidence import CallEvidence


class Listener:
    """Answers what the agent asks again, ``MOST`` times a call; what a step itself expects is left to the scenario."""

    def __init__(self, scenario: Scenario, evidence: CallEvidence) -> None:
        self._steps = [step for step in scenario.steps if step.acts and step.silence is None]
        self._evidence = evidence

    async def rejoinder(self, deeds: Sequence[Deed]) -> Say | None:
        """Give what the caller says now instead of the next step; None: it goes on."""
        own = [deed for deed in deeds if not (isinstance(deed.step, Say) and deed.step.label == LABEL)]
        if not own or len(deeds) - len(own) >= MOST:
            return None
        journal = await self._evidence.journal()
        asked = last_said(journal.read_text(encoding="utf-8"))
        wanted = self._steps[len(own) - 1].expect
        expected = [*wanted.any_of, *wanted.all_of]
        if asked is None or any(says(pattern, asked.text) for pattern in expected):
            return None
        text = rejoinder(asked, [deed.text for deed in own])
        return Say(text, label=LABEL) if text else None


def last_said(journal: str) -> Said | None:
    """Find the agent's last words since the caller's; a last line that is not whole yet does not count."""
    said = None
    for line in journal.splitlines(keepends=True):
        if not line.strip() or not line.endswith("\n"):
            continue
        entry = json.loads(line)
        if entry["kind"] == "turn":
            turn = entry["data"]
            said = Said(turn["heard"], turn["clarifies"]) if turn["who"] == "agent" else None
    return said
