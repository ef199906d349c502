"""Which variant a call gets: a hash decides, so that any process answers the same, now and later."""

from __future__ import annotations

import re
from hashlib import blake2b
from itertools import product
from typing import TYPE_CHECKING

from ivr.experiments.definition import Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ivr.experiments.definition import Experiment

MOST_TOGETHER = 32
"""Different agents that experiments side by side may make; each has its greeting spoken ahead."""
_WHOLE = 2.0**64
_NATIONAL = 9
"""Digits from the end by which a caller is known, with a country's prefix or without."""


def assign(experiments: Sequence[Experiment], call_id: str, caller: str) -> dict[str, str]:
    """Give the variant of each experiment that the call takes part in."""
    drawn = ((one.name, variant_of(one, unit_of(one, call_id, caller))) for one in experiments)
    return {name: variant for name, variant in drawn if variant is not None}


def unit_of(experiment: Experiment, call_id: str, caller: str) -> str:
    """Say what is drawn: the call, or its caller where one can be told by the number."""
    digits = re.sub(r"\D", "", caller)[-_NATIONAL:]
    return f"caller {digits}" if experiment.by == "caller" and digits else f"call {call_id}"


def variant_of(experiment: Experiment, unit: str) -> str | None:
    """Draw; None = it takes no part. Whether it takes part and what it gets are drawn apart."""
    if _draw(experiment.name, "share", unit) >= experiment.share:
        return None
    total = sum(variant.weight for variant in experiment.variants.values())
    place = _draw(experiment.name, "variant", unit) * total
    for name, variant in experiment.variants.items():
        place -= variant.weight
        if place < 0:
            return name
    return name


def _draw(*what: str) -> float:
    """Give a number from 0 to below 1."""
    digest = blake2b("\0".join(what).encode(), digest_size=8).digest()
    return int.from_bytes(digest) / _WHOLE


def change_of(experiments: Sequence[Experiment], variants: Mapping[str, str]) -> Change:
    """Add up what the variants that a call got change."""
    whole = Change()
    for one in experiments:
        if one.name in variants:
            whole = one.variants[variants[one.name]].change.over(whole)
    return whole


def changes(experiments: Sequence[Experiment]) -> Iterator[Change]:
    """Give each change that some call may get, all experiments together."""
    named: list[list[str | None]] = [[*one.variants, *([None] if one.share < 1 else [])] for one in experiments]
    for choice in product(*named):
        got = {one.name: name for one, name in zip(experiments, choice, strict=True) if name is not None}
        yield change_of(experiments, got)


def clash(experiments: Sequence[Experiment]) -> str:
    """Say why these experiments cannot run side by side; "" = they can."""
    agents = 1
    for number, one in enumerate(experiments):
        agents *= len(one.variants) + (one.share < 1)
        for other in experiments[:number]:
            if both := one.fields & other.fields:
                what = ", ".join(sorted(both))
                return f"{other.name} and {one.name} both change {what}; stop one of them first"
    if agents > MOST_TOGETHER:
        return f"together they make {agents} different agents, more than {MOST_TOGETHER}; stop one of them first"
    return ""
