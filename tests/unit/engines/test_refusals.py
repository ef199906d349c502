from __future__ import annotations

import pytest

from ivr.engines.event_stream import Service, refusal
from ivr.errors import EngineBusy, EngineRefused, EngineUnavailable

KEY = "sk-verysecret"
SERVICE = Service("openai", "https://api.openai.com/v1", {"Authorization": f"Bearer {KEY}"}, KEY, "OPENAI_API_KEY")


@pytest.mark.parametrize(
    ("status", "kind", "mend"),
    [
        (401, EngineRefused, "OPENAI_API_KEY"),
        (403, EngineRefused, "OPENAI_API_KEY"),
        (404, EngineRefused, "LLM_MODEL"),
        (307, EngineRefused, "LLM_BASE_URL"),
        (400, EngineRefused, "LLM_MODEL"),
        (429, EngineBusy, "limits"),
        (529, EngineBusy, "limits"),
        (500, EngineUnavailable, "status page"),
        (503, EngineUnavailable, "status page"),
    ],
)
def test_each_refusal_tells_its_mend_and_never_the_key(status: int, kind: type[Exception], mend: str) -> None:
    error = refusal(SERVICE, status, "", f'{{"error": {{"message": "Incorrect API key provided: {KEY}"}}}}')
    assert type(error) is kind
    assert mend in str(error)
    assert KEY not in str(error)
    assert KEY not in repr(SERVICE)


@pytest.mark.parametrize(("told", "seconds"), [("7", 7.0), ("", 20.0), ("Fri, 27 Nov 2026 10:00:00 GMT", 20.0)])
def test_a_busy_service_is_left_alone_for_as_long_as_it_says(told: str, seconds: float) -> None:
    error = refusal(SERVICE, 429, told, "slow down")
    assert isinstance(error, EngineBusy)
    assert error.retry_after == seconds


def test_the_reason_is_told_and_kept_short() -> None:
    assert "context too long" in str(refusal(SERVICE, 400, "", '{"error": {"message": "context too long"}}'))
    assert len(str(refusal(SERVICE, 400, "", "<html>" * 5000))) < 400
