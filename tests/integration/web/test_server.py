"""The API on a real socket."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from ivr.db.queries import Worker, write_call
from ivr.db.session import open_database, writing
from ivr.metadata import AudioRecord, CallRecord, Outcome, RecordingMetadata, TurnRecord
from ivr.storage.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = "a-key-for-tests"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("api")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "IVR_HOME": str(folder / "home"),
        "STORAGE_LOCAL_PATH": str(folder / "recordings"),
        "WEB_API_KEY": KEY,
        "WEB_PORT": str(port),
        "ARI_URL": "http://127.0.0.1:1/ari",
        "ARI_PASSWORD": "no-pbx-here",
    }
    argv = [sys.executable, "-m", "ivr", "serve", "api"]
    with (folder / "err").open("wb") as err:
        server = subprocess.Popen(argv, env={**os.environ, **settings}, stderr=err)
    base = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 30
    while not listens(port):
        assert server.poll() is None, (folder / "err").read_text()
        assert time.monotonic() < deadline, (folder / "err").read_text()
        time.sleep(0.1)
    fill(folder / "home", LocalStore(folder / "recordings"))
    yield base
    server.send_signal(signal.SIGTERM)
    assert server.wait(10) in {0, -signal.SIGTERM}


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_api_tells_its_health_and_guards_the_rest(address: str) -> None:
    health = httpx.get(f"{address}/health", timeout=10)
    assert health.status_code == 503
    assert health.json()["failing"] == ["pbx", "calls"]
    assert httpx.get(f"{address}/recordings").status_code == 401
    assert httpx.get(f"{address}/recordings", headers={"X-API-Key": KEY}).status_code == 200


def test_the_description_page_needs_nothing_from_outside(address: str) -> None:
    page = httpx.get(f"{address}/docs")
    files = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(files) == 3
    for file in files:
        assert file.startswith("/")
        assert httpx.get(f"{address}{file}").status_code == 200
    assert httpx.get(f"{address}/openapi.json").json()["info"]["title"] == "ivr"


def asked(address: str, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{address}{path}", headers={"X-API-Key": KEY, **headers}, timeout=10)


def fill(home: Path, store: LocalStore) -> None:
    engine = open_database(f"sqlite:///{home / 'ivr.sqlite'}")
    with writing(engine) as session:
        for number, ended in (("1", True), ("2", True), ("3", False)):
            write_call(session, conversation(number), Worker(1, "here"), ended=ended)
    engine.dispose()
    sound = home / "sound.wav"
    sound.write_bytes(bytes(range(200)))
    store.put("audio/rec_1.wav", sound)


def conversation(number: str) -> RecordingMetadata:
    over = number != "3"
    started = datetime(2026, 1, int(number), 10, tzinfo=UTC)
    said = "¿Cuál es el saldo de mi cuenta?" if number == "1" else "Adiós"
    return RecordingMetadata(
        recording_id=f"rec_{number}",
        conversation_id=number,
        call=CallRecord(
            caller="654321987",
            started_at=started,
            ended_at=started + timedelta(minutes=2) if over else None,
            outcome=Outcome.COMPLETED if number == "1" else Outcome.TRANSFERRED if over else None,
        ),
        audio=AudioRecord(duration=120.0 if over else 0.0, sha256="0" * 64 if over else ""),
        turns=[
            TurnRecord(who="caller", start=0, end=1, text=said, heard=said),
            TurnRecord(who="agent", start=2, end=3, text="a", heard="a", latencies_ms={"stt": 280, "total": 640}),
        ],
    )


def test_recordings_are_found_by_words_outcome_date_and_state(address: str) -> None:
    def found(query: str) -> list[str]:
        return [item["recording_id"] for item in asked(address, f"/recordings?{query}").json()["items"]]

    assert found("") == ["rec_2", "rec_1"]
    assert found("text=SALDO cuenta") == ["rec_1"]
    assert found("outcome=transferred") == ["rec_2"]
    assert found("since=2026-01-02T00:00:00") == ["rec_2"]
    assert found("until=2026-01-02T00:00:00%2B01:00&processed=false") == ["rec_1"]
    assert found("conversation=1&limit=1") == ["rec_1"]
    assert found("text=100%25") == []


def test_a_call_in_progress_is_listed_apart_from_those_that_are_over(address: str) -> None:
    active = asked(address, "/calls?active=true").json()
    assert [call["call_id"] for call in active["items"]] == ["3"]
    assert asked(address, "/calls?active=false").json()["total"] == 2
    assert asked(address, "/calls/3").json()["ended_at"] is None
    assert asked(address, "/calls/1").json()["ended_at"] == "2026-01-01T10:02:00Z"


def test_a_conversation_tells_its_figures(address: str) -> None:
    figures = asked(address, "/conversations/1/metrics").json()
    assert figures["duration_seconds"] == 120.0
    assert (figures["avg_stt_latency_ms"], figures["total_latency_ms"]) == (280.0, 640.0)
    assert asked(address, "/conversations/9/metrics").status_code == 404


def test_sound_comes_in_the_ranges_that_a_player_asks_for(address: str) -> None:
    part = asked(address, "/recordings/rec_1/audio", Range="bytes=100-149")
    assert (part.status_code, part.content) == (206, bytes(range(100, 150)))
    assert asked(address, "/recordings/rec_1/audio", Range="bytes=-10").content == bytes(range(190, 200))
    assert asked(address, "/recordings/rec_1/audio", Range="bytes=900-").status_code == 416
    assert asked(address, "/recordings/rec_2/audio").status_code == 404


def test_reprocessing_and_the_figures_of_store_and_jobs(address: str) -> None:
    queued = httpx.post(f"{address}/recordings/rec_1/reprocess", headers={"X-API-Key": KEY}, timeout=10)
    assert queued.status_code == 202
    stats = asked(address, "/processing/stats").json()
    assert stats == {"total_recordings": 2, "processed": 0, "unprocessed": 2, "jobs": {"queued": 1}}
    store = asked(address, "/storage/stats").json()
    assert (store["recordings"], store["total_bytes"], store["total_duration_seconds"]) == (2, 200, 240.0)
    assert "ivr_recordings_unprocessed 2.0" in asked(address, "/metrics").text


def test_a_second_api_on_the_same_port_says_which_settings_move_it(address: str, tmp_path: Path) -> None:
    port = address.rpartition(":")[2]
    settings = {"IVR_HOME": str(tmp_path / "other"), "WEB_API_KEY": KEY, "ARI_PASSWORD": "no-pbx-here"}
    argv = [sys.executable, "-m", "ivr", "serve", "api", "--port", port]
    second = subprocess.run(argv, env={**os.environ, **settings}, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert second.stderr.strip().endswith("end what uses it, or set WEB_HOST and WEB_PORT")
