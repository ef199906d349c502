"""What a check of the doctor answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ivr.settings import Settings

    Check = Callable[[Settings], Iterable["Finding"]]


class Finding(BaseModel):
    """One thing that was looked at. ``fail`` keeps the system from working, ``warn`` may hurt later."""

    name: str
    state: Literal["ok", "warn", "fail"]
    detail: str
    mend: str = ""


def good(name: str, detail: str) -> Finding:
    """Report that all is well."""
    return Finding(name=name, state="ok", detail=detail)


def doubtful(name: str, detail: str, mend: str) -> Finding:
    """Report what may hurt later."""
    return Finding(name=name, state="warn", detail=detail, mend=mend)


def bad(name: str, detail: str, mend: str) -> Finding:
    """Report what keeps the system from working."""
    return Finding(name=name, state="fail", detail=detail, mend=mend)
