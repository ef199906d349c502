"""Small models held to a form: every answer is a JSON object of ours, grammar-checked by the server as it writes.

``{"say": "..."}``, or ``{"say": "...", "call": "NAME", "arguments": {...}}``. What is said comes first and is spoken as
it is written; then comes the choice of a function, which a small model makes too readily where it is asked for first.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ivr.engines.chat_history import Ran, history, result_text, system_of
from ivr.errors import UnusableAnswer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.dialogue.conversation import Message
    from ivr.dialogue.tools import Tool

_SAID = re.compile(r'\s*\{\s*"say"\s*:\s*"((?:[^"\\]|\\u[0-9a-fA-F]{4}|\\[^u])*)')
_LONGEST_SAID, _LONGEST_LEAD = 400, 80
_HOUR = "^[0-2][0-9]:[0-5][0-9]$"
_FORM = """\
Contestas siempre con un objeto JSON, de una de estas dos formas:
{"say": "lo que dices al cliente"}
{"say": "Un momento.", "call": "función", "arguments": {...}}
En cuanto el cliente te ha dicho los datos que pide una función, la usas; sin ellos, se los preguntas. Ejemplos:
Cliente: ¿Abren los domingos?
{"say": "No, los domingos cerramos. ¿Algo más?"}
Cliente: Quiero saber cuánto debo.
{"say": "Claro. ¿Me dice su número de cuenta?"}
Cliente: Es la 908172.
{"say": "Un momento.", "call": "get_account_balance", "arguments": {"account_id": "908172"}}
[Resultado de get_account_balance: {"balance": "12.00"}]
{"say": "Debe doce euros. ¿Algo más?"}
Cliente: Quiero anular el servicio.
{"say": "Entiendo. ¿Me confirma que quiere la baja?"}
Cliente: Páseme con una persona.
{"say": "Le paso con un compañero.", "call": "transfer_to_agent", "arguments": {}}
Funciones que hay:
"""


def answer_schema(tools: Sequence[Tool]) -> dict[str, Any]:
    """Write the JSON schema of an answer: words, or one of the functions with its own arguments."""
    said = {"type": "string", "minLength": 1, "maxLength": _LONGEST_SAID}
    lead = {"type": "string", "maxLength": _LONGEST_LEAD}
    calls = [
        {"say": lead, "call": {"const": tool.name}, "arguments": _grammatical(dict(tool.parameters))} for tool in tools
    ]
    return {"anyOf": [_object(form) for form in ({"say": said}, *calls)]}


def _grammatical(schema: Any) -> Any:
    """Write a schema so that the server's grammar means what we mean: a time there would want seconds and a zone."""
    if isinstance(schema, list):
        return [_grammatical(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _grammatical(value) for key, value in schema.items() if key not in {"title", "description", "default"}}
    if "properties" in schema:  # their names are free
        kept["properties"] = {name: _grammatical(part) for name, part in schema["properties"].items()}
    if kept.get("format") == "time":
        del kept["format"]
        kept["pattern"] = _HOUR
    return kept


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def held_messages(messages: Sequence[Message], tools: Sequence[Tool]) -> list[dict[str, Any]]:
    """Write the conversation in the same form; the functions come first, since only the instructions' end changes."""
    offered = "\n".join(f"- {_describe(tool)}" for tool in tools)
    written: list[dict[str, Any]] = [{"role": "system", "content": f"{_FORM}{offered}\n\n{system_of(messages)}"}]
    for item in history(messages):
        if isinstance(item, Ran):
            form = {"say": "Un momento.", "call": item.call.name, "arguments": dict(item.call.arguments)}
            written.append({"role": "assistant", "content": json.dumps(form, ensure_ascii=False)})
            told = f"[Resultado de {item.call.name}: {result_text(item.result)}]"
            written.append({"role": "user", "content": told})
        elif item.role == "assistant":
            written.append({"role": "assistant", "content": json.dumps({"say": item.text}, ensure_ascii=False)})
        else:
            written.append({"role": "user", "content": item.text})
    return written


def _describe(tool: Tool) -> str:
    properties: dict[str, dict[str, Any]] = dict(tool.parameters.get("properties", {}))
    needed = tool.parameters.get("required", ())
    parts = [name if name in needed else f"{name}?" for name in properties]
    return f"{tool.name}({', '.join(parts)}): {tool.description}"


class HeldContent:
    """Reads an answer as it is written."""

    def __init__(self) -> None:
        self._raw = ""
        self._given = 0

    def feed(self, text: str) -> str:
        """Take some characters; answer what of ``say`` is new."""
        self._raw += text
        found = _SAID.match(self._raw)
        if found is None:
            return ""
        said = str(json.loads(f'"{found[1]}"', strict=False))
        new, self._given = said[self._given :], len(said)
        return new

    def call(self, engine: str) -> tuple[str, str]:
        """Give the function's name and arguments as JSON text, both empty where only words came; UnusableAnswer."""
        try:
            form = json.loads(self._raw, strict=False)
        except ValueError:
            form = None
        if not isinstance(form, dict):
            raise UnusableAnswer(f"{engine} did not keep to the form; take another model", engine)
        return str(form.get("call", "")), json.dumps(form.get("arguments", {}))


class PlainContent:
    """Words as they are; calls come beside them."""

    def feed(self, text: str) -> str:
        """Give them back."""
        return text

    def call(self, engine: str) -> tuple[str, str]:
        """Tell that there is none."""
        del engine
        return "", ""
