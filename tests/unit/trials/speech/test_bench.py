from __future__ import annotations

import importlib
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from ivr.errors import ConfigError
from ivr.settings import Settings
from ivr.trials.speech import bench
from ivr.trials.speech.bench import SpeechBench, available, run
from ivr.trials.speech.report import Section

if TYPE_CHECKING:
    from types import ModuleType


async def fine(used: SpeechBench) -> Section:
    return Section("fine", ("seed",), [(used.seed,)])


async def broken(used: SpeechBench) -> Section:
    raise RuntimeError(f"no sound for seed {used.seed}")


@pytest.fixture
def sections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put two sections of ours in the place of the real ones."""
    ours = {f"{bench.__package__}.{one.__name__}": SimpleNamespace(measure=one) for one in (broken, fine)}
    real = importlib.import_module

    def load(name: str, package: str | None = None) -> ModuleType | SimpleNamespace:
        return ours[name] if name in ours else real(name, package)

    monkeypatch.setattr(bench, "available", lambda: ("broken", "fine"))
    monkeypatch.setattr(importlib, "import_module", load)


@pytest.mark.usefixtures("sections")
async def test_a_section_that_fails_does_not_lose_the_others() -> None:
    outcomes = [one async for one in run(SpeechBench(Settings(_env_file=None), 7), (), count().__next__)]
    assert [(one.name, one.failure) for one in outcomes] == [
        ("broken", "RuntimeError: no sound for seed 7"),
        ("fine", ""),
    ]
    assert outcomes[0].section is None
    assert outcomes[1].section == Section("fine", ("seed",), [(7,)])
    assert outcomes[1].seconds == 1


async def test_an_unknown_section_is_refused_with_those_that_exist() -> None:
    with pytest.raises(ConfigError, match=r"no section nonsense; there are: .*turn_end"):
        await anext(run(SpeechBench(Settings(_env_file=None)), ("nonsense",), count().__next__))


def test_only_sections_whose_module_exists_are_offered() -> None:
    assert "turn_end" in available()
    assert set(available()) <= set(bench.SECTIONS)
