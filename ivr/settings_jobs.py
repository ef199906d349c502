"""The settings of the work after calls; part of ``Settings``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, Self

from cronsim import CronSim, CronSimError
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

OFF = "off"


class JobSettings(BaseSettings):
    """Who analyses recordings, when, and how many at once."""

    enable_offline_batch: bool = Field(default=True, description="Process recordings after calls.")
    batch_max_concurrent: int = Field(1, ge=1, le=20, description="Recordings processed at once on this machine.")
    batch_cron: str = Field(
        "0 * * * *",
        description="When recordings that were missed are looked for: minute, hour, day, month, weekday; off: never.",
    )
    batch_engine: Literal["local", "celery"] = Field(
        "local", description="Who processes them: processes of this machine, or workers that Celery spreads."
    )
    batch_lease: float = Field(
        30.0, ge=2, le=1800, description="Seconds without a sign of life before a recording goes to another worker."
    )
    celery_broker_url: SecretStr = Field(
        SecretStr(""), description="Broker of BATCH_ENGINE=celery (pip install 'ivr[celery]'): redis:// or amqp://."
    )
    celery_queue: Literal["cpu", "gpu"] = Field("cpu", description="Kind of worker that recordings are sent to.")

    @field_validator("batch_cron")
    @classmethod
    def _is_a_cron_expression(cls, value: str) -> str:
        if value != OFF:
            try:
                CronSim(value, datetime.now(UTC))
            except CronSimError as error:
                raise ValueError(
                    f"{value!r} is no cron expression ({error}); five fields such as '0 * * * *' (hourly), or off"
                ) from None
        return value

    @model_validator(mode="after")
    def _broker_is_named(self) -> Self:
        if self.batch_engine == "celery" and not self.celery_broker_url.get_secret_value():
            raise ValueError("BATCH_ENGINE=celery needs CELERY_BROKER_URL, such as redis://127.0.0.1:6379/0")
        return self
