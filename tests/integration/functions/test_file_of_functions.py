"""The operator's file: the shipped example loads, and every mistake is told by its line, its key and its mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.errors import ConfigError
from ivr.functions.declared import load_functions
from ivr.yaml_text import FileRefused

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "functions.yaml"
SECRETS = {"SHOP_URL": "http://127.0.0.1:9", "SHOP_KEY": "secret"}
PYTHON = """
import datetime as dt
def plain(order): return {}
async def later(order: str, *, context): return {}
def wants_more(order, colour): return {}
def nothing(): return {}
"""
HEAD = """functions:
  - name: track
    description: Tells where an order is.
    parameters:
      order: digits
"""
HTTP = HEAD + "    target:\n      http:\n        url: http://shop/orders/{order}\n"


def load(tmp_path: Path, text: str) -> str:
    """Load a file that must be refused; answers what is said about it."""
    (tmp_path / "more.py").write_text(PYTHON)
    path = tmp_path / "functions.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_functions(path, SECRETS)
    return str(refused.value)


def test_the_shipped_example_loads() -> None:
    functions = load_functions(EXAMPLE, SECRETS)
    assert [tool.name for tool in functions.tools] == ["track_order", "cancel_order", "book_table"]
    assert [guide.name for guide in functions.guides] == ["track_order", "cancel_order", "book_table"]
    schema = functions.tools[0].parameters
    assert schema["properties"]["order"]["pattern"] == "^[0-9]{4}$"
    assert schema["required"] == ["order"]
    assert functions.tools[1].effect.value == "irreversible"


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("functions: []\n", 1, "give at least 1"),
        (HTTP.replace("description", "descripcion"), 3, "did you mean 'description'"),
        (HTTP.replace("digits", "digit"), 5, "'digits'"),
        (HTTP.replace("track", "cancel_service"), 2, "product's own"),
        (HTTP.replace("orders/{order}", "orders/{id}"), 8, "{id} is no parameter; there are: order"),
        (HTTP.replace("http://shop", "ftp://shop"), 8, "does not have the form"),
        (HTTP, 7, "answer is missing"),
        (HTTP + "        answer: {a: b}\n        headers: {X: '${NO_KEY}'}\n", 7, "set NO_KEY in .env"),
        (
            HTTP.replace("http://shop", "${SHOP_URL}{order}") + "        answer: {a: b}\n",
            7,
            "a host without placeholders",
        ),
        (HEAD + "    target: {python: 'more.py:nothing'}\n", 6, "does not take order"),
        (HEAD + "    target: {python: 'more.py:wants_more'}\n", 6, "needs colour"),
        (HEAD + "    target: {python: 'more.py:absent'}\n", 6, "has no function 'absent'"),
        (HEAD + "    target: {python: 'absent.py:f'}\n", 6, "there is no file"),
        (HEAD + "    target: {}\n", 6, "give one of http and python"),
        (HEAD + "    timeout: 90\n    target: {python: 'more.py:plain'}\n", 6, "at most 30"),
        (
            HEAD + "    effect: irreversible\n    target: {python: 'more.py:plain'}\n"
            "    local: {when: x y, ask: {order: '¿Cuál?'}, say: ya}\n",
            8,
            "confirm is missing",
        ),
        (
            HEAD + "    target: {python: 'more.py:plain'}\n    local: {when: x y, say: ya}\n",
            7,
            "a question for order is missing",
        ),
        (
            HEAD + "    target: {python: 'more.py:plain'}\n"
            "    local: {when: x y, ask: {order: '¿Cuál?'}, say: 'Es {a:fecha}'}\n",
            7,
            "no form is called fecha",
        ),
        ("functions:\n\t- name: x\n", 2, "tab"),
    ],
)
def test_a_mistake_is_told_by_its_line_and_mend(tmp_path: Path, text: str, line: int, told: str) -> None:
    message = load(tmp_path, text)
    assert told in message
    assert f"functions.yaml, line {line}" in message


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = HTTP + "  - name: track\n    description: The same.\n    target: {python: 'absent.py:f'}\n"
    path = tmp_path / "functions.yaml"
    path.write_text(text)
    with pytest.raises(FileRefused) as refused:
        load_functions(path, SECRETS)
    assert [fault.line for fault in refused.value.faults] == [7, 9, 11]


@pytest.mark.parametrize(
    ("identity", "told"),
    [
        ("order", "identity: yes, no or a list of parameters is wanted here"),
        ("[]", "identity: 0 entries are too few; give at least 1"),
        ("[a, b, c, d, e]", "identity: 5 entries are too many; keep 4 at most"),
        ("[El pedido]", "identity.1: 'El pedido' does not have the form"),
        ("[order, 7]", "identity.2: a text is wanted here, in quotes"),
    ],
)
def test_a_wrong_identity_is_told_once(tmp_path: Path, identity: str, told: str) -> None:
    message = load(tmp_path, HEAD + f"    identity: {identity}\n    target: {{python: 'more.py:plain'}}\n")
    assert f"functions.1.{told}" in message
    assert len(message.splitlines()) == 1


def test_a_file_that_is_not_there_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"FUNCTIONS: .* cannot be read"):
        load_functions(tmp_path / "absent.yaml", {})
