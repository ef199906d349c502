from __future__ import annotations

import datetime as dt

import pytest

from ivr.dialogue.prompt import fixed_part, system_prompt
from ivr.dialogue.script import load_script, parse_script

SCRIPT = load_script("es")
MORNING = dt.datetime(2026, 11, 27, 9, 5)  # noqa: DTZ001 - local time, as calls have it
PROMPT = system_prompt(SCRIPT, MORNING)


def test_it_tells_who_speaks_for_whom_and_when() -> None:
    assert PROMPT.startswith("Eres Laura, la asistente virtual que atiende por teléfono a los clientes de Telenova.")
    assert PROMPT.endswith("La llamada empieza el viernes 27 de noviembre de 2026, 9:05.")


@pytest.mark.parametrize(
    "rule",
    ["frases cortas", "sin listas", "No prometes nada", "su número de cuenta, de 6 cifras", "oír un sí claro"],
)
def test_it_holds_the_rules_of_the_telephone(rule: str) -> None:
    assert rule in PROMPT


@pytest.mark.parametrize("name", sorted(SCRIPT.persona.facts))
def test_it_knows_the_facts_of_the_persona(name: str) -> None:
    assert SCRIPT.fact(name) in PROMPT


def test_each_fact_says_what_it_answers() -> None:
    assert f"Si preguntan por el horario: {SCRIPT.fact('opening_hours')}" in PROMPT
    assert f"Si preguntan por cobertura: {SCRIPT.fact('coverage')}" in PROMPT


def test_calls_of_other_days_begin_with_the_same_words_so_that_servers_keep_them() -> None:
    later = system_prompt(SCRIPT, MORNING + dt.timedelta(days=3, hours=5))
    assert fixed_part(later) == fixed_part(PROMPT)
    assert later != PROMPT


def test_no_slot_is_left_unfilled() -> None:
    assert "{" not in PROMPT


def test_what_the_house_asks_for_comes_before_the_rules_that_stand_above_it() -> None:
    text = "extends: es\nstyle: Habla con humor.\ninstructions:\n  - No hables de la competencia.\n"
    told = system_prompt(parse_script(text, "mine.yaml"), MORNING)
    assert "- Habla con humor.\n- No hables de la competencia." in told
    assert told.index("Habla con humor") < told.index("Qué no haces nunca")
    assert "Lo que la casa pide" not in PROMPT
