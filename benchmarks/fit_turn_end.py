"""Fits the weights by which a pause is taken for the end of a turn, and writes them to ``ivr/dialogue/turn_end.yaml``.

Run it: ``python benchmarks/fit_turn_end.py``. It speaks the tuning set through the telephone, recognises and judges
each pause, and fits a logistic regression. The reporting set of ``ivr bench speech turn_end`` takes no part in it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import ivr.dialogue
from ivr.settings import load_settings
from ivr.trials.speech.turn_end import turn_silences
from ivr.trials.speech.turn_fit import fit, written

SEED = 11


def main() -> None:
    """Fit, write, and say what was fitted on."""
    silences = asyncio.run(turn_silences(load_settings(), "tuning", SEED))
    document = written(fit(silences), silences)
    target = Path(ivr.dialogue.__path__[0]) / "turn_end.yaml"
    target.write_text(document, encoding="utf-8")
    print(document)


if __name__ == "__main__":
    main()
