"""Ten thousand stored recordings are searched within 50 ms a page, whatever the page, and memory stays flat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.trials.stored import measure, store, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

STORED = 10_000
MOST_MS = 50.0
MOST_MIB = 16.0


@pytest.mark.slow
def test_a_page_of_any_search_takes_50_ms_at_most(database: Engine, measured: Callable[[str], None]) -> None:
    store(database, STORED, lambda _: None)
    pages = measure(database, STORED, 20)
    walked = walk(database, 100, 5)
    slowest = max(pages, key=lambda name: pages[name].p95_ms)
    measured(f"{database.dialect.name}: slowest search {slowest} p95 {pages[slowest].p95_ms} ms; {walked}")
    for name, took in sorted(pages.items()):
        measured(f"{database.dialect.name}: {name} found {took.found}, p50 {took.p50_ms} ms, p95 {took.p95_ms} ms")
    assert pages[slowest].p95_ms <= MOST_MS, (slowest, pages[slowest])
    assert walked["last_page_ms"] <= 2 * walked["second_page_ms"] + 1
    assert walked["grown_mib"] <= MOST_MIB
