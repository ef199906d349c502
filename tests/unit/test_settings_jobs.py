"""Wrong settings of the work after calls say what would be right."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ivr.settings_jobs import JobSettings


def wrong(**values: str) -> str:
    with pytest.raises(ValidationError) as told:
        JobSettings.model_validate(values)
    return str(told.value)


@pytest.mark.parametrize("expression", ["hourly", "61 * * * *", "* * * *", ""])
def test_a_wrong_cron_expression_is_told_with_a_right_one(expression: str) -> None:
    assert "'0 * * * *' (hourly), or off" in wrong(batch_cron=expression)


def test_cron_expressions_and_off_are_taken() -> None:
    assert JobSettings.model_validate({"batch_cron": "*/15 8-20 * * 1-5"}).batch_cron == "*/15 8-20 * * 1-5"
    assert JobSettings.model_validate({"batch_cron": "off"}).batch_cron == "off"


def test_celery_wants_a_broker() -> None:
    assert "CELERY_BROKER_URL, such as redis://" in wrong(batch_engine="celery")
    assert "less than or equal to 20" in wrong(batch_max_concurrent="21")
