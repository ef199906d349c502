"""Renders ``.env.example`` from the settings: ``python -m ivr.supervision.env_example > .env.example``."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic import SecretStr

from ivr.settings import Settings

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

HEADER = """\
# Every setting with its default. Copy this file to .env and take the # off the lines that you change.
# Secrets that are left out are generated into <IVR_HOME>/secrets.env, readable by you alone.
# The process environment wins over .env, and .env over secrets.env.
"""


def render() -> str:
    """Render one sentence, the allowed values and the default for each setting."""
    return "\n".join([HEADER, *(_entry(name, field) for name, field in Settings.model_fields.items())])


def _entry(name: str, field: FieldInfo) -> str:
    allowed = _allowed(field)
    lines = [f"# {field.description}"]
    if allowed:
        lines.append(f"# {allowed}")
    return "\n".join([*lines, f"#{name.upper()}={_default(field.default)}", ""])


def _allowed(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return "One of: " + ", ".join(str(value) for value in get_args(field.annotation))
    if field.annotation is bool:
        return "One of: true, false"
    bounds = {key: getattr(item, key) for item in field.metadata for key in ("ge", "le") if hasattr(item, key)}
    if {"ge", "le"} <= bounds.keys():
        return f"From {bounds['ge']} to {bounds['le']}"
    return f"At least {bounds['ge']}" if "ge" in bounds else ""


def _default(value: Any) -> str:
    match value:
        case None | types.EllipsisType():
            return ""
        case SecretStr():
            return value.get_secret_value()
        case bool():
            return str(value).lower()
        case Path() | int() | float() | str():
            return str(value)
        case _:
            raise TypeError(f"a default of type {type(value).__name__} has no place in .env.example; render it here")


if __name__ == "__main__":
    sys.stdout.write(render())
