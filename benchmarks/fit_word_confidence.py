"""Fits the weights of words' confidences and writes them to ``ivr/engines/word_confidence.yaml``.

Run it: ``python benchmarks/fit_word_confidence.py``. It speaks the tuning set through the telephone with noise and
loss, recognises it, and fits a logistic regression. The reporting set of ``ivr bench speech stt`` takes no part in it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import ivr.engines
from ivr.settings import load_settings
from ivr.trials.speech.bench import SpeechBench
from ivr.trials.speech.confidence_fit import fit, rated_utterances, written


def main() -> None:
    """Fit, write, and say what was fitted on."""
    settings = load_settings()
    rated = asyncio.run(rated_utterances(SpeechBench(settings)))
    document = written(f"whisper-{settings.stt_model}", fit(rated), rated)
    (Path(ivr.engines.__path__[0]) / "word_confidence.yaml").write_text(document, encoding="utf-8")
    print(document)


if __name__ == "__main__":
    main()
