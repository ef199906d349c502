"""What is wrong with a file of functions though each of its values is of its kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ivr.dialogue.confirmation import asks_to_confirm
from ivr.dialogue.guided_words import FORMS
from ivr.functions.schema import SLOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.functions.schema import Declaration, FunctionsFile, Http
    from ivr.yaml_text import Place

_TAKEN = frozenset({"balance", "support", "callback", "cancel", "contact", "search_knowledge"})
"""Names that the built-in engine uses for its own."""


def mistakes(document: FunctionsFile, own: frozenset[str]) -> Iterator[tuple[Place, str]]:
    """List each mistake with its place; ``own`` are the names of the product's functions."""
    names: set[str] = set()
    for number, declaration in enumerate(document.functions):
        if declaration.name in own | _TAKEN:
            yield ("functions", number, "name"), f"{declaration.name} is the product's own; choose another name"
        if declaration.name in names:
            yield ("functions", number, "name"), f"another function is called {declaration.name}; choose another name"
        names.add(declaration.name)
        for place, problem in (*_of_target(declaration), *_of_identity(declaration), *_of_talk(declaration)):
            yield ("functions", number, *place), problem


def _of_target(declaration: Declaration) -> Iterator[tuple[Place, str]]:
    accounts = [name for name, one in declaration.parameters.items() if one.type == "account"]
    if len(accounts) > 1:
        yield ("parameters", accounts[1]), "one parameter of the type account is enough; make this one digits"
    http = declaration.target.http
    if http is None:
        return
    for place, text in _templates(http):
        for name in re.findall(r"(?<!\$)\{(\w+)\}", text):
            if name not in declaration.parameters:
                known = ", ".join(declaration.parameters) or "none"
                yield ("target", "http", *place), f"{{{name}}} is no parameter; there are: {known}"
    for name in re.findall(r"(?<!\$)\{(\w+)\}", http.url):
        if name in declaration.parameters and not declaration.parameters[name].required:
            yield ("target", "http", "url"), f"{{{name}}} may be missing; make it required, or put it into query"
    if declaration.effect == "read" and not http.answer:
        yield (
            ("target", "http"),
            "answer is missing: name what of the answer may be spoken, such as status: order.status",
        )
    if declaration.effect == "read" and http.method in {"PUT", "PATCH", "DELETE"}:
        yield ("target", "http", "method"), f"{http.method} changes something; make effect reversible or irreversible"
    if declaration.effect != "read" and http.method == "GET":
        yield ("target", "http", "method"), "GET changes nothing; make it POST, or make effect read"


_PROVES = ("digits", "postal_code", "dni", "nie", "iban", "account")


def _of_identity(declaration: Declaration) -> Iterator[tuple[Place, str]]:
    """Tell of what cannot prove who calls: it has to be told in digits, each time."""
    named = declaration.identity if isinstance(declaration.identity, tuple) else ()
    for number, name in enumerate(named):
        one = declaration.parameters.get(name)
        if one is None:
            known = ", ".join(declaration.parameters) or "none"
            yield ("identity", number), f"{name} is no parameter; there are: {known}"
        elif one.type not in _PROVES:
            yield ("identity", number), f"a {one.type} proves nothing; name one of the types {', '.join(_PROVES)}"
        elif not one.required:
            yield ("identity", number), f"{name} may be missing; make it required"


def _templates(http: Http) -> Iterator[tuple[Place, str]]:
    yield ("url",), http.url
    yield from ((("query", name), text) for name, text in http.query.items())
    yield from _texts(("body",), http.body)


def _texts(place: Place, value: Any) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts((*place, str(key)), item)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts((*place, number), item)


def _of_talk(declaration: Declaration) -> Iterator[tuple[Place, str]]:
    local = declaration.local
    if local is None:
        return
    for name, one in declaration.parameters.items():
        if one.required and name not in local.ask and one.type != "account":
            yield ("local", "ask"), f"a question for {name} is missing; add '{name}: ¿...?'"
    for name, text in local.ask.items():
        if name not in declaration.parameters:
            yield ("local", "ask", name), f"{name} is no parameter; there are: {', '.join(declaration.parameters)}"
        elif "?" not in text:
            yield ("local", "ask", name), "this asks nothing; end it with a question mark"
    if declaration.effect == "irreversible" and not local.confirm:
        yield ("local",), "confirm is missing: what cannot be undone needs a question such as '... ¿Lo confirma?'"
    if local.confirm and not asks_to_confirm(local.confirm):
        yield ("local", "confirm"), "this does not ask for a yes; end it with a question such as '¿Lo confirma?'"
    known = {*declaration.parameters, *(declaration.target.http.answer if declaration.target.http else ())}
    told = [
        (("local", "confirm"), local.confirm),
        *((("local", "fail", code), text) for code, text in local.fail.items()),
    ]
    for place, text in (*told, *((("local", "say", number), text) for number, text in enumerate(local.say))):
        for name, form in SLOT.findall(text):
            free = declaration.target.python is not None and place[1] == "say"
            if name not in known and not free:
                yield place, f"{{{name}}} is neither a parameter nor in answer; there are: {', '.join(sorted(known))}"
            if form and form not in FORMS:
                yield place, f"{{{name}:{form}}}: no form is called {form}; there are: {', '.join(sorted(FORMS))}"
