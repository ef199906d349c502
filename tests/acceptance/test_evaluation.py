"""``ivr eval --call``: a simulated caller on a real line, as the command holds it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.test_conversation import aside

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.asterisk, pytest.mark.engine, pytest.mark.slow]

SUITE = """
scenarios:
  - name: opening hours and goodbye
    steps:
      - expect: "asistente virtual"
      - say: "¿Cuál es el horario de atención?"
        expect: "lunes a viernes"
        calls: []
        within_ms: 5000
      - say: "Adiós, hasta luego."
        calls: [{tool: end_call, times: 1}]
    ends: completed
    database:
      - {table: customers, where: {account_id: "123456"}, has: {status: active}}
      - {table: callbacks, count: 0}
"""


def test_a_simulated_caller_is_served_on_a_real_line(tmp_path: Path) -> None:
    suite = tmp_path / "hours.yaml"
    suite.write_text(SUITE)
    done = subprocess.run(
        [sys.executable, "-m", "ivr", "eval", str(suite), "--call", "--json"],
        env=os.environ | aside(tmp_path),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout, done.stderr[-2000:]
    told = json.loads(done.stdout)
    trial = told["scenarios"][0]["trials"][0]
    assert trial["problems"] == []
    assert done.returncode == 0
    assert told["mode"] == "call"
    assert [bool(turn["answer"]) for turn in trial["turns"]] == [True, True, True]
    assert trial["turns"][1]["ms"] > 0
