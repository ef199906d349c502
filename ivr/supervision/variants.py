"""Which agent a call gets while experiments run; what runs is looked up beside the calls, never on their way."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.bootstrap_variants import build_variant_kit, build_variant_script
from ivr.call.warming import warm
from ivr.errors import IvrError
from ivr.experiments.assignment import assign, change_of, changes
from ivr.experiments.definition import Change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.call.kit import AgentKit
    from ivr.db.experiment_book import ExperimentBook
    from ivr.dialogue.script import Script
    from ivr.experiments.definition import Experiment
    from ivr.ports import CallOffer
    from ivr.settings import Settings

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds after which a started or stopped experiment is noticed, at most."""
AHEAD = 8
"""Clauses, the greeting first, that a new agent has spoken ahead before it takes calls."""


@dataclass(frozen=True, slots=True)
class Running:
    """The experiments that calls are drawn for, and a kit for each change that a call may get."""

    experiments: Sequence[Experiment] = ()
    kits: Mapping[str, AgentKit] = field(default_factory=dict)


class Variants:
    """Draws each call's variant. An experiment begins here once all its agents are ready, so that none is favoured."""

    def __init__(self, settings: Settings, base: AgentKit, book: ExperimentBook) -> None:
        self._settings = settings
        self._base = base
        self._book = book
        self._running = Running()
        self._seen: Sequence[Experiment] = ()
        self._made: dict[str, AgentKit] = {}
        """All that were ever made here: calls that began with one may go on with it."""

    def of(self, offer: CallOffer) -> tuple[AgentKit, dict[str, str]]:
        """Give the kit for a call, and the variant of each experiment that it takes part in."""
        running = self._running
        drawn = assign(running.experiments, offer.call_id, offer.caller)
        if not drawn:
            return self._base, drawn
        return running.kits[_key(change_of(running.experiments, drawn))], drawn

    async def follow(self) -> None:
        """Notice what is started and stopped, until cancelled; where the database is away, all stays as it was."""
        told = ""
        while True:
            try:
                await self.look()
                told = ""
            except IvrError as error:
                if str(error) != told:
                    log.warning("the experiments stay as they were: %s", error)
                told = str(error)
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Make the agents of what runs now, and take them into service; one that cannot be made leaves its own out."""
        found = await asyncio.to_thread(self._book.running)
        if found == self._seen:
            return
        able = [one for one in found if await self._able(one)]
        kits = {_key(change): await self._kit(change) for change in changes(able)}
        self._running, self._seen = Running(able, kits), found
        log.info("experiments: %s", ", ".join(one.name for one in able) or "none")

    def facts(self, now: float) -> dict[str, Any]:
        """Tell the heartbeat of models that only variants use, by the variant's model and its place in the chain."""
        return {
            f"{change.model} > {name}": figures
            for change, kit in self._own()
            for name, figures in kit.thinking.facts(now).items()
        }

    async def aclose(self) -> None:
        """Close the connections to models that only variants use."""
        for _, kit in self._own():
            await kit.thinking.aclose()

    def _own(self) -> list[tuple[Change, AgentKit]]:
        made = [(Change.model_validate_json(key), kit) for key, kit in self._made.items()]
        return [(change, kit) for change, kit in made if kit.thinking is not self._base.thinking]

    async def _able(self, experiment: Experiment) -> bool:
        try:
            for variant in experiment.variants.values():
                await self._kit(variant.change)
        except IvrError as error:
            log.error("experiment %s takes no calls here: %s", experiment.name, error)  # noqa: TRY400 - says the mend
            return False
        return True

    async def _kit(self, change: Change) -> AgentKit:
        """Give the agent of a change, with its greeting spoken ahead; it is made once."""
        key = _key(change)
        if key not in self._made:
            kit, script = await asyncio.to_thread(_make, self._settings, self._base, change)
            await kit.synthesizer.prepare(script.fixed_phrases()[:AHEAD], kit.style)
            if kit.thinking is not self._base.thinking:
                await warm(kit.thinking, script, kit.tools.tools, tries=1)
            self._made[key] = kit
        return self._made[key]


def _make(settings: Settings, base: AgentKit, change: Change) -> tuple[AgentKit, Script]:
    return build_variant_kit(settings, base, change), build_variant_script(settings, change)


def _key(change: Change) -> str:
    return change.model_dump_json()
