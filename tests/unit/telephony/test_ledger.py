from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest

from ivr.telephony.ledger import Ledger


def test_what_was_closed_is_not_outstanding() -> None:
    ledger = Ledger()
    ledger.opened("call", "channel", "c1")
    ledger.opened("call", "bridge", "b1")
    ledger.closed("channel", "c1")
    assert ledger.outstanding() == {"call": (("bridge", "b1"),)}
    ledger.closed("bridge", "b1")
    assert ledger.outstanding() == {}
    assert ledger.counts() == {"channel": (1, 0), "bridge": (1, 0)}


def test_opening_or_closing_twice_counts_once() -> None:
    ledger = Ledger()
    for _ in range(2):
        ledger.opened("call", "channel", "c1")
    assert ledger.counts() == {"channel": (1, 1)}
    for _ in range(2):
        ledger.closed("channel", "c1")
    ledger.closed("channel", "somebody-elses")
    assert ledger.counts() == {"channel": (1, 0)}


def test_a_look_at_the_pbx_settles_what_it_no_longer_has_but_spares_running_calls() -> None:
    ledger = Ledger()
    ledger.opened("dead", "channel", "gone")
    ledger.opened("dead", "channel", "still-there")
    ledger.opened("dead", "link", "dead")
    ledger.opened("busy", "bridge", "just-being-made")
    ledger.settle(alive={"still-there"}, busy={"busy"})
    assert ledger.outstanding() == {
        "dead": (("channel", "still-there"), ("link", "dead")),
        "busy": (("bridge", "just-being-made"),),
    }


def test_the_counts_are_metrics() -> None:
    ledger = Ledger()
    ledger.opened("call", "channel", "c1")
    ledger.opened("call", "channel", "c2")
    ledger.closed("channel", "c1")
    registry = CollectorRegistry()
    registry.register(ledger)
    text = generate_latest(registry).decode()
    assert 'ivr_telephony_opened_total{kind="channel"} 2.0' in text
    assert 'ivr_telephony_open{kind="channel"} 1.0' in text
