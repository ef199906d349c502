"""The bin, holds, rules and a person's erasure from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ivr.cli.recordings import recordings
from ivr.db.migrate import migrate
from ivr.db.queries import Worker, write_call
from ivr.db.session import open_database, writing
from ivr.storage.local import LocalStore
from ivr.trials.stored import stored_call

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalStore:
    """Keep two calls of last year."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "STORAGE_BACKEND", "RETENTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IVR_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("STORAGE_LOCAL_PATH", str(tmp_path / "store"))
    (tmp_path / "var").mkdir()
    store = LocalStore(tmp_path / "store")
    database = open_database(f"sqlite:///{tmp_path}/var/ivr.sqlite")
    migrate(database)
    with writing(database) as session:
        for number in (1, 2):
            metadata = stored_call(number)
            metadata.call.caller = f"65432198{number}"
            store.save(metadata)
            write_call(session, metadata, Worker(1, "here"), ended=True)
    database.dispose()
    return store


def run(*words: str) -> Result:
    return CliRunner().invoke(recordings, list(words))


def test_recordings_go_into_the_bin_and_come_back() -> None:
    assert run("delete", "rec_000001", "--because", "wrong number").output == "rec_000001: in the bin\n"
    assert "wrong number" in run("bin").output
    assert [row["recording_id"] for row in json.loads(run("bin", "--json").output)] == ["rec_000001"]
    assert [row["recording_id"] for row in json.loads(run("list", "--json").output)] == ["rec_000002"]
    assert run("restore", "rec_000001").exit_code == 0
    assert run("bin").output == ""
    assert run("delete", "rec_9").exit_code == 1


def test_what_is_held_stays_and_every_way_to_erase_it_says_so() -> None:
    assert run("hold", "rec_000001", "--because", "case 7").exit_code == 0
    for words in (
        ("delete", "rec_000001"),
        ("erase", "rec_000001", "--yes"),
        ("redact", "rec_000001", "--replace", "--yes"),
    ):
        result = run(*words)
        assert result.exit_code == 1
        assert "case 7" in result.output, words
    assert "case 7" in run("bin", "--held").output
    assert run("release", "rec_000001").exit_code == 0
    assert run("erase", "rec_000001", "--yes").exit_code == 0


def test_rules_are_tried_and_then_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("retention").exit_code == 2
    (tmp_path / "rules.yaml").write_text("rules: [{name: all, keep_days: 1}]")
    monkeypatch.setenv("RETENTION", str(tmp_path / "rules.yaml"))
    run("hold", "rec_000002", "--because", "case 7")
    tried = run("retention", "--dry-run")
    assert tried.output.splitlines()[-1] == "1 would go"
    assert "rec_000002: held, stays (all)" in tried.output
    assert len(json.loads(run("list", "--json").output)) == 2
    assert [row["to"] for row in json.loads(run("retention", "--json").output)] == ["bin"]
    assert "rule: all" in run("bin").output


def test_a_person_is_erased_and_the_certificate_is_named(store: LocalStore) -> None:
    assert run("erase-person").exit_code == 2
    assert "1 recordings: rec_000001" in run("erase-person", "--number", "+34 654 321 981", "--dry-run").output
    assert len(store.ids()) == 2
    result = run("erase-person", "--number", "654321981", "--reference", "request-1", "--yes")
    assert result.exit_code == 0, result.output
    assert json.loads((store.root / "certificates/request-1.json").read_text())["recordings"] == 1
    assert store.ids() == ["rec_000002"]
    run("hold", "rec_000002", "--because", "case 7")
    held = run("erase-person", "--number", "654321982", "--yes")
    assert held.exit_code == 1
    assert "rec_000002 is held" in held.output
