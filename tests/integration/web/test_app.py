from __future__ import annotations

import re
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.errors import ConfigError
from ivr.heartbeat import beat_path, write_beat
from ivr.telephony.moving import Move
from ivr.telephony.spying import Spy
from ivr.web.keys import require_key

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    from fastapi import FastAPI

    from .conftest import MemoryJobs, MemoryLine, MemoryRecords

PROBLEM = "application/problem+json"


def is_problem(answer: httpx.Response, status: int) -> bool:
    document = answer.json()
    return (
        answer.status_code == status
        and answer.headers["content-type"] == PROBLEM
        and document["status"] == status
        and document["instance"] == answer.request.url.path
        and bool(document["detail"])
    )


@pytest.mark.parametrize("headers", [{"X-API-Key": ""}, {"X-API-Key": "wrong"}, {"X-API-Key": "é"}])
async def test_without_the_key_nothing_is_told(api: httpx.AsyncClient, headers: dict[str, str]) -> None:
    sent = {name.encode(): value.encode() for name, value in headers.items()}
    for path in (
        "/calls",
        "/recordings",
        "/recordings/rec_1/audio",
        "/metrics",
        "/metrics/dashboard",
        "/storage/stats",
    ):
        assert is_problem(await api.get(path, headers=sent), 401), path


async def test_the_key_may_come_as_a_bearer_token(api: httpx.AsyncClient) -> None:
    key = api.headers.pop("X-API-Key")
    assert (await api.get("/calls", headers={"Authorization": f"Bearer {key}"})).status_code == 200
    assert (await api.get("/calls", headers={"Authorization": "Bearer no"})).status_code == 401


def test_an_empty_key_is_refused_at_start() -> None:
    with pytest.raises(ConfigError, match="WEB_API_KEY"):
        require_key("")


async def test_errors_are_problem_documents(api: httpx.AsyncClient) -> None:
    assert is_problem(await api.get("/recordings/none"), 404)
    assert is_problem(await api.get("/no/such/address"), 404)
    assert is_problem(await api.delete("/calls"), 405)
    wrong = await api.get("/recordings", params={"limit": 0, "outcome": "nonsense", "colour": "red"})
    assert is_problem(wrong, 422)
    assert {item["where"] for item in wrong.json()["errors"]} == {"query.limit", "query.outcome", "query.colour"}


async def test_a_bug_is_told_without_its_details(api: httpx.AsyncClient, records: MemoryRecords) -> None:
    records.found = [None]  # type: ignore[list-item]
    answer = await api.get("/recordings")
    assert is_problem(answer, 500)
    assert "NoneType" not in answer.text


async def test_health_names_the_failing_part(api: httpx.AsyncClient, line: MemoryLine, records: MemoryRecords) -> None:
    line.up = records.up = False
    del api.headers["X-API-Key"]
    answer = await api.get("/health")
    assert answer.status_code == 503
    assert answer.json()["failing"] == ["database", "pbx", "calls"]
    assert "DATABASE_URL" in answer.json()["parts"]["database"]["detail"]


async def test_health_is_good_when_all_parts_are(api: httpx.AsyncClient, tmp_path: Path) -> None:
    write_beat(beat_path(tmp_path, "calls"), active_calls=2)
    answer = await api.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "healthy")
    assert answer.json()["parts"]["calls"]["detail"] == "active_calls: 2"


async def test_lists_are_paged_and_filters_are_passed_on(api: httpx.AsyncClient, records: MemoryRecords) -> None:
    page = (await api.get("/recordings?limit=2&cursor=1&processed=false&since=2026-01-01T00:00:00Z&text=saldo")).json()
    assert [item["recording_id"] for item in page["items"]] == ["rec_1", "rec_2"]
    assert (page["total"], page["limit"], page["next_cursor"]) == (3, 2, "3")
    assert records.seen_filter is not None
    assert (records.seen_filter.processed, records.seen_filter.text) == (False, "saldo")


async def test_hanging_up_ends_the_calls_channel(
    api: httpx.AsyncClient, records: MemoryRecords, line: MemoryLine
) -> None:
    records.found[1].call.channel_id = "chan-1"
    assert (await api.post("/calls/1/hangup")).status_code == 202
    assert line.hung_up == ["chan-1"]


