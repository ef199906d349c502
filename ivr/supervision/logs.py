"""One log format for every part: text for people or JSON lines for machines, with the call id and no secrets."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, urlsplit

from pydantic import SecretStr

from ivr.trace import CALL_ID

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ivr.settings import Settings

PART_VARIABLE = "IVR_PART"
"""Set by the supervisor: the part then logs to its own file instead of standard error."""

LOG_BYTES = 10_000_000
LOG_FILES = 5
"""A part keeps this many older files of that size; the oldest goes first."""

MASK = "***"
SHORTEST_SECRET = 4
"""Shorter ones would blot out ordinary words and protect nothing."""
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "call_id", "taskName"}
_QUIET = {"uvicorn.access": logging.WARNING, "asyncio": logging.WARNING, "alembic": logging.WARNING}


def set_up_logging(settings: Settings, part: str) -> None:
    """Send the root logger to the part's file when supervised, to standard error otherwise; safe to repeat."""
    handler: logging.Handler
    if os.environ.get(PART_VARIABLE):
        handler = log_file_handler(settings.home, part)
    else:
        handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(part, settings.log_format, secret_values(settings)))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(settings.log_level)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(max(level, root.level))
    logging.captureWarnings(capture=True)


def log_file_handler(home: Path, part: str) -> RotatingFileHandler:
    """Open ``<home>/log/<part>.log`` with rotation."""
    directory = home / "log"
    directory.mkdir(parents=True, exist_ok=True)
    return RotatingFileHandler(directory / f"{part}.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")


def secret_values(settings: Settings) -> list[str]:
    """List every secret that the settings hold, the database's password included."""
    found = [value.get_secret_value() for _, value in settings if isinstance(value, SecretStr)]
    found.append(urlsplit(settings.database_url).password or "")
    return [value for value in found if len(value) >= SHORTEST_SECRET]


class LineFormatter(logging.Formatter):
    """One line a record (tracebacks follow in text, ride inside in JSON), UTC, secrets masked."""

    def __init__(self, part: str, log_format: Literal["text", "json"], secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._part = part
        self._json = log_format == "json"
        variants = {variant for secret in secrets for variant in (secret, quote(secret, safe=""))}
        self._secrets = sorted(variants, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Render one record."""
        call_id = str(getattr(record, "call_id", "") or CALL_ID.get())
        return self._json_line(record, call_id) if self._json else self._text_line(record, call_id)

    def _json_line(self, record: logging.LogRecord, call_id: str) -> str:
        line: dict[str, object] = {
            "time": _utc(record.created),
            "level": record.levelname,
            "part": self._part,
            "logger": record.name,
            "call_id": call_id,
            "message": self._mask(record.getMessage()),
        }
        for name, value in vars(record).items():
            if name not in _STANDARD:
                line[name] = value if isinstance(value, int | float | bool) else self._mask(str(value))
        if record.exc_info:
            line["exception"] = self._mask(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)

    def _text_line(self, record: logging.LogRecord, call_id: str) -> str:
        call = f" [{call_id}]" if call_id else ""
        line = f"{_utc(record.created)} {record.levelname:<7} {self._part} {record.name}{call} {record.getMessage()}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return self._mask(line)

    def _mask(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
