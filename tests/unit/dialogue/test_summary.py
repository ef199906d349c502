from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.dialogue.conversation import Message
from ivr.dialogue.summary import MOST_WORDS, summary_of
from ivr.dialogue.tools import ToolCall, ToolResult
from ivr.language.mood import Mood

if TYPE_CHECKING:
    from tests.unit.dialogue.conftest import Caller

ANA = {"account_id": "123456", "name": "Ana López García", "status": "active"}


def ran(name: str, arguments: dict[str, str], data: dict[str, str], *, ok: bool = True) -> list[Message]:
    call = ToolCall(name, arguments, f"{name}-{arguments}")
    result = ToolResult(call.call_id, name, ok=ok, data=data, error="" if ok else "no")
    return [Message("assistant", call=call), Message("tool", result=result)]


def test_it_tells_who_calls_and_what_for_in_order() -> None:
    summary = summary_of(
        [
            Message("assistant", "Hola. ¿En qué puedo ayudarle?"),
            Message("user", "no me funciona el internet"),
            Message("assistant", "¿Me dice su número de cuenta?"),
            Message("user", "uno dos tres cuatro cinco seis"),
            *ran("get_account_status", {"account_id": "123456"}, ANA),
            Message("assistant", "¿Ha apagado y encendido ya el router?"),
            Message("user", "y quiero que me cambien el correo"),
            Message("assistant", "¿Cuál es el nuevo correo electrónico?"),
        ]
    )
    assert (summary.name, summary.account) == ("Ana López García", "123456")
    assert summary.wishes == ("technical_support", "update_contact_info") == summary.open
    assert summary.question == "¿Cuál es el nuevo correo electrónico?"
    assert summary.for_people() == (
        "Ana López García, cuenta 123456. Llama por una avería y un cambio de datos. "
        "Pendiente: una avería y un cambio de datos. Se le preguntó: ¿Cuál es el nuevo correo electrónico?"
    )


def test_what_was_done_is_no_longer_open(caller: Caller) -> None:
    for said in (
        "quiero que me llamen",
        "el miércoles a las once",
        "seis uno dos tres cuatro cinco seis siete ocho",
        "quiero saber cuánto debo",
        "uno dos tres cuatro cinco seis",
    ):
        caller.says(said)
    summary = summary_of(caller.messages)
    assert summary.open == ()
    assert [deed.name for deed in summary.done] == ["schedule_callback"]
    assert "llamada programada para el 2026-11-25 a las 11:00, al 612345678" in summary.for_people()
    assert summary.told == {"account": "123456", "phone": "612345678"}


def test_an_account_counts_only_when_a_function_found_it() -> None:
    said = [Message("user", "mi saldo"), Message("user", "es la 999999")]
    failed = ran("get_account_balance", {"account_id": "999999"}, {"code": "unknown_account"}, ok=False)
    summary = summary_of([*said, *failed])
    assert summary.account == ""
    assert summary.open == ("account_balance",)
    assert "No se pudo encontrar la cuenta 999999." in summary.for_people()
    mended = summary_of([*said, *failed, *ran("get_account_balance", {"account_id": "123456"}, ANA)])
    assert mended.refused == ()
    assert mended.account == "123456"


def test_another_account_does_not_keep_the_first_ones_name() -> None:
    other = {"account_id": "654321", "ends_on": "2026-11-30"}
    summary = summary_of(
        [
            *ran("get_account_status", {"account_id": "123456"}, ANA),
            *ran("cancel_service", {"account_id": "654321"}, other),
        ]
    )
    assert (summary.name, summary.account) == ("", "654321")


def test_what_the_caller_takes_back_is_not_open() -> None:
    summary = summary_of([Message("user", "quiero darme de baja"), Message("user", "no, mejor no, déjelo como está")])
    assert summary.wishes == ("cancellation",)
    assert summary.open == ()


def test_keys_and_answers_are_no_wishes() -> None:
    summary = summary_of([Message("user", "123456", by_keys=True), Message("user", "sí"), Message("user", "hola")])
    assert summary.wishes == ()
    assert summary.told == {"account": "123456"}


def test_it_says_that_the_caller_has_had_enough() -> None:
    assert "Está molesto." in summary_of([Message("user", "mi saldo", upset=True)]).for_people()
    assert "Está molesto." in summary_of([Message("user", "mi saldo")], mood=Mood(alerted=True)).for_people()
    assert "molesto" not in summary_of([Message("user", "mi saldo")], mood=Mood()).for_people()


def test_people_are_given_no_more_than_they_can_read() -> None:
    changes = [
        message
        for digit in range(9)
        for message in ran(
            "update_contact_info", {"account_id": "123456"}, {"field": "phone", "value": f"61234567{digit}"}
        )
    ]
    text = summary_of([*ran("get_account_status", {"account_id": "123456"}, ANA), *changes]).for_people()
    assert len(text.split()) <= MOST_WORDS
    assert "61234567" in text


def test_of_nothing_there_is_nothing_to_say() -> None:
    assert summary_of([]).for_people() == summary_of([]).for_models() == ""
