from __future__ import annotations

import math
import time
from collections import Counter

import pytest

from ivr.experiments.assignment import assign, change_of, changes, clash, unit_of, variant_of
from ivr.experiments.definition import Change, Experiment, Variant

CALLS = 10_000


def experiment(
    name: str = "voz", *, share: float = 1.0, by: str = "call", weights: dict[str, float] | None = None
) -> Experiment:
    given = weights or {"una": 1, "otra": 1}
    variants = {
        each: Variant(speed=1 + number / 10, weight=weight) for number, (each, weight) in enumerate(given.items())
    }
    return Experiment.model_validate({"name": name, "share": share, "by": by, "variants": variants})


def drawn(one: Experiment) -> Counter[str | None]:
    return Counter(variant_of(one, f"call {number}") for number in range(CALLS))


@pytest.mark.parametrize(
    "weights", [{"a": 1, "b": 1}, {"a": 9, "b": 1}, {"a": 1, "b": 2, "c": 5}, {"a": 0.1, "b": 0.3}]
)
def test_calls_are_shared_out_by_the_weights(weights: dict[str, float]) -> None:
    counts = drawn(experiment(weights=weights))
    for name, weight in weights.items():
        expected = weight / sum(weights.values())
        assert abs(counts[name] / CALLS - expected) < 4 * math.sqrt(expected * (1 - expected) / CALLS)


def test_only_a_share_of_the_calls_takes_part_and_the_variants_do_not_lean_on_it() -> None:
    counts = drawn(experiment(share=0.2))
    assert abs(counts[None] / CALLS - 0.8) < 0.016
    assert abs(counts["una"] / (counts["una"] + counts["otra"]) - 0.5) < 0.045


def test_experiments_draw_apart() -> None:
    both = Counter(
        (variant_of(experiment("x"), f"call {n}"), variant_of(experiment("y"), f"call {n}")) for n in range(CALLS)
    )
    assert all(abs(count / CALLS - 0.25) < 0.018 for count in both.values())
    assert len(both) == 4


def test_a_call_gets_the_same_variant_in_every_process_and_release() -> None:
    one = experiment("voz", share=0.5)
    pinned = ["una", None, None, None, "otra", None, "otra", "una"]
    assert [variant_of(one, f"call {number}") for number in range(8)] == pinned


def test_a_caller_always_meets_the_same_variant_however_the_number_is_written() -> None:
    one = experiment(by="caller")
    for number in range(200):
        plain = f"6{number:08}"
        got = {
            tuple(assign([one], f"c{n}", caller).values())
            for n, caller in enumerate((plain, f"+34{plain}", f"0034 {plain}"))
        }
        assert len(got) == 1
    assert {unit_of(one, "c1", hidden) for hidden in ("", "anonymous")} == {"call c1"}


def test_what_variants_change_adds_up_over_experiments() -> None:
    voice = Experiment(name="voz", variants={"a": Variant(), "b": Variant(voice="em_alex")})
    pace = Experiment(name="ritmo", share=0.5, variants={"a": Variant(), "b": Variant(speed=1.2)})
    assert change_of([voice, pace], {"voz": "b", "ritmo": "b"}) == Change(voice="em_alex", speed=1.2)
    assert change_of([voice, pace], {"ritmo": "a"}) == Change()
    assert set(map(Change.described, changes([voice, pace]))) == {
        "nothing",
        "voice em_alex",
        "speed 1.2",
        "voice em_alex, speed 1.2",
    }
    assert clash([voice, pace]) == ""


def test_experiments_that_change_the_same_are_told_apart() -> None:
    assert clash([experiment("uno"), experiment("dos")]) == "uno and dos both change speed; stop one of them first"


def test_drawing_takes_no_time() -> None:
    running = [experiment(f"e{number}") for number in range(5)]
    began = time.perf_counter()
    for number in range(1000):
        assign(running, f"c{number}", "600111222")
    assert (time.perf_counter() - began) / 1000 < 0.001
