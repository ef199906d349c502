# phonetic letters look like others on purpose
# ruff: noqa: RUF001
"""Our own Spanish rules against espeak-ng, whose phonemes the voice learned."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ivr.engines.spanish_phonemes import spanish_phonemes

ROOT = Path(__file__).parents[3]
DIPHTHONGS = {"a^ɪ": "I", "a^ʊ": "W", "d^ʒ": "ʤ", "e^ɪ": "A", "t^s": "ʦ", "t^ʃ": "ʧ", "^": ""}
SEEN_APART = re.compile("l[ðd]")
"""After l a d is a stop; older versions of espeak-ng make it a spirant."""


def phrases() -> list[str]:
    """Take every Spanish phrase of the persona and of the benchmark."""
    text = (ROOT / "ivr/dialogue/personas/es.yaml").read_text() + (ROOT / "benchmarks/sentences_es.txt").read_text()
    lines = re.findall(r"[a-záéíóúüñ]+(?: [a-záéíóúüñ]+){2,}", re.sub(r"\{[^}]*\}", ",", text.lower()))
    return sorted(set(lines))


def espeak(lines: list[str]) -> list[str]:
    command = ["espeak-ng", "-q", "--ipa", "--tie=^", "-v", "es"]
    done = subprocess.run(command, input="\n\n".join(lines).encode(), capture_output=True, check=True)
    spoken = [line.strip() for line in done.stdout.decode().splitlines() if line.strip()]
    for written, symbol in DIPHTHONGS.items():
        spoken = [line.replace(written, symbol) for line in spoken]
    return spoken


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is the other opinion")
def test_what_the_agent_says_is_read_as_espeak_reads_it() -> None:
    lines = phrases()
    expected = espeak(lines)
    assert len(expected) == len(lines) > 40
    pairs: list[tuple[str, str]] = []
    for line, spoken in zip(lines, expected, strict=True):
        ours = spanish_phonemes(line)
        pairs += zip(SEEN_APART.sub("ld", ours).split(), SEEN_APART.sub("ld", spoken).split(), strict=True)
    different = [(one, other) for one, other in pairs if one != other and not other.startswith("ð" + one[1:2])]
    assert len(different) <= 0.01 * len(pairs), different
