"""``ivr bench speech`` as a program calls it, from an IVR_HOME that holds nothing yet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def bench(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ivr", "bench", "speech", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"IVR_HOME": str(home), "COLUMNS": "200"}
    )


@pytest.mark.engine
@pytest.mark.slow
def test_a_section_is_one_json_document_on_standard_output_and_two_files(tmp_path: Path) -> None:
    done = bench("overhead", "--quick", "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["quick"], told["failed"]) == (True, {})
    assert told["sections"]["overhead"]["figures"]["turn, all of it: p99_ms"] > 0
    assert "all stages on" in done.stderr
    assert json.loads((tmp_path / "bench/speech.json").read_text()) == told
    assert (tmp_path / "bench/speech.md").read_text().startswith("# How callers are heard")


def test_an_unknown_section_is_refused_with_those_that_exist(tmp_path: Path) -> None:
    done = bench("nonsense", home=tmp_path)
    assert done.returncode != 0
    assert "no section nonsense; there are: stt" in done.stderr
