"""Parameters of a declaration -> a pydantic model that checks and normalises arguments, and writes their schema."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model

from ivr.db.crm_tools import Email, Phone
from ivr.language.identifiers import normal_form

if TYPE_CHECKING:
    from ivr.functions.schema import Declaration, Parameter

_LONGEST = 200
_DESCRIBED = {
    "date": "YYYY-MM-DD",
    "time": "HH:MM",
    "dni": "Spanish identity document, digits and letter",
    "nie": "Spanish foreigner's number, with its letters",
}
_PLAIN: dict[str, Any] = {
    "integer": int,
    "number": float,
    "boolean": bool,
    "date": dt.date,
    "time": dt.time,
    "phone": Phone,
    "email": Email,
}


def arguments_of(declaration: Declaration) -> type[BaseModel]:
    """Make the model of a function's arguments."""
    fields: dict[str, Any] = {}
    for name, parameter in declaration.parameters.items():
        kind = _kind(parameter)
        described = ". ".join(part for part in (parameter.description, _DESCRIBED.get(parameter.type, "")) if part)
        if parameter.required:
            fields[name] = (kind, Field(description=described))
        else:
            fields[name] = (kind | None, Field(default=None, description=described))
    made: type[BaseModel] = create_model(declaration.name, __config__=ConfigDict(extra="forbid"), **fields)
    return made


def _kind(parameter: Parameter) -> Any:
    kind: Any
    match parameter.type:
        case "digits" | "account":
            size = str(parameter.length) if parameter.length else "1,30"
            kind = Annotated[str, Field(pattern=rf"^[0-9]{{{size}}}$"), BeforeValidator(_digits)]
        case "enum":
            kind = Literal[tuple(parameter.choices)]
        case "string":
            kind = Annotated[str, Field(min_length=1, max_length=_LONGEST)]
        case "dni" | "nie" | "iban" | "postal_code" as identifier:
            kind = Annotated[str, AfterValidator(_identifier(identifier))]
        case plain:
            kind = _PLAIN[plain]
    return Annotated[kind, AfterValidator(_fits(parameter.pattern))] if parameter.pattern else kind


def _digits(value: object) -> object:
    return re.sub(r"[\s.-]", "", value) if isinstance(value, str) else str(value) if isinstance(value, int) else value


def _identifier(kind: str) -> Any:
    def normal(value: str) -> str:
        found = normal_form(kind, value)
        if found is None:
            raise ValueError(f"is no {kind} (a letter or check digit does not fit)")
        return found

    return normal


def _fits(pattern: str) -> Any:
    def check(value: Any) -> Any:
        if re.fullmatch(pattern, str(value)) is None:
            raise ValueError(f"must be like {pattern}")
        return value

    return check
