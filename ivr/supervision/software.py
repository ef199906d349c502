"""The doctor's checks of what we stand on: Asterisk, ARI, codecs, models, database."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import ivr.db
from ivr.db.session import open_database, reading
from ivr.engines.store import ModelStore
from ivr.errors import (
    AriUnauthorized,
    AriUnavailable,
    ChannelGone,
    ConfigError,
    ModelCorrupt,
    ModelMissing,
    PbxError,
    StorageUnavailable,
    TelephonyError,
)
from ivr.supervision.findings import bad, doubtful, good
from ivr.supervision.state import read_status
from ivr.telephony.ari import AriClient, AriConfig
from ivr.telephony.ari_check import check_api
from ivr.telephony.ari_commands import GetApplication, GetInfo
from ivr.telephony.ari_request import Command
from ivr.telephony.pbx_install import find

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from ivr.settings import Settings
    from ivr.supervision.findings import Finding

NEEDED_MODULES = frozenset(
    {
        *("chan_pjsip", "res_rtp_asterisk", "res_stasis", "res_stasis_answer", "app_stasis"),
        *("res_ari_channels", "res_ari_bridges", "res_ari_applications", "res_ari_events"),
        *("codec_alaw", "codec_ulaw", "codec_g722", "codec_resample"),
    }
)
MEDIA_MODULES = {"rtp": "chan_rtp", "websocket": "chan_websocket"}
MIGRATIONS = Path(ivr.db.__path__[0]) / "migrations"
OPUS_MODULES = frozenset({"codec_opus", "codec_opus_open_source"})


@dataclass(frozen=True, slots=True)
class LoadedModules(Command[frozenset[str]]):
    """Ask which modules the server runs."""

    METHOD, PATH = "GET", "/asterisk/modules"

    def read(self, body: Any) -> frozenset[str]:
        """Read their names, without the ending."""
        return frozenset(item["name"].removesuffix(".so") for item in body if item["status"] == "Running")


def ari_config(settings: Settings) -> AriConfig:
    """Say where ARI is."""
    return AriConfig(settings.ari_url, settings.ari_user, settings.ari_password.get_secret_value(), settings.ari_app)


def check_pbx_program(settings: Settings) -> Iterator[Finding]:
    """See whether there is an Asterisk to run."""
    if settings.pbx == "external":
        yield good("PBX program", f"not ours to run (PBX=external, {settings.ari_url})")
        return
    try:
        program = find(settings.cache)
    except PbxError as error:
        yield bad("PBX program", str(error), "run: ivr pbx install")
        return
    if program is None:
        yield bad("PBX program", "no Asterisk is installed", "run: ivr pbx install")
    else:
        yield good("PBX program", f"Asterisk {program.version} in {program.root or 'this system'}")


def check_ari(settings: Settings) -> Iterator[Finding]:
    """Ask the PBX over ARI: is it there, are we let in, does it have what calls need."""
    if settings.pbx == "local" and read_status(settings.home).state not in {"starting", "running"}:
        yield doubtful("ARI", "not looked at: the local PBX does not run", "start it with: ivr up")
        return
    yield from asyncio.run(_look_at_ari(settings))


async def _look_at_ari(settings: Settings) -> list[Finding]:
    try:
        async with AriClient(ari_config(settings)) as client:
            return [finding async for finding in _ask_ari(client, settings)]
    except AriUnauthorized as error:
        return [bad("ARI", str(error), "make ARI_USER and ARI_PASSWORD those of the PBX's ari.conf")]
    except AriUnavailable as error:
        return [bad("ARI", str(error), "start the PBX (ivr up), or correct ARI_URL")]
    except TelephonyError as error:
        return [bad("ARI", str(error), "look into the log of the PBX: ivr logs pbx")]


async def _ask_ari(client: AriClient, settings: Settings) -> AsyncIterator[Finding]:
    info = await client.do(GetInfo())
    yield good("ARI", f"Asterisk {info['system']['version']} lets us in at {settings.ari_url}")
    loaded = await client.do(LoadedModules())
    needed = NEEDED_MODULES | {MEDIA_MODULES[settings.media_transport]}
    if missing := sorted(needed - loaded):
        yield bad("PBX modules and codecs", f"not running: {', '.join(missing)}", "load them in modules.conf")
    else:
        yield good("PBX modules and codecs", f"all {len(needed)} that calls need are running")
    if not OPUS_MODULES & loaded:
        yield doubtful("opus", "the PBX cannot transcode it", "install codec_opus, or let phones use alaw or g722")
    if lacking := await check_api(client):
        yield doubtful("ARI version", "; ".join(lacking), "use Asterisk 22 LTS or newer")
    else:
        yield good("ARI version", "it has every command and event that we use")
    try:
        await client.do(GetApplication(settings.ari_app))
    except ChannelGone:
        yield bad("call worker", f"nobody answers for the application {settings.ari_app!r}", "start it with: ivr up")
    else:
        yield good("call worker", f"connected as {settings.ari_app!r}")


def check_models(settings: Settings) -> Iterator[Finding]:
    """See whether each model is there and is what it should be (sha256)."""
    store = ModelStore(settings.cache)
    needed = store.manifest.needed(settings.is_on)
    for name, model in store.manifest.models.items():
        if name not in needed and store.missing([name]):
            yield good(f"model {name}", f"not asked for (it is for {model.switch})")
            continue
        try:
            store.folder(name)
        except ModelMissing as error:
            yield bad(f"model {name}", str(error), f"run: ivr models pull {name}")
        except ModelCorrupt as error:
            yield bad(f"model {name}", str(error), f"delete the file and run: ivr models pull {name}")
        else:
            yield good(f"model {name}", f"{len(model.files)} files, sha256 right")


def check_database(settings: Settings) -> Iterator[Finding]:
    """See whether the database answers and has our tables as they are today."""
    try:
        engine = open_database(settings.database)
    except ConfigError as error:
        yield bad("database", str(error), "correct DATABASE_URL")
        return
    where = engine.url.render_as_string(hide_password=True)
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
        yield good("database", f"{where} will be made at the first start")
        return
    try:
        with reading(engine) as session:
            present = set(MigrationContext.configure(session.connection()).get_current_heads())
    except StorageUnavailable as error:
        yield bad("database", str(error), "start it, give it room, or correct DATABASE_URL")
        return
    finally:
        engine.dispose()
    wanted = set(ScriptDirectory(str(MIGRATIONS)).get_heads())
    if present == wanted:
        yield good("database", f"{where} answers and is up to date")
    else:
        yield doubtful("database", f"{where} answers, its tables are of another version", "ivr up brings it up to date")
