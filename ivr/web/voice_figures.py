"""What the call worker's voices did, for Prometheus; counters begin anew with the worker, as it expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client.core import Metric

OUTCOMES = ("spoken", "taken_over", "failed", "cut")


class VoiceFigures:
    """``figures``: voice -> what a speaking board counts (``ivr.call.speaking``)."""

    def __init__(self, figures: Mapping[str, Mapping[str, float]]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Give the samples."""
        clauses = CounterMetricFamily(
            "ivr_tts_clauses",
            "Clauses: spoken to the end, taken over from another voice, failed, of these cut in the middle.",
            labels=["voice", "outcome"],
        )
        waited = SummaryMetricFamily("ivr_tts_first_sound_seconds", "Time to a clause's first sound.", labels=["voice"])
        left = GaugeMetricFamily("ivr_tts_left_alone", "Whether it failed so often that it rests.", labels=["voice"])
        for name, counted in self._figures.items():
            for outcome in OUTCOMES:
                clauses.add_metric([name, outcome], counted.get(outcome, 0))
            waited.add_metric([name], int(counted.get("first_sounds", 0)), counted.get("first_sound_ms_sum", 0) / 1000)
            left.add_metric([name], counted.get("open", 0))
        yield from (clauses, waited, left)