async def test_a_call_that_is_over_cannot_be_hung_up(api: httpx.AsyncClient) -> None:
    assert is_problem(await api.post("/calls/2/hangup"), 404)


async def test_a_supervisor_is_put_on_the_calls_channel(
    api: httpx.AsyncClient, records: MemoryRecords, line: MemoryLine
) -> None:
    records.found[1].call.channel_id = "chan-1"
    answer = await api.post("/calls/1/spy", json={"extension": "1009"})
    assert (answer.status_code, answer.json()["mode"]) == (202, "listen")
    assert line.spied == [("chan-1", Spy("1009", "listen"))]


async def test_a_supervisor_who_cannot_whisper_is_told_why(api: httpx.AsyncClient, records: MemoryRecords) -> None:
    records.found[1].call.channel_id = "chan-1"
    refused = await api.post("/calls/1/spy", json={"extension": "1009", "mode": "whisper"})
    assert is_problem(refused, 409)
    assert "nobody serves the caller" in refused.json()["detail"]


async def test_only_an_extension_of_the_house_and_a_known_mode_are_taken(api: httpx.AsyncClient) -> None:
    for wrong in ({"extension": "1009@elsewhere"}, {"extension": "0034612345678"}, {"extension": "1009", "mode": "x"}):
        assert is_problem(await api.post("/calls/1/spy", json=wrong), 422)


async def test_a_callers_move_reaches_the_calls_channel(
    api: httpx.AsyncClient, records: MemoryRecords, line: MemoryLine
) -> None:
    records.found[1].call.channel_id = "chan-1"
    answer = await api.post("/calls/1/transfer", json={"target": "2000", "mode": "blind"})
    assert (answer.status_code, answer.json()["status"]) == (202, "moving")
    assert (await api.post("/calls/1/transfer", json={"target": "+34912345678"})).json()["mode"] == "warm"
    assert line.moved == [("chan-1", Move("2000", "blind")), ("chan-1", Move("+34912345678", "warm"))]


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("112", "emergency"),
        ("091", "emergency"),
        ("806123456", "costs extra"),
        ("+34111", "emergency|no telephone number"),
        ("123456789", "no telephone number"),
        ("1008", "being moved already"),
    ],
)
async def test_a_move_that_cannot_be_says_why(
    api: httpx.AsyncClient, records: MemoryRecords, line: MemoryLine, target: str, says: str
) -> None:
    records.found[1].call.channel_id = "chan-1"
    refused = await api.post("/calls/1/transfer", json={"target": target})
    assert is_problem(refused, 409)
    assert re.search(says, refused.json()["detail"])
    assert not line.moved


async def test_the_description_tells_that_a_move_may_be_refused(api: httpx.AsyncClient) -> None:
    paths = (await api.get("/openapi.json")).json()["paths"]
    for path in ("/calls/{call_id}/transfer", "/calls/{call_id}/spy"):
        assert list(paths[path]["post"]["responses"]["409"]["content"]) == [PROBLEM]


async def test_only_calls_in_progress_are_moved_and_only_in_a_known_way(
    api: httpx.AsyncClient, records: MemoryRecords
) -> None:
    records.found[1].call.channel_id = "chan-1"
    for wrong in ({"target": "1002", "mode": "cold"}, {"target": "1002@elsewhere"}, {"mode": "warm"}):
        assert is_problem(await api.post("/calls/1/transfer", json=wrong), 422)
    assert is_problem(await api.post("/calls/99/transfer", json={"target": "1002"}), 404)
    records.found[1].call.ended_at = datetime.now(UTC)
    over = await api.post("/calls/1/transfer", json={"target": "1002"})
    assert is_problem(over, 404)
    assert "over already" in over.json()["detail"]


async def test_reprocessing_queues_a_job(api: httpx.AsyncClient, jobs: MemoryJobs) -> None:
    answer = await api.post("/recordings/rec_2/reprocess")
    assert (answer.status_code, answer.json()["job_id"]) == (202, "job-1")
    assert jobs.submitted[0][1]["recording_id"] == "rec_2"


