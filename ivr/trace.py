"""Which call the running task works for, so that every log line can say it."""

from __future__ import annotations

from contextvars import ContextVar

CALL_ID: ContextVar[str] = ContextVar("call_id", default="")
"""The call id of the current task; tasks started from it inherit the value."""
