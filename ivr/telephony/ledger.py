"""What each call has opened and not yet closed, so that a leak is a fact and not a suspicion."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from prometheus_client.core import Metric

Kind = Literal["channel", "bridge", "link", "session", "task"]
"""``link`` is a media leg's socket and port; ``task`` is the call's own."""
REMOTE: tuple[Kind, ...] = ("channel", "bridge")
"""What lives in Asterisk, and so may outlive a lost connection."""


class Ledger:
    """Counts what calls open and close. Opening or closing a thing twice counts once."""

    def __init__(self) -> None:
        self._open: dict[tuple[Kind, str], str] = {}
        self._opened: Counter[Kind] = Counter()

    def opened(self, call_id: str, kind: Kind, name: str) -> None:
        """Note that a call has opened something; ``name`` is unique within its kind."""
        if (kind, name) not in self._open:
            self._open[kind, name] = call_id
            self._opened[kind] += 1

    def closed(self, kind: Kind, name: str) -> None:
        """Note that it is closed; what was never opened here is none of ours."""
        self._open.pop((kind, name), None)

    def settle(self, alive: Collection[str], busy: Collection[str]) -> None:
        """Close whatever Asterisk no longer lists (``alive``: ids) and no running call (``busy``) holds."""
        for (kind, name), call_id in list(self._open.items()):
            if kind in REMOTE and name not in alive and call_id not in busy:
                self.closed(kind, name)

    def outstanding(self) -> Mapping[str, tuple[tuple[Kind, str], ...]]:
        """Show what is open, by call; empty when nothing leaked."""
        calls: dict[str, tuple[tuple[Kind, str], ...]] = {}
        for thing, call_id in self._open.items():
            calls[call_id] = (*calls.get(call_id, ()), thing)
        return calls

    def counts(self) -> Mapping[Kind, tuple[int, int]]:
        """Show (opened so far, open now) for each kind."""
        now = Counter(kind for kind, _ in self._open)
        return {kind: (total, now[kind]) for kind, total in self._opened.items()}

    def collect(self) -> Iterator[Metric]:
        """Describe itself to a Prometheus registry (``REGISTRY.register(ledger)``)."""
        opened = CounterMetricFamily("ivr_telephony_opened", "Things that calls have opened.", labels=["kind"])
        current = GaugeMetricFamily("ivr_telephony_open", "Things that calls hold open now.", labels=["kind"])
        for kind, (total, now) in self.counts().items():
            opened.add_metric([kind], total)
            current.add_metric([kind], now)
        yield from (opened, current)
