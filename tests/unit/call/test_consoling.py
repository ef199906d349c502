"""A caller who has had enough hears a word of regret, and that a person is there."""

from __future__ import annotations

from ivr.call.consoling import ConsolingModel
from ivr.dialogue.conversation import Message, Speech
from ivr.dialogue.script import load_script
from ivr.language.intents import detect_intent
from tests.unit.call.conftest import ScriptedModel

SCRIPT = load_script("es")
REGRET = SCRIPT.lines_of("upset")


async def answer(*messages: Message) -> list[str]:
    model = ScriptedModel()
    model.replies.append([Speech("Lo miro.")])
    pieces = [piece async for piece in ConsolingModel(model, SCRIPT).reply(messages, ("tool",))]  # type: ignore[arg-type]
    return [piece.text for piece in pieces if isinstance(piece, Speech)]


async def test_regret_comes_before_the_answer() -> None:
    first, second = await answer(Message("user", "Otra vez me cobran de más, qué vergüenza.", upset=True))
    assert first in REGRET
    assert second == "Lo miro."


async def test_it_comes_only_where_frustration_has_just_built_up() -> None:
    past = Message("user", "Otra vez me cobran de más, qué vergüenza.", upset=True)
    assert await answer(past, Message("assistant", "Lo miro."), Message("user", "Gracias.")) == ["Lo miro."]
    assert await answer(Message("user", "Hola.")) == ["Lo miro."]


async def test_who_asks_for_a_person_gets_one_and_no_offer() -> None:
    assert await answer(Message("user", "Estoy harto, páseme con una persona.", upset=True)) == ["Lo miro."]


def test_taking_the_offer_up_is_understood() -> None:
    assert detect_intent("Sí, prefiero hablar con una persona.").name == "transfer_to_agent"
    assert all("?" not in line for line in REGRET)
