"""Operators' functions without any language model: real conversations in text, through the built-in engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ivr.dialogue.local import LocalEngine
from ivr.dialogue.script import with_guides
from ivr.dialogue.tools import ToolCall, ToolResult
from ivr.functions.declared import load_functions
from tests.unit.dialogue.conftest import Caller

if TYPE_CHECKING:
    from ivr.dialogue.script import Script

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "functions.yaml"
ORDERS: dict[str, dict[str, Any]] = {
    "5512": {"status": "shipped", "eta": "2026-11-27"},
    "7788": {"status": "preparing"},
}


class Buyer(Caller):
    """A caller of a shop."""

    def run(self, call: ToolCall) -> ToolResult:
        order = str(call.arguments.get("order", ""))
        if call.name in self.failing or not call.name.endswith("order"):
            return super().run(call)
        if order not in ORDERS:
            return ToolResult(call.call_id, call.name, ok=False, data={"code": "not_found"}, error="no such order")
        return ToolResult(call.call_id, call.name, ok=True, data=ORDERS[order] if call.name == "track_order" else {})


@pytest.fixture(scope="module")
def shop(script: Script) -> LocalEngine:
    guides = load_functions(EXAMPLE, {"SHOP_URL": "http://127.0.0.1:9", "SHOP_KEY": "x"}).guides
    return LocalEngine(with_guides(script, guides))


@pytest.fixture
def buyer(shop: LocalEngine) -> Buyer:
    return Buyer(shop)


WISHES = [
    "¿dónde está mi pedido?",
    "hola buenas quería saber por dónde anda mi paquete que dónde está",
    "oiga que mi pedido no ha llegado",
    "Mire, es que no me ha llegado el envío",
    "me podría decir cuándo llega mi paquete",
    "quiero hacer seguimiento de un pedido",
    "donde esta mi pedido por favor",
    "No sé dónde está mi paquete",
]


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("number", ["cinco cinco uno dos", "es el 5512", "55 12", "cincuenta y cinco doce"])
def test_an_order_is_found_and_told(buyer: Buyer, wish: str, number: str) -> None:
    assert "número de pedido" in buyer.says(wish)
    told = buyer.says(number)
    assert buyer.calls[-1].arguments == {"order": "5512"}
    assert "en camino" in told
    assert "viernes" in told or "veintisiete" in told
    assert "algo más" in told


def test_the_number_in_the_wish_itself_is_not_asked_for(buyer: Buyer) -> None:
    assert "en preparación" in buyer.says("¿Dónde está mi pedido 7788?")
    assert buyer.called == ["track_order"]


def test_keys_will_do(buyer: Buyer) -> None:
    buyer.says("¿dónde está mi pedido?")
    assert "en camino" in buyer.keys("5512")


def test_an_unknown_order_is_asked_for_again_and_then_a_person_is_offered(buyer: Buyer) -> None:
    buyer.says("¿dónde está mi pedido?")
    heard = buyer.says("1111")
    assert "No encuentro el pedido" in heard
    assert "número de pedido" in heard
    assert "compañero" in buyer.says("2222") or "persona" in buyer.heard
    assert buyer.called.count("track_order") == 2


@pytest.mark.parametrize("answer", ["cincuenta", "pues no sé qué decirle", "eh"])
def test_an_answer_that_is_none_is_asked_for_again(buyer: Buyer, answer: str) -> None:
    buyer.says("¿dónde está mi pedido?")
    assert "número de pedido" in buyer.says(answer) or "compañero" in buyer.heard or "persona" in buyer.heard
    assert buyer.calls == []


def test_a_number_in_two_breaths_is_put_together(buyer: Buyer) -> None:
    buyer.says("¿dónde está mi pedido?")
    buyer.says("cinco cinco")
    assert "en camino" in buyer.says("uno dos")


@pytest.mark.parametrize(
    "yes", ["Sí", "sí, anúlelo", "Sí, confirmo", "anúlelo por favor", "de acuerdo", "sí sí, adelante"]
)
def test_nothing_is_cancelled_before_a_yes_to_the_question(buyer: Buyer, yes: str) -> None:
    assert "número" in buyer.says("Quiero anular mi pedido")
    assert "¿Lo confirma?" in buyer.says("el siete siete ocho ocho")
    assert buyer.calls == []
    assert "anulado" in buyer.says(yes)
    assert [(call.name, call.arguments) for call in buyer.calls] == [("cancel_order", {"order": "7788"})]


@pytest.mark.parametrize(
    "answer",
    ["no", "no, espere, mejor no", "bueno, ya veré", "¿qué?", "sí, pero mañana", "déjelo", "quiero anular no sé"],
)
def test_whatever_is_no_yes_cancels_nothing(buyer: Buyer, answer: str) -> None:
    buyer.says("quisiera cancelar una compra, la 7788")
    assert "¿Lo confirma?" in buyer.heard
    buyer.says(answer)
    assert "cancel_order" not in buyer.called


def test_a_question_that_was_cut_off_is_put_again_before_anything_happens(buyer: Buyer) -> None:
    buyer.says("anule el pedido 7788")
    buyer.cut(4)
    buyer.says("sí")
    assert "cancel_order" not in buyer.called
    buyer.says("sí")
    assert buyer.called == ["cancel_order"]


def test_cancelling_an_order_is_not_cancelling_the_service(buyer: Buyer) -> None:
    buyer.says("quiero cancelar mi pedido")
    assert buyer.state.goal == "cancel_order"
    other = Buyer(buyer.engine)
    other.says("quiero cancelar mi servicio")
    assert other.state.goal == "cancel"


def test_a_table_is_booked_with_what_was_said_and_what_was_asked(buyer: Buyer) -> None:
    heard = buyer.says("Quería reservar una mesa para el viernes a las nueve de la noche")
    assert "¿Para cuántas personas?" in heard
    assert "terraza" in buyer.says("seremos cuatro")
    heard = buyer.says("en la terraza si puede ser")
    assert "¿Es correcto?" in heard
    assert "cuatro" in heard or "4" in heard
    buyer.says("sí, correcto")
    expected = {"people": "4", "day": "2026-11-27", "hour": "21:00", "where": "terrace"}
    assert buyer.calls[-1].arguments == expected


def test_what_was_read_back_can_be_corrected(buyer: Buyer) -> None:
    buyer.says("reservar una mesa para mañana a las dos de la tarde")
    buyer.says("tres")
    buyer.says("me da igual")
    assert "¿Es correcto?" in buyer.says("no, mejor a las nueve de la noche")
    buyer.says("sí")
    assert buyer.calls[-1].arguments == {"people": "3", "day": "2026-11-24", "hour": "21:00"}


def test_another_wish_in_the_middle_is_served_and_the_first_goes_on(buyer: Buyer) -> None:
    buyer.says("quiero reservar una mesa")
    heard = buyer.says("espere, antes dígame dónde está mi pedido 5512")
    assert "en camino" in heard
    assert "¿Para cuántas personas?" in heard


def test_the_house_s_own_subjects_stay_what_they_are(buyer: Buyer) -> None:
    assert "cuenta" in buyer.says("¿cuánto debo?")
    assert "Su saldo" in buyer.says("123456") or "pendiente" in buyer.heard


def test_a_service_that_is_down_is_told_and_a_person_offered(buyer: Buyer) -> None:
    buyer.failing["track_order"] = "unavailable"
    heard = buyer.says("¿dónde está mi pedido 5512?")
    assert "compañero" in heard or "persona" in heard
    assert buyer.called == ["track_order"]


def test_what_cannot_be_done_any_more_is_said_in_the_operator_s_words(buyer: Buyer) -> None:
    buyer.failing["cancel_order"] = "conflict"
    buyer.says("anule el pedido 5512")
    heard = buyer.says("sí")
    assert "ya ha salido" in heard
    assert "algo más" in heard


def test_who_wants_it_no_more_is_let_go(buyer: Buyer) -> None:
    buyer.says("quiero anular mi pedido")
    buyer.says("no, déjelo, ya no quiero anularlo")
    assert buyer.state.goal == ""
    assert buyer.calls == []
