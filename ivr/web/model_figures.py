"""What the call worker's language models did, for Prometheus; counters begin anew with the worker, as it expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client.core import Metric

OUTCOMES = ("answered", "failed", "dropped")
TOKENS = {"tokens_in": "read", "tokens_cached": "read_from_cache", "tokens_out": "written"}


class ModelFigures:
    """``figures``: provider -> what a scoreboard counts (``ivr.call.thinking``)."""

    def __init__(self, figures: Mapping[str, Mapping[str, float]]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Give the samples."""
        whose = ["provider"]
        replies = CounterMetricFamily("ivr_llm_replies", "Answers, by how they ended.", labels=[*whose, "outcome"])
        tokens = CounterMetricFamily("ivr_llm_tokens", "Tokens of hosted models.", labels=[*whose, "kind"])
        cost = CounterMetricFamily("ivr_llm_cost_dollars", "Their cost, by the price table.", labels=whose)
        waited = SummaryMetricFamily("ivr_llm_first_token_seconds", "Time to the first word or call.", labels=whose)
        left = GaugeMetricFamily("ivr_llm_left_alone", "Whether it failed so often that it rests.", labels=whose)
        for name, counted in self._figures.items():
            for outcome in OUTCOMES:
                replies.add_metric([name, outcome], counted.get(outcome, 0))
            for kind, label in TOKENS.items():
                tokens.add_metric([name, label], counted.get(kind, 0))
            cost.add_metric([name], counted.get("cost", 0))
            waited.add_metric([name], int(counted.get("first_tokens", 0)), counted.get("ttft_ms_sum", 0) / 1000)
            left.add_metric([name], counted.get("open", 0))
        yield from (replies, tokens, cost, waited, left)
