"""A caller goes over to English in the middle of a call: the next words are heard, answered and spoken in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.dialogue.conversation import Message, Speech
from ivr.ports import HangUp

if TYPE_CHECKING:
    from tests.unit.call.conftest import FakeCall


async def test_who_asks_for_english_is_heard_anew_answered_and_spoken_to_in_it(call: FakeCall) -> None:
    call.speak_english_too()
    await call.start()
    await call.ticks(1)
    call.ear.texts.extend(["¡Do you speak English!"])
    await call.say("Do you speak English?", [Speech("Of course.")])
    await call.ticks(10)
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
    assert [(hints.language, hints.tells) for hints in call.ear.hints] == [("es", ("es", "en")), ("en", ("es", "en"))]
    assert call.model.asked[-1][-1] == Message("user", "Do you speak English?", language="en")
    assert call.voice.languages[:2] == ["es", "en"]
    metadata = call.book.metadata
    assert metadata is not None
    assert [(turn.who, turn.language) for turn in metadata.turns[:3]] == [
        ("agent", "es"),
        ("caller", "en"),
        ("agent", "en"),
    ]
    assert [(one.language, one.reason, one.text) for one in metadata.language_switches] == [
        ("en", "asked", "¡Do you speak English!")
    ]
    assert metadata.turns[3].heard == "[English no_input]"


async def test_a_call_in_one_language_asks_for_no_odds(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    await call.say("Do you speak English?", [Speech("¿Perdone?")])
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
    assert {(hints.language, hints.tells) for hints in call.ear.hints} == {("es", ())}
