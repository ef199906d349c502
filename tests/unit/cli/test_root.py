from __future__ import annotations

from ivr.cli.root import first_told
from ivr.errors import ConfigError, EngineUnavailable

MENDED = ConfigError("VOXLOCK_PATH must be a folder; set it")


def test_what_one_of_several_parts_says_is_told_as_it_is() -> None:
    inner = ExceptionGroup("inside", [MENDED])
    assert first_told(ExceptionGroup("loading", [MENDED, EngineUnavailable("no weights; pull them", "x")])) is MENDED
    assert first_told(ExceptionGroup("loading", [inner])) is MENDED


def test_what_nobody_foresaw_is_not_hidden_behind_it() -> None:
    assert first_told(ExceptionGroup("loading", [MENDED, KeyError("a bug")])) is None
    assert first_told(ExceptionGroup("loading", [KeyError("a bug")])) is None
