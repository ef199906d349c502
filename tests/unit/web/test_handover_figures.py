from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest

from ivr.web.handover_figures import HandoverFigures


def test_hand_overs_are_counted_by_outcome_with_the_late_ones_and_the_waiting_beside() -> None:
    registry = CollectorRegistry()
    registry.register(HandoverFigures({"taken": 3, "no_answer": 1, "late": 1, "waited_seconds": 41.5}))
    text = generate_latest(registry).decode()
    assert 'ivr_handovers_total{outcome="taken"} 3.0' in text
    assert "ivr_handovers_late_total 1.0" in text
    assert "ivr_handovers_waited_seconds_total 41.5" in text
    assert 'outcome="late"' not in text
