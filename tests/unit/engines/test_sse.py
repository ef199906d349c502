from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.engines.sse import LONGEST, SseParser
from ivr.errors import UnusableAnswer

STREAM = (
    'event: x\r\ndata: {"a": "ñ"}\r\n\r\n: a comment\n\ndata: one\ndata: two\n\nid: 7\ndata:tight\n\ndata: unfinished'
)
EVENTS = ['{"a": "ñ"}', "one\ntwo", "tight"]


@given(st.lists(st.integers(0, len(STREAM.encode())), max_size=12))
def test_events_are_the_same_wherever_the_network_cuts_the_bytes(cuts: list[int]) -> None:
    raw = STREAM.encode()
    edges = [0, *sorted(cuts), len(raw)]
    parser = SseParser()
    found = [event for start, end in pairwise(edges) for event in parser.feed(raw[start:end])]
    assert found == EVENTS


def test_an_event_without_an_end_is_refused_before_it_fills_the_memory() -> None:
    parser = SseParser()
    with pytest.raises(UnusableAnswer):
        parser.feed(b"data: " + b"x" * LONGEST)
