"""The doctor's check of the operator's business functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.bootstrap_tools import build_functions
from ivr.errors import ConfigError
from ivr.supervision.findings import bad, good

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.settings import Settings
    from ivr.supervision.findings import Finding


def check_functions(settings: Settings) -> Iterator[Finding]:
    """Read the file as calls will; nothing to tell where there is none."""
    if settings.functions is None:
        return
    try:
        found = build_functions(settings)
    except ConfigError as error:
        yield bad("functions", str(error), "correct what it names: ivr functions check FILE tells it again")
        return
    names = ", ".join(tool.name for tool in found.tools) if found else ""
    yield good("functions", f"{settings.functions}: {names}")
