from __future__ import annotations

import pytest

from ivr.dialogue.persona_doubts import doubts
from ivr.dialogue.persona_file import known_personas
from ivr.dialogue.script import load_script, parse_script


@pytest.mark.parametrize("name", known_personas())
def test_the_product_s_personas_leave_no_doubt_about_who_speaks_and_how_much(name: str) -> None:
    assert [*doubts(load_script(name).persona)] == []


@pytest.mark.parametrize(
    ("change", "key", "doubt"),
    [
        ("account_digits: 8", "phrases.ask_account", "it says 6, but account_digits is 8; make them agree"),
        ("phone_digits: 10", "phrases.phone_length", "it says 9, but phone_digits is 10"),
        (
            "phrases: {greeting: 'Hola. ¿Qué desea?'}",
            "phrases.greeting",
            "not say that a virtual assistant speaks",
        ),
        ("phrases: {balance: 'Son {amount} en total.'}", "phrases.balance", "its first sentence has a slot"),
        (f"phrases: {{welcome: {'De nada. ' * 30}}}", "phrases.welcome", "nobody remembers so much"),
    ],
)
def test_what_will_hurt_is_doubted(change: str, key: str, doubt: str) -> None:
    found = [*doubts(parse_script(f"extends: es\n{change}\n", "mine.yaml").persona)]
    assert any(where == key and doubt in told for where, told in found), found
