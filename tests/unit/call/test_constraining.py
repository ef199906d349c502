from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.call.constraining import constrained
from ivr.dialogue.conversation import Message, Speech
from ivr.ports import HangUp, Transcript

if TYPE_CHECKING:
    from ivr.audio.frame import AudioFrame
    from ivr.ports import Hints
    from tests.unit.call.conftest import FakeCall

NOW = dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)
PHONE = frozenset({"phone"})


def test_the_reading_with_a_whole_number_is_taken_and_the_recognisers_own_is_kept() -> None:
    heard = Transcript("250 92 50 0 3", alternatives=("6500 92 5003", "650 92 50 0 3"))
    chosen = constrained(heard, PHONE, NOW)
    assert (chosen.text, chosen.raw) == ("650 92 50 0 3", "250 92 50 0 3")


def test_a_whole_number_is_whole_in_its_country() -> None:
    heard = Transcript("55 12 34 56 7", alternatives=("55 12 34 56 78",))
    assert constrained(heard, PHONE, NOW, "MX").text == "55 12 34 56 78"
    assert constrained(heard, PHONE, NOW, "CL") is heard


def test_nothing_changes_where_no_value_is_waited_for() -> None:
    heard = Transcript("uno", alternatives=("612345678",))
    assert constrained(heard, frozenset(), NOW) is heard
    assert constrained(heard, frozenset({"person"}), NOW) is heard


def test_nothing_changes_where_the_best_reading_fits() -> None:
    heard = Transcript("612345678", alternatives=("612345679",))
    assert constrained(heard, PHONE, NOW) is heard


class Doubting:
    """Hears one sentence in two ways."""

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        assert speech.samples
        assert hints.words
        return Transcript("650 92 50 0 3", raw="250 92 50 0 3", alternatives=("6500 92 5003", "650 92 50 0 3"))


async def test_the_other_readings_of_a_turn_reach_whoever_asks_again(call: FakeCall) -> None:
    call.session._kit = replace(call.session._kit, transcriber=Doubting())
    await call.start()
    await call.ticks(1)
    await call.say("-", [Speech("Claro.")])
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
    assert call.model.asked[-1][-1] == Message("user", "650 92 50 0 3", alternatives=("250 92 50 0 3", "6500 92 5003"))
