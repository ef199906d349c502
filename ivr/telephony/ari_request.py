"""A request to ARI as a value: method, path and parameters.

A field whose name stands in ``PATH`` goes there, ``variables`` and ``filter`` go into the body, the rest into the
query. ``None`` and empty strings are left out.
"""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

T_co = TypeVar("T_co", covariant=True)
Method = Literal["GET", "POST", "PUT", "DELETE"]

_SNAKE = frozenset({"external_host", "connection_type", "transport_data", "reason_code"})
"""The few parameters that ARI itself does not write in camel case."""
IN_BODY = frozenset({"variables", "filter"})


def parameter(name: str) -> str:
    """Name an ARI parameter after our field."""
    return name if name in _SNAKE else re.sub(r"_(.)", lambda match: match[1].upper(), name)


class Command(Generic[T_co]):
    """A request and what its answer means."""

    METHOD: ClassVar[Method]
    PATH: ClassVar[str]
    HARMLESS: ClassVar[bool] = False
    """A POST that does no more when sent twice."""

    def read(self, body: Any) -> T_co:
        """Make a value of the answer's JSON (None where there is none)."""
        raise NotImplementedError

    def existing(self) -> Command[T_co] | None:
        """Ask for the thing of the chosen id that this makes; None for commands that make nothing."""
        return None

    @property
    def path(self) -> str:
        """The path below ``/ari``, ids quoted."""
        given = self._given()
        return re.sub(r"\{(\w+)\}", lambda match: quote(str(given[match[1]]), safe=""), self.PATH)

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters."""
        return {
            name: _written(value)
            for name, value in self._given().items()
            if f"{{{name}}}" not in self.PATH and name not in IN_BODY and value not in (None, "")
        }

    @property
    def body(self) -> Mapping[str, Any] | None:
        """The JSON body, or None."""
        given = self._given()
        if given.get("filter") is not None:
            return dict(given["filter"])
        return {"variables": dict(given["variables"])} if given.get("variables") else None

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again when its answer was lost."""
        return self.METHOD != "POST" or self.HARMLESS or self.existing() is not None

    def _given(self) -> dict[str, Any]:
        return {parameter(field.name): getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
