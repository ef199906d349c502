from __future__ import annotations

import json
import logging

import pytest

from ivr.settings import Settings
from ivr.supervision.logs import LineFormatter, secret_values
from ivr.trace import CALL_ID


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"name": "ivr.call", "levelno": 20, "levelname": "INFO", "msg": message, "args": args})
    made.created = 1_700_000_000.25
    vars(made).update(extra)
    return made


def test_a_text_line_says_when_what_part_and_which_call() -> None:
    token = CALL_ID.set("call-7")
    line = LineFormatter("calls", "text").format(record("turn %d", 3))
    CALL_ID.reset(token)
    assert line == "2023-11-14T22:13:20.250Z INFO    calls ivr.call [call-7] turn 3"


def test_a_line_outside_a_call_names_none() -> None:
    assert "[" not in LineFormatter("api", "text").format(record("ready"))


def test_a_json_line_keeps_extra_values_and_the_call_id_that_was_given() -> None:
    line = json.loads(LineFormatter("calls", "json").format(record("done", call_id="call-8", stt_ms=274.5, who="yo")))
    assert line["call_id"] == "call-8"
    assert line["stt_ms"] == 274.5
    assert line["who"] == "yo"
    assert line["time"].endswith("Z")


def test_secrets_are_masked_in_messages_tracebacks_extras_and_urls() -> None:
    secret = 's3cr/et"x'
    with pytest.raises(ValueError, match="invalid literal") as caught:
        int(secret)
    broken = record("told %s at http://u:s3cr%%2Fet%%22x@pbx", secret, exc_info=caught._excinfo, note=secret)
    for log_format in ("text", "json"):
        line = LineFormatter("calls", log_format, [secret]).format(broken)
        assert "s3cr" not in line
        assert "***" in line


def test_the_settings_secrets_include_the_database_password() -> None:
    settings = Settings(ari_password="aaa-bbb", database_url="postgresql://ivr:p4ss@db/ivr")
    assert {"aaa-bbb", "p4ss"} <= set(secret_values(settings))
