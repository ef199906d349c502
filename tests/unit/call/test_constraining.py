from __future__ import annotations

import datetime as dt

from ivr.call.constraining import constrained
from ivr.ports import Transcript

NOW = dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)
PHONE = frozenset({"phone"})


def test_the_reading_with_a_whole_number_is_taken_and_the_recognisers_own_is_kept() -> None:
    heard = Transcript("250 92 50 0 3", alternatives=("6500 92 5003", "650 92 50 0 3"))
    chosen = constrained(heard, PHONE, NOW)
    assert (chosen.text, chosen.raw) == ("650 92 50 0 3", "250 92 50 0 3")


def test_nothing_changes_where_no_value_is_waited_for() -> None:
    heard = Transcript("uno", alternatives=("612345678",))
    assert constrained(heard, frozenset(), NOW) is heard
    assert constrained(heard, frozenset({"person"}), NOW) is heard


def test_nothing_changes_where_the_best_reading_fits() -> None:
    heard = Transcript("612345678", alternatives=("612345679",))
    assert constrained(heard, PHONE, NOW) is heard
