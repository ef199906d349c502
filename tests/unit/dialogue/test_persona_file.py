from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.dialogue.persona_file import PERSONAS, known_personas
from ivr.dialogue.script import load_script, parse_script
from ivr.errors import ConfigError
from ivr.yaml_text import FileRefused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SPANISH = (PERSONAS / "es.yaml").read_text(encoding="utf-8")
SMALL = "extends: es\ncompany: Fibrazul\n"


def complaints(text: str, source: str = "mine.yaml") -> Sequence[str]:
    with pytest.raises(FileRefused) as caught:
        parse_script(text, source)
    assert str(caught.value).splitlines() == [f"{source}, {fault}" for fault in caught.value.faults]
    return str(caught.value).splitlines()


@pytest.mark.parametrize("name", known_personas())
def test_the_product_s_personas_are_sound(name: str) -> None:
    assert load_script(name).line("greeting").text


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("de {amount}.", "de {amont}.", "phrases.balance.1: unknown slot {amont}; write {amount} instead"),
        ("de {amount}.", "de {importe}.", "(allowed here: {agent}, {amount}, {company})"),
        ("de {amount}.", "de algo.", "does not say {amount}"),
        ("de {amount}.", "de { amount }.", "does not say {amount}"),
        ("Hola, soy {agent}", "Hola, soy {{agent}}", "a brace in"),
        ("Hola, soy {agent}", "Hola, soy {nombre}", "phrases.greeting: unknown slot {nombre}; take it out"),
        ("  balance:", "  balanse:", "phrases.balanse: no phrase is called 'balanse'; did you mean 'balance'?"),
        ("company: Telenova", "", "company: company is missing; add 'company: ...'"),
        ("company: Telenova", "compani: Telenova", "no key is called 'compani' here; did you mean 'company'?"),
        ("  payment:\n", "  pago:\n", "facts are missing: payment; add them"),
        ('  sales: "una contratación"', "", "topics are missing: sales; add them"),
        ("account_digits: 6", "account_digits: seis", "account_digits: a whole number is wanted here"),
        ("account_digits: 6", "account_digits: 2", "account_digits: 2 is out of range; give at least 3"),
        ("products: [fibra", f"products: [{'x, ' * 20}fibra", "products: 23 entries are too many; keep 20 at most"),
        ('    - "De nada."', "    - No", "phrases.welcome.1: a text is wanted here, in quotes (YAML reads this as yes"),
        ('    - "De nada."', "    - Claro: de nada", "a key and its value, for the colon"),
        ('    - "De nada."', '    - ""', "phrases.welcome.1: this is empty; write something"),
        (
            '  welcome:\n    - "De nada."\n    - "A usted."',
            "  welcome: []",
            "phrases.welcome: 0 entries are too few; give at least 1",
        ),
        ("    words: [", "    wordz: [", "wordz: no key is called 'wordz' here; did you mean 'words'?"),
        ("language: es", "language: es\nform: [{kind: telefono, ask: x}]", "form.1.kind: 'telefono' is unknown"),
        ("language: es", "language: es\nform: [{kind: phone, ask: '{x}'}]", "braces are not filled in here"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_mend(before: str, after: str, complaint: str) -> None:
    assert before in SPANISH
    assert complaint in "\n".join(complaints(SPANISH.replace(before, after, 1)))


def test_a_mistake_is_told_with_line_and_column() -> None:
    text = SMALL + 'phrases:\n  balance:\n    - "Son {amount}."\n    - "Son {importe}."\n'
    problem = "unknown slot {importe}; write {amount} instead (allowed here: {agent}, {amount}, {company})"
    assert complaints(text) == [f"mine.yaml, line 6, column 7, phrases.balance.2: {problem}"]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = "extends: es\nvos: ef_dora\naccount_digits: seis\nphrases:\n  balance: Son {importe}.\n  saludo: Hola\n"
    told = complaints(text)
    assert [line.split(", column")[0] for line in told] == [f"mine.yaml, line {number}" for number in (2, 3, 5, 6)]
    assert "did you mean 'voice'?" in told[0]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "company: 'Fibrazul\nagent: Ana\n",
            "line 3, column 1: not valid YAML: a quote is not closed; close it (it began",
        ),
        ("company: Fibrazul: la mejor\n", "line 1, column 18: not valid YAML: a colon stands in text without quotes"),
        ("phrases:\n\tsure: Vale\n\tgot_it: Bien\n", "line 2, column 1: a tab in the indentation"),
        ("phrases:\n\tsure: Vale\n\tgot_it: Bien\n", "line 3, column 1: a tab in the indentation"),
        ("products: [fibra, móvil\nagent: Ana\n", "not valid YAML"),
        ("company: A\n  agent: B\n", "line 2, column 8: not valid YAML: a colon"),
        ("phrases:\n  sure: Vale\n agent: B\n", "the indentation does not fit"),
        ("agent: @ana\n", "text must not begin with @; put it in quotes"),
        ("agent: A\x07B\n", "U+0007"),
        ("agent: 2024-13-45\n", "line 1, column 1"),
        (
            "agent: Ana\nagent: Eva\n",
            "line 2, column 1, agent: the key stands already in line 1, and only one would count",
        ),
        ("facts:\n  a: {say: x, say: y}\n", "line 2, column 15, facts.a.say: the key stands already in line 2"),
        ("a: &a [*a]\n", "no key is called 'a' here"),
        ("", "line 1, column 1: a persona is a mapping"),
        ("- a", "a persona is a mapping"),
        ("hola", "a persona is a mapping"),
    ],
)
def test_what_is_no_yaml_is_told_in_plain_words(text: str, complaint: str) -> None:
    assert complaint in "\n".join(complaints(text))


