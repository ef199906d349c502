"""Sets Celery up from the settings; what it wants installed is asked for only when it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.errors import ConfigError
from ivr.settings_jobs import OFF

if TYPE_CHECKING:
    from celery import Celery
    from sqlalchemy import Engine

    from ivr.db.leases import Lane
    from ivr.jobs.celery_queue import CeleryCrew, Messenger
    from ivr.settings import Settings


def build_celery(settings: Settings) -> Celery:
    """Make the app; ConfigError when Celery is not installed or no broker is named."""
    broker = settings.celery_broker_url.get_secret_value()
    if not broker:
        raise ConfigError("CELERY_BROKER_URL is empty: set it, for instance to redis://127.0.0.1:6379/0")
    try:
        from ivr.jobs.celery_queue import make_app
    except ModuleNotFoundError as error:
        raise ConfigError(f"{error.name} is not installed, which Celery wants: pip install 'ivr[celery]'") from None
    cron = settings.batch_cron if settings.enable_offline_batch and settings.batch_cron != OFF else None
    return make_app(broker, cron)


def build_messenger(settings: Settings) -> Messenger:
    """Make who sends jobs to Celery's workers."""
    app = build_celery(settings)
    from ivr.jobs.celery_queue import Messenger

    return Messenger(app, settings.celery_queue)


def build_celery_crew(settings: Settings, database: Engine, lane: Lane) -> CeleryCrew:
    """Make who hands a lane's jobs to Celery's workers."""
    messenger = build_messenger(settings)
    from ivr.jobs.celery_queue import CeleryCrew

    return CeleryCrew(database, messenger, lane)
