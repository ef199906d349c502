from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.dialogue.phrases import PHRASES
from ivr.dialogue.script import PERSONAS, load_script, parse_script
from ivr.dialogue.sentences import clauses
from ivr.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.dialogue.script import Script

SPANISH = (PERSONAS / "es.yaml").read_text(encoding="utf-8")


def test_variants_follow_the_turn(script: Script) -> None:
    assert script.say("one_moment", 0) != script.say("one_moment", 1)
    assert script.say("one_moment", 0) == script.say("one_moment", 3)


def test_slots_are_filled(script: Script) -> None:
    assert "diez euros" in script.say("balance", 0, {"amount": "diez euros"})


def test_every_reply_with_slots_begins_with_ready_audio(script: Script) -> None:
    fixed = set(script.fixed_phrases())
    for name, slots in PHRASES.items():
        for turn in range(3) if slots else ():
            assert clauses(script.say(name, turn))[0] in fixed, name


def test_fixed_phrases_have_no_slots(script: Script) -> None:
    phrases = script.fixed_phrases()
    assert len(phrases) == len(set(phrases)) > 100
    assert not any("{" in phrase for phrase in phrases)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        (
            "de {amount}.",
            "de {amont}.",
            r"persona\.yaml, line \d+, phrases\.balance: unknown slot \{amont\}",
        ),
        ("de {amount}.", "de algo.", r"does not say \{amount\}"),
        ("  balance:", "  balanse:", r"line \d+, phrases\.balanse: .*did you mean 'balance'"),
        ("company: Telenova", "", r"company: Field required"),
        ("language: es", "language: [es", r"line \d+: not valid YAML"),
        ("  payment:\n", "  pago:\n", r"fact 'payment' is missing"),
        ('  sales: "una contratación"', "", r"topic 'sales' is missing"),
        ("account_digits: 6", "account_digits: seis", r"line \d+, account_digits: .*integer"),
    ],
)
def test_a_wrong_persona_is_refused_with_the_place_and_the_mend(before: str, after: str, complaint: str) -> None:
    assert before in SPANISH
    with pytest.raises(ConfigError, match=complaint):
        parse_script(SPANISH.replace(before, after, 1), "persona.yaml")


def test_a_persona_is_found_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SPANISH.replace("Telenova", "Fibrazul"), encoding="utf-8")
    assert "Fibrazul" in load_script(str(path)).line("greeting").text


@pytest.mark.parametrize("name", ["nobody", "/nowhere/x.yaml"])
def test_a_missing_persona_names_the_setting(name: str) -> None:
    with pytest.raises(ConfigError, match="set PERSONA"):
        load_script(name)


@pytest.mark.parametrize("text", ["", "- a", "hola"])
def test_a_file_that_is_no_persona_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="mapping"):
        parse_script(text, "x.yaml")
