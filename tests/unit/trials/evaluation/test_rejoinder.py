from __future__ import annotations

import json

import pytest

from ivr.trials.evaluation.listener import last_said
from ivr.trials.evaluation.rejoinder import YES, Said, rejoinder

READ_BACK = "Se lo repito. cinco cero cero, seis cero cero. ¿Es correcto?"


@pytest.mark.parametrize(
    ("asked", "how", "said", "answer"),
    [
        (READ_BACK, "yes_no", ["cinco cero cero, seis cero cero"], YES),
        (READ_BACK, "yes_no", ["cinco cero cero", "seis cero cero"], YES),
        (READ_BACK, "yes_no", ["500601"], "No. 500601"),
        ("Perdone, no le he oído bien. ¿Ha dicho que sí?", "yes_no", ["No, gracias"], "No. No, gracias"),
        ("Perdone, no le he oído bien. ¿Ha dicho que no?", "yes_no", ["No, gracias"], YES),
        ("Perdone. ¿Ha dicho que quiere cancelar el servicio?", "yes_no", ["Quiero darme de baja"], YES),
        ("Perdone. ¿Ha dicho que quiere cancelar el servicio?", "yes_no", ["Mi saldo"], "No. Mi saldo"),
        ("Perdone. ¿Puede repetirlo, por favor?", "", ["Mi saldo"], "Mi saldo"),
        ("¿Sigue ahí? Le escucho.", "", ["Mi saldo"], "Mi saldo"),
        ("El teléfono es el seis seis seis, doce, tres. ¿Es correcto?", "", ["666124"], "No. 666124"),
        ("¿Confirma que quiere cancelar la cuenta uno dos tres, cuatro cinco seis?", "", ["123456"], ""),
        ("Se lo repito. Vence el nueve de diciembre. ¿Puedo ayudarle en algo más?", "", ["¿Cómo?"], ""),
        ("Hola, soy Laura. ¿Puede repetirlo?", "", [], ""),
    ],
)
def test_a_caller_answers_from_what_it_said(asked: str, how: str, said: list[str], answer: str) -> None:
    assert rejoinder(Said(asked, how), said) == answer


def test_the_agents_last_words_are_found_in_the_journal_of_the_running_call() -> None:
    def line(who: str, heard: str) -> str:
        return json.dumps({"kind": "turn", "data": {"who": who, "heard": heard, "clarifies": "yes_no"}}) + "\n"

    assert last_said(line("caller", "mi saldo") + line("agent", READ_BACK)) == Said(READ_BACK, "yes_no")
    assert last_said(line("agent", READ_BACK) + line("caller", "sí")) is None
    assert last_said(line("agent", READ_BACK) + line("caller", "sí")[:-5]) == Said(READ_BACK, "yes_no")
