from __future__ import annotations

from pathlib import Path

from ivr.heartbeat import Beat
from ivr.supervision.parts import BeatProbe, HttpProbe, Part, Plan


def test_a_plan_survives_the_pipe_to_the_supervisor() -> None:
    plan = Plan(
        home=Path("/x"),
        parts=(
            Part(
                name="pbx", argv=("asterisk", "-f"), probe=HttpProbe(url="http://127.0.0.1:1/", user="u", password="p")
            ),
            Part(name="calls", argv=("ivr",), probe=BeatProbe(path=Path("/x/b"))),
        ),
    )
    assert Plan.model_validate_json(plan.model_dump_json()) == plan


def test_a_password_does_not_show_when_a_part_is_printed() -> None:
    assert "geheim" not in repr(HttpProbe(url="http://127.0.0.1:1/", user="u", password="geheim"))


def test_a_beat_from_before_a_reboot_is_not_fresh() -> None:
    assert Beat(1, 4.9).fresh
    assert not Beat(1, 5.1).fresh
    assert not Beat(1, -3.0).fresh
