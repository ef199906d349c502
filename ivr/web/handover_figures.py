"""How the call worker's hand-overs to people went, for Prometheus; counters begin anew with the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client.core import Metric

NO_OUTCOMES = ("late", "waited_seconds")


class HandoverFigures:
    """``figures``: what a board counts (``ivr.call.handover_board``)."""

    def __init__(self, figures: Mapping[str, float]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Give the samples."""
        ended = CounterMetricFamily("ivr_handovers", "Hand-overs to people, by how they came out.", labels=["outcome"])
        for outcome, count in self._figures.items():
            if outcome not in NO_OUTCOMES:
                ended.add_metric([outcome], count)
        yield ended
        late = self._figures.get("late", 0)
        yield CounterMetricFamily("ivr_handovers_late", "Those that nobody took within the limit.", value=late)
        waited = self._figures.get("waited_seconds", 0)
        yield CounterMetricFamily("ivr_handovers_waited_seconds", "Seconds that callers waited in all.", value=waited)
