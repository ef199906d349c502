from __future__ import annotations

from ivr.dialogue.abroad import in_spanish, with_notices
from ivr.dialogue.confirmation import is_confirmed
from ivr.dialogue.conversation import Message

ASKED = "Before I do it. It can't be undone. Do you confirm that you want to cancel the service of account one?"


def _confirmed(answer: str) -> bool:
    talk = (Message("assistant", ASKED, language="en"), Message("user", answer, language="en"))
    return is_confirmed(in_spanish(talk))


def test_an_english_yes_confirms_what_cannot_be_undone() -> None:
    assert _confirmed("Yes, I confirm")
    assert _confirmed("Yes, go ahead")


def test_anything_less_does_not() -> None:
    assert [_confirmed(said) for said in ("No, don't do it", "What would happen then?", "I'm not sure")] == [False] * 3


def test_a_model_is_told_once_which_language_to_answer_in() -> None:
    talk = (
        Message("user", "Hola"),
        Message("user", "English, please", language="en"),
        Message("user", "How much do I owe?", language="en"),
        Message("user", "Gracias"),
    )
    assert [message.text for message in with_notices(talk)] == [
        "Hola",
        "[El cliente habla ahora en inglés. Conteste en inglés, también a lo que sigue.] English, please",
        "How much do I owe?",
        "[El cliente habla ahora en español. Conteste en español, también a lo que sigue.] Gracias",
    ]
