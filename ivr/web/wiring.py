"""Builds what the API stands on from the settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ivr.analysis.listening import Listener
from ivr.analysis.post_call import Ears
from ivr.bootstrap import build_detector, build_hearing, build_script, open_db
from ivr.bootstrap_store import build_store
from ivr.bootstrap_variants import read_experiment
from ivr.db.correction_book import CorrectionBook
from ivr.db.experiment_book import ExperimentBook
from ivr.db.leases import DatabaseQueue
from ivr.telephony.ari import AriConfig
from ivr.web.app import create_app
from ivr.web.backend import Backend, Experiments
from ivr.web.line import AriLine
from ivr.web.records import DatabaseRecords

if TYPE_CHECKING:
    from fastapi import FastAPI
    from sqlalchemy import Engine

    from ivr.settings import Settings


def build_api(settings: Settings) -> FastAPI:
    """Open database and store, and build the API; ConfigError and StorageUnavailable say what is wrong."""
    engine = open_db(settings)
    store = build_store(settings)
    ari = AriConfig(settings.ari_url, settings.ari_user, settings.ari_password.get_secret_value(), settings.ari_app)
    backend = Backend(
        home=settings.home,
        records=DatabaseRecords(engine),
        line=AriLine(ari, settings.country),
        store=store,
        store_path=store.root,
        jobs=DatabaseQueue(engine),
        listener=Listener(partial(_load_ears, settings, engine), settings.language),
        corrections=CorrectionBook(engine, settings.tenant),
        experiments=Experiments(
            ExperimentBook(engine, settings.tenant),
            lambda text: read_experiment(settings, text, "the experiment", settings.home),
        ),
        products=build_script(settings).persona.products,
    )
    return create_app(backend, settings.web_api_key.get_secret_value())


def _load_ears(settings: Settings, engine: Engine) -> Ears:
    return Ears(build_hearing(settings, engine, live=False), build_detector(settings), settings.language)
