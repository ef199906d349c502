"""Builds what the API stands on from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.bootstrap import build_store, open_db
from ivr.db.leases import DatabaseQueue
from ivr.telephony.ari import AriConfig
from ivr.web.app import create_app
from ivr.web.backend import Backend
from ivr.web.line import AriLine
from ivr.web.records import DatabaseRecords

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ivr.settings import Settings


def build_api(settings: Settings) -> FastAPI:
    """Open database and store, and build the API; ConfigError and StorageUnavailable say what is wrong."""
    engine = open_db(settings)
    store = build_store(settings)
    ari = AriConfig(settings.ari_url, settings.ari_user, settings.ari_password.get_secret_value(), settings.ari_app)
    backend = Backend(
        home=settings.home,
        records=DatabaseRecords(engine),
        line=AriLine(ari),
        store=store,
        store_path=store.root,
        jobs=DatabaseQueue(engine),
    )
    return create_app(backend, settings.web_api_key.get_secret_value())
