"""A card that the caller is asked for is in nothing that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.dialogue.conversation import Expectation, Speech
from ivr.ports import HangUp

if TYPE_CHECKING:
    from tests.unit.call.conftest import FakeCall

CARD = "4111 1111 1111 1112"
QUESTION = Speech("¿Me dice el número de su tarjeta?", expects=Expectation.CARD)


async def test_the_spoken_digits_are_in_neither_the_sound_nor_the_metadata(call: FakeCall) -> None:
    await call.start(QUESTION)
    await call.ticks(1)
    begun = len(call.tapes.tape.ticks)
    await call.say(CARD, [Speech("No la entendí. ¿Me la repite?", expects=Expectation.CARD)])
    await call.ticks(1)
    await call.say("cuatro uno uno uno", [Speech("Gracias.")])
    ended = len(call.tapes.tape.ticks)
    await call.ticks(1.5)
    await call.say("hola", [Speech("Adiós.")])
    await call.ticks(3)
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
    heard = [one for one, _ in call.tapes.tape.ticks]
    assert ended - begun > 100
    assert not any(map(any, heard[begun:ended]))
    assert any(map(any, heard[ended:]))
    metadata = call.book.metadata
    assert metadata is not None
    document = metadata.model_dump_json()
    assert "4111" not in document
    assert "1111" not in document
    assert "cuatro" not in document
    assert [turn.heard for turn in metadata.turns if turn.who == "caller"] == ["[tarjeta]", "[tarjeta]", "hola"]
    ((start, end),) = metadata.media["recording_pauses"]
    assert start * 50 <= begun
    assert end > start


async def test_without_a_card_nothing_is_left_out(call: FakeCall) -> None:
    await call.start(Speech("¿Su número de cuenta?", expects=Expectation.DIGITS))
    await call.ticks(1)
    await call.say("123456", [Speech("Gracias.")])
    await call.ticks(3)
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
    assert any(any(one) for one, _ in call.tapes.tape.ticks)
    metadata = call.book.metadata
    assert metadata is not None
    assert "recording_pauses" not in metadata.media
    assert "123456" in metadata.model_dump_json()