def test_what_a_small_file_lacks_is_told_in_one_line_with_the_short_way() -> None:
    told = complaints("company: Fibrazul\nagent: Ana\nphrases: {}\ntopics: {}\nfacts: {}\n")
    assert len(told) == 3
    assert all("write 'extends: es'" in line for line in told)


# --- building on another persona ---------------------------------------------------------------


def test_a_small_persona_takes_everything_else_from_the_one_it_extends() -> None:
    script = parse_script(SMALL + "phrases:\n  welcome: Nada, nada.\nfacts:\n  vat: null\n", "mine.yaml")
    base = load_script("es")
    assert script.line("welcome").text == "Nada, nada."
    assert script.line("greeting").text == base.line("greeting").text.replace("Telenova", "Fibrazul")
    assert set(base.persona.facts) - set(script.persona.facts) == {"vat"}


def test_a_persona_may_extend_a_file_beside_it_which_extends_another(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "night.yaml").write_text("extends: ./house.yaml\nagent: Luna\n", encoding="utf-8")
    persona = load_script(str(tmp_path / "night.yaml")).persona
    assert (persona.agent, persona.company) == ("Luna", "Fibrazul")


def test_mistakes_of_the_extended_file_are_told_as_its_own(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text(SMALL + "vos: x\n", encoding="utf-8")
    (tmp_path / "night.yaml").write_text("extends: ./house.yaml\n", encoding="utf-8")
    with pytest.raises(FileRefused, match=r"house\.yaml, line 3"):
        load_script(str(tmp_path / "night.yaml"))


def test_personas_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("extends: ./b.yaml\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("extends: ./a.yaml\n", encoding="utf-8")
    with pytest.raises(FileRefused, match="builds on this file already"):
        load_script(str(tmp_path / "a.yaml"))


@pytest.mark.parametrize(
    ("value", "complaint"),
    [("ess", "did you mean 'es'?"), ("[es]", "name one persona"), ("./none.yaml", "is no persona")],
)
def test_a_wrong_base_is_told(value: str, complaint: str) -> None:
    assert complaint in complaints(f"company: A\nextends: {value}\n")[0]


def test_a_fact_that_the_agent_needs_cannot_be_taken_out() -> None:
    assert "facts are missing: payment; add them" in complaints(SMALL + "facts:\n  payment: null\n")[0]


# --- files ------------------------------------------------------------------------------------


def test_a_persona_is_found_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SPANISH.replace("Telenova", "Fibrazul"), encoding="utf-8")
    assert "Fibrazul" in load_script(str(path)).line("greeting").text


@pytest.mark.parametrize("name", ["nobody", "/nowhere/x.yaml"])
def test_a_missing_persona_names_the_setting(name: str) -> None:
    with pytest.raises(ConfigError, match="set PERSONA"):
        load_script(name)


def test_a_folder_is_no_persona(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="it is a folder"):
        load_script(str(tmp_path))


def test_a_file_that_is_not_utf8_is_told_by_its_place(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes("extends: es\ncompany: Telefonía\n".encode("latin-1"))
    with pytest.raises(FileRefused, match=r"line 2, column 17: byte 0xed is not UTF-8; save the file as UTF-8"):
        load_script(str(path))


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SMALL, encoding="utf-8-sig")
    assert load_script(str(path)).persona.company == "Fibrazul"


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(FileRefused, match="than any such file has"):
        load_script(str(path))
