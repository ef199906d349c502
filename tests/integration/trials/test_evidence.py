from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING

import pytest

from ivr.metadata import CallRecord, RecordingMetadata
from ivr.trials.evidence import CallEvidence, EvidenceMissing, follow

if TYPE_CHECKING:
    from pathlib import Path


def metadata(name: str, caller: str) -> RecordingMetadata:
    return RecordingMetadata(recording_id=name, conversation_id=name, call=CallRecord(caller=caller))


async def test_the_metadata_of_this_callers_newest_call_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "metadata"
    folder.mkdir()
    for name, caller in (("mine", "1001"), ("other", "1002")):
        (folder / f"{name}.json").write_text(metadata(name, caller).model_dump_json())
    (folder / "half.json").write_text('{"recording_id": ')
    found = await CallEvidence(tmp_path, "1001", time.time() - 60).metadata(within=0.0)
    assert found.recording_id == "mine"


async def test_a_named_recording_is_not_mistaken_for_an_earlier_call_that_was_processed_later(tmp_path: Path) -> None:
    folder = tmp_path / "metadata"
    folder.mkdir()
    for name in ("mine", "earlier"):
        (folder / f"{name}.json").write_text(metadata(name, "1001").model_dump_json())
    found = await CallEvidence(tmp_path, "1001", time.time() - 60).metadata(within=0.0, recording="mine")
    assert found.recording_id == "mine"


async def test_old_calls_are_no_evidence(tmp_path: Path) -> None:
    folder = tmp_path / "metadata"
    folder.mkdir()
    (folder / "old.json").write_text(metadata("old", "1001").model_dump_json())
    with pytest.raises(EvidenceMissing, match=r"no .* of a call from 1001 .* STORAGE_LOCAL_PATH"):
        await CallEvidence(tmp_path, "1001", time.time() + 60).metadata(within=0.0)


async def test_a_journal_is_followed_to_its_last_line_even_when_it_is_removed_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    path = folder / "x.journal.jsonl"
    start = {"kind": "start", "rate": 8000, "data": metadata("x", "1001").model_dump(mode="json")}
    path.write_text(json.dumps(start) + "\n")
    assert await CallEvidence(tmp_path, "1001", time.time() - 60).journal(within=1.0) == path

    async def read() -> list[str]:
        return [entry["kind"] async for entry in follow(path, every=0.01)]

    reading = asyncio.create_task(read())
    await asyncio.sleep(0.03)
    with path.open("a") as file:
        file.write('{"kind": "turn", "data": {}}\n{"kind": "end", "data": {}}\n')
    path.unlink()
    assert await reading == ["start", "turn", "end"]
