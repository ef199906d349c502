from __future__ import annotations

from ivr.dialogue.conversation import Message
from ivr.dialogue.tools import ToolCall, ToolResult
from ivr.dialogue.window import Window

BUDGET = 2000
LETTERS = 3
"""As many as a token has at least in Spanish."""


def a_long_call(turns: int) -> list[Message]:
    call = ToolCall("get_account_balance", {"account_id": "123456"}, "k1")
    data = {"account_id": "123456", "name": "Ana López", "balance": "45.50"}
    messages = [
        Message("user", "Quería saber cuánto debo."),
        Message("assistant", "¿Me dice su número de cuenta?"),
        Message("user", "Es la uno dos tres cuatro cinco seis."),
        Message("assistant", call=call),
        Message("tool", result=ToolResult("k1", call.name, ok=True, data=data)),
        Message("assistant", "Debe cuarenta y cinco euros con cincuenta."),
    ]
    for number in range(turns):
        messages.append(Message("user", f"Y otra cosa más que quería contarle, la número {number}, sobre la tele."))
        if number % 9 == 0:
            later = ToolCall("note_detail", {"value": f"v{number}"}, f"n{number}")
            messages += [
                Message("assistant", call=later),
                Message("tool", result=ToolResult(later.call_id, later.name, ok=True, data={"value": f"v{number}"})),
            ]
        messages.append(Message("assistant", "De acuerdo, lo apunto. ¿Necesita algo más?"))
    return messages


def fitted(window: Window, messages: list[Message]) -> tuple[Message, ...]:
    head, start = window.fit(messages)
    return (*head, *messages[start:])


def test_a_short_call_is_left_as_it_is() -> None:
    messages = a_long_call(5)
    assert fitted(Window(BUDGET), messages) == tuple(messages)


def test_a_call_of_two_hundred_turns_fits_and_still_knows_the_account_of_turn_two() -> None:
    window, messages = Window(BUDGET), a_long_call(200)
    for at, message in enumerate(messages):
        if message.role == "user":
            assert sum(len(one.text) for one in fitted(window, messages[: at + 1])) / LETTERS <= BUDGET
    last = fitted(window, messages)
    assert "cuenta 123456" in last[0].text
    assert "Ana López" in last[0].text
    results = [one.result for one in last if one.result is not None and one.result.name == "get_account_balance"]
    assert [result.data["balance"] for result in results] == ["45.50"]


def test_a_call_and_its_result_are_never_torn_apart() -> None:
    window, messages = Window(BUDGET), a_long_call(200)
    for at, message in enumerate(messages):
        if message.role != "user":
            continue
        kept = fitted(window, messages[: at + 1])
        called = [one.call.call_id for one in kept if one.call is not None]
        assert called == [one.result.call_id for one in kept if one.result is not None]


def test_from_turn_to_turn_the_request_begins_alike_but_for_few_cuts() -> None:
    window, messages = Window(BUDGET), a_long_call(200)
    before: tuple[Message, ...] = ()
    cuts = 0
    for at, message in enumerate(messages):
        if message.role == "user":
            now = fitted(window, messages[: at + 1])
            cuts += now[: len(before)] != before
            before = now
    assert 1 <= cuts <= 12


def test_a_call_that_is_not_the_same_any_more_is_read_anew() -> None:
    window, messages = Window(BUDGET), a_long_call(200)
    fitted(window, messages)
    assert fitted(window, messages[:7]) == tuple(messages[:7])
