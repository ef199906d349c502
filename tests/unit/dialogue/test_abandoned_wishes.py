"""A wish that was left half done for something else is asked about, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.dialogue.conftest import Caller

ASKED = "¿Seguimos con eso?"


def strays(caller: Caller, *wish: str) -> str:
    for said in wish or ("Quiero cambiar el correo",):
        caller.says(said)
    return caller.says("¿Cuánto debo? Mi cuenta es la 123456")


@pytest.mark.parametrize(
    ("wish", "topic"),
    [
        (["Quiero cambiar el correo"], "antes quería un cambio de datos."),
        (["Quiero darme de baja", "Porque es muy caro"], "antes quería una baja."),
        (["Quiero que me llame un técnico"], "antes quería que le llamemos."),
    ],
)
def test_it_is_asked_about_once_the_other_is_settled(caller: Caller, wish: list[str], topic: str) -> None:
    heard = strays(caller, *wish)
    assert "cuarenta y cinco" in heard
    assert heard.endswith(f"{topic} {ASKED}")


def test_a_yes_goes_on_where_it_was_left(caller: Caller) -> None:
    strays(caller)
    assert caller.says("Sí, por favor").endswith("¿Cuál es el nuevo correo electrónico?")
    assert "ana arroba" in caller.says("ana arroba gmail punto com")


def test_the_value_itself_is_a_yes(caller: Caller) -> None:
    strays(caller)
    assert "ana arroba gmail punto com. ¿Es correcto?" in caller.says("ana arroba gmail punto com")


def test_a_no_drops_it(caller: Caller) -> None:
    strays(caller)
    heard = caller.says("No, ya no")
    assert heard.startswith("De acuerdo, lo dejamos.")
    assert ASKED not in heard
    assert ASKED not in caller.says("¿Y cuándo vence la factura?")
    assert caller.state.slots.get("contact") is None


def test_another_wish_drops_it_and_it_is_never_asked_about_twice(caller: Caller) -> None:
    strays(caller)
    assert ASKED not in caller.says("¿Me funciona bien la línea?")
    caller.says("No")
    caller.says("Quiero cambiar el correo")
    assert ASKED not in caller.says("¿Cuánto debo?")


def test_nothing_is_asked_after_a_goodbye(caller: Caller) -> None:
    caller.says("Quiero cambiar el correo")
    assert ASKED not in caller.says("Adiós, hasta luego")
    assert caller.over


def test_nor_where_the_wish_was_taken_back(caller: Caller) -> None:
    caller.says("Quiero cambiar el correo")
    caller.says("No, déjelo, no cambie nada")
    assert ASKED not in caller.says("¿Cuánto debo? Mi cuenta es la 123456")


def test_small_matters_and_those_put_aside_in_words_are_gone_back_to_without_asking(caller: Caller) -> None:
    caller.says("¿Cuánto debo?")
    heard = caller.says("No me funciona internet, la cuenta es la 654321")
    assert ASKED not in heard
    assert "treinta y siete" in heard


def test_who_says_that_it_is_first_something_else_is_not_asked(caller: Caller) -> None:
    caller.says("Quiero cambiar el correo")
    heard = caller.says("Espere, antes dígame cuánto debo, cuenta 123456")
    assert ASKED not in heard
    assert "pendiente. ¿Me dice el correo" in heard