async def test_the_dashboard_has_the_figures_that_were_asked_for(api: httpx.AsyncClient) -> None:
    figures = (await api.get("/metrics/dashboard")).json()
    assert figures["total_calls_today"] == 3
    assert figures["wer_improvement"] == "-8%"
    assert figures["avg_sentiment"] == -0.25
    assert {"avg_call_duration", "resolution_rate", "escalation_rate", "top_topics", "avg_latency"} <= figures.keys()


async def test_prometheus_gets_text_and_no_sample_for_what_was_not_measured(api: httpx.AsyncClient) -> None:
    text = (await api.get("/metrics")).text
    assert "ivr_active_calls 1.0" in text
    assert 'ivr_jobs{state="queued"} 2.0' in text
    assert 'ivr_worker_up{part="calls"} 0.0' in text


async def test_sound_is_served_in_ranges(api: httpx.AsyncClient, tmp_path: Path) -> None:
    (tmp_path / "recordings" / "audio" / "rec_1.wav").write_bytes(bytes(range(100)))
    whole = await api.get("/recordings/rec_1/audio")
    assert (whole.status_code, whole.headers["content-type"], len(whole.content)) == (200, "audio/wav", 100)
    part = await api.get("/recordings/rec_1/audio", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, bytes(range(10, 20)))
    assert part.headers["content-range"] == "bytes 10-19/100"
    beyond = await api.get("/recordings/rec_1/audio", headers={"Range": "bytes=500-"})
    assert is_problem(beyond, 416)
    assert beyond.headers["content-range"] == "bytes */100"
    assert (await api.head("/recordings/rec_1/audio")).headers["content-length"] == "100"


async def test_sound_that_is_missing_is_told(api: httpx.AsyncClient) -> None:
    assert is_problem(await api.get("/recordings/rec_0/audio"), 404)


async def test_the_description_tells_the_errors_media_type(app: FastAPI) -> None:
    document = app.openapi()
    answers = document["paths"]["/recordings"]["get"]["responses"]
    assert list(answers["404"]["content"]) == [PROBLEM]
    assert "security" in document["paths"]["/metrics"]["get"]


async def test_the_store_can_be_measured_while_calls_end(api: httpx.AsyncClient, tmp_path: Path) -> None:
    over = threading.Event()

    def move() -> None:
        names = [tmp_path / "recordings/audio" / f"{number}.wav" for number in range(300)]
        while not over.is_set():
            for path in names:
                path.touch()
            for path in names:
                path.rename(path.with_suffix(".moved"))

    mover = threading.Thread(target=move)
    mover.start()
    try:
        statuses = {(await api.get("/storage/stats")).status_code for _ in range(40)}
    finally:
        over.set()
        mover.join()
    assert statuses == {200}


async def test_a_list_may_be_had_as_a_file(api: httpx.AsyncClient, records: MemoryRecords) -> None:
    answer = await api.get("/recordings/export?format=csv&number=600111222")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert len(answer.text.splitlines()) == 4
    assert records.seen_filter is not None
    assert records.seen_filter.number == "600111222"
    assert is_problem(await api.get("/recordings/export?format=doc"), 422)


async def test_recordings_are_binned_and_held(api: httpx.AsyncClient, records: MemoryRecords) -> None:
    assert (await api.delete("/recordings/rec_1?because=wrong%20number")).status_code == 204
    assert (await api.post("/recordings/rec_1/restore")).status_code == 204
    assert (await api.put("/recordings/rec_1/hold", json={"because": "case 7"})).status_code == 204
    assert is_problem(await api.delete("/recordings/rec_1"), 409)
    assert (await api.delete("/recordings/rec_1/hold")).status_code == 204
    assert records.marks == {"rec_1": [("bin", "wrong number"), ("restore", ""), ("hold", "case 7"), ("release", "")]}
    assert is_problem(await api.put("/recordings/rec_1/hold", json={"because": " "}), 422)
    assert is_problem(await api.delete("/recordings/none"), 404)
