"""What goes by rule, by hand or on a person's wish, and what is held."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from ivr.db.correction_tables import CorrectionEvent, CorrectionRow
from ivr.db.marks import bin_recording, hold_recording, marked, release_recording, restore_recording
from ivr.db.memory_tables import CustomerMemory
from ivr.db.migrate import migrate
from ivr.db.queries import Worker, find_recording, write_call
from ivr.db.search import RecordingsWanted, search_recordings
from ivr.db.session import open_database, reading, writing
from ivr.db.tables import Job
from ivr.errors import ConfigError, RecordingHeld
from ivr.metadata import AudioRecord, Outcome
from ivr.storage.erasure import erase
from ivr.storage.local import LocalStore
from ivr.storage.person_erasure import Person, erase_person, find_person
from ivr.storage.retention import enforce, look, read_policy
from ivr.trials.stored import BEGIN, stored_call

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from ivr.metadata import RecordingMetadata
    from ivr.storage.retention import Going

RULES = """
bin_days: 30
rules:
  - {name: complaints, intents: [complaint], keep_days: forever}
  - {name: of others, tenant: somebody-else, keep_days: 0}
  - {name: nobody spoke, outcomes: [no_input], keep_days: 10}
  - {name: all others, keep_days: 100}
"""
PHONE = "+34 654 32 19 87"


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path}/ivr.sqlite")
    migrate(engine)
    yield engine
    engine.dispose()


def keep(
    store: LocalStore, database: Engine, number: int, outcome: Outcome = Outcome.COMPLETED, **call: str
) -> RecordingMetadata:
    metadata = stored_call(number)
    metadata.call.outcome, metadata.call.started_at, metadata.analysis.intent = outcome, BEGIN, call.pop("intent", None)
    metadata.audio = AudioRecord()
    metadata.call = metadata.call.model_copy(update=call)
    store.save(metadata)
    store.write(f"transcripts/{metadata.recording_id}.txt", "x")
    with writing(database) as session:
        write_call(session, metadata, Worker(1, "here"), ended=True)
    return metadata


def listed(database: Engine, *, binned: bool = False) -> list[str]:
    with reading(database) as session:
        return [item.recording_id for item in search_recordings(session, RecordingsWanted(binned=binned)).items]


def goes(items: list[Going]) -> dict[str, tuple[str, bool]]:
    return {item.recording_id: (item.to, item.held) for item in items}


def test_the_first_rule_that_fits_decides_and_the_bin_is_emptied_later(
    store: LocalStore, database: Engine, tmp_path: Path
) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    policy = read_policy(tmp_path / "rules.yaml")
    keep(store, database, 1, intent="complaint")
    keep(store, database, 2, Outcome.NO_INPUT)
    keep(store, database, 3)
    keep(store, database, 4, Outcome.NO_INPUT)
    with writing(database) as session:
        hold_recording(session, "rec_000004", "case 7", BEGIN)
    day = BEGIN + timedelta(days=20)
    with reading(database) as session:
        told = goes(look(session, policy, "default", day))
    assert told == {"rec_000002": ("bin", False), "rec_000004": ("bin", True)}
    assert listed(database, binned=True) == []
    assert [item.recording_id for item in enforce(store, database, policy, "default", day)] == ["rec_000002"]
    assert listed(database, binned=True) == ["rec_000002"]
    assert list(enforce(store, database, policy, "default", day + timedelta(days=29))) == []
    assert goes(list(enforce(store, database, policy, "default", day + timedelta(days=30)))) == {
        "rec_000002": ("erased", False)
    }
    assert not store.has("metadata/rec_000002.json")
    assert store.has("metadata/rec_000004.json")
    assert sorted(listed(database)) == ["rec_000001", "rec_000003", "rec_000004"]


def test_what_is_in_the_bin_can_be_had_back_and_stays_there_when_it_is_processed(
    store: LocalStore, database: Engine
) -> None:
    metadata = keep(store, database, 1)
    with writing(database) as session:
        bin_recording(session, "rec_000001", "by hand", BEGIN)
        write_call(session, metadata, Worker(1, "here"), ended=True)
    assert (listed(database), listed(database, binned=True)) == ([], ["rec_000001"])
    with writing(database) as session:
        restore_recording(session, "rec_000001")
    assert (listed(database), listed(database, binned=True)) == (["rec_000001"], [])


def test_what_is_held_cannot_go_in_any_way_until_it_is_released(store: LocalStore, database: Engine) -> None:
    keep(store, database, 1)
    with writing(database) as session:
        hold_recording(session, "rec_000001", "case 7", BEGIN)
    with pytest.raises(RecordingHeld, match="case 7"), writing(database) as session:
        bin_recording(session, "rec_000001", "by hand", BEGIN)
    with pytest.raises(RecordingHeld, match="release"):
        erase(store, database, "rec_000001", "me")
    with writing(database) as session:
        release_recording(session, "rec_000001")
    assert erase(store, database, "rec_000001", "me").complete
    with reading(database) as session:
        assert [*marked(session, held=True), *marked(session, held=False)] == []


@pytest.mark.parametrize(
    "text", ["rules: [{name: x}]", "rules: 3", "colour: red", "a: [", "rules: [{name: x, keep_days: soon}]"]
)
def test_a_wrong_file_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "rules.yaml").write_text(text)
    with pytest.raises(ConfigError, match="RETENTION"):
        read_policy(tmp_path / "rules.yaml")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_policy(tmp_path / "nothing.yaml")


def test_a_person_is_erased_and_the_others_stay(store: LocalStore, database: Engine) -> None:
    mine = keep(store, database, 1, caller=PHONE)
    keep(store, database, 2)
    named = keep(store, database, 3)
    named.analysis.entities = [{"type": "dni", "value": "12345678Z"}]
    now = datetime.now(UTC)
    with writing(database) as session:
        write_call(session, named, Worker(1, "here"), ended=True)
        for number, source in ((1, PHONE), (2, "somebody")):
            session.add(
                CorrectionRow(
                    id=number, tenant="default", heard=f"h{number}", meant="m", kind="k", source=source,
                    created_at=now, changed_at=now,
                )
            )  # fmt: skip
        session.flush()
        for number, call_id in ((1, mine.conversation_id), (2, mine.conversation_id), (2, "other")):
            session.add(CorrectionEvent(correction_id=number, what="heard", source=PHONE, call_id=call_id, at=now))
        session.add(
            CustomerMemory(tenant="default", account_id="", caller=PHONE, call_id="gone", at=now, note={"text": "x"})
        )
    person = Person(PHONE, "12345678Z")
    done = erase_person(store, database, person, "me", "request-1")
    assert (done.certificate.recordings, done.certificate.complete, done.held) == (2, True, [])
    assert find_person(database, person) == []
    assert [path.stem for path in (store.root / "metadata").iterdir()] == ["rec_000002"]
    with reading(database) as session:
        assert find_recording(session, "rec_000001") is None
        assert session.query(CorrectionRow.id).all() == [(2,)]
        assert session.query(CustomerMemory.id).all() == []
        assert {row.source for row in session.query(CorrectionEvent)} == {""}
    document = done.path.read_text()
    assert len(json.loads(document)["files"]) == 4
    assert not any(secret in document for secret in ("654", "12345678Z", "rec_0"))


KILLED = """
import os, signal, sys
from pathlib import Path
from ivr.db.session import open_database
from ivr.storage.local import LocalStore
from ivr.storage.person_erasure import Person, erase_person

class Dying(LocalStore):
    gone = 0

    def delete(self, name):
        super().delete(name)
        Dying.gone += 1
        if Dying.gone == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)

erase_person(Dying(Path(sys.argv[1])), open_database(sys.argv[2]), Person("654321987"), "me", "request-3")
"""


@pytest.mark.parametrize("after", [1, 2, 3, 4])
def test_an_erasure_that_is_killed_is_gone_on_with(store: LocalStore, database: Engine, after: int) -> None:
    for number in (1, 2):
        keep(store, database, number, caller=PHONE)
    keep(store, database, 3)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(store.root), str(database.url), str(after)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not json.loads((store.root / "certificates/request-3.json").read_text())["complete"]
    with writing(database) as session:
        session.execute(update(Job).values(lease_until=BEGIN))
    done = erase_person(store, database, Person(PHONE), "me", "request-3")
    assert (done.certificate.recordings, done.certificate.complete) == (2, True)
    assert [path.name for path in (store.root / "metadata").iterdir()] == ["rec_000003.json"]
    assert [path.name for path in (store.root / "transcripts").iterdir()] == ["rec_000003.txt"]
    assert listed(database) == ["rec_000003"]


def test_an_erasure_that_was_cut_off_goes_on_and_what_is_held_is_told(store: LocalStore, database: Engine) -> None:
    keep(store, database, 1, caller=PHONE)
    keep(store, database, 2, caller=PHONE)
    (store.root / "metadata/rec_000001.json").unlink()  # a run that was killed between a file and the next
    with writing(database) as session:
        hold_recording(session, "rec_000002", "case 7", BEGIN)
    first = erase_person(store, database, Person(PHONE), "me", "request-2")
    assert (first.certificate.recordings, first.certificate.complete, first.held) == (1, False, ["rec_000002"])
    with writing(database) as session:
        release_recording(session, "rec_000002")
    last = erase_person(store, database, Person(PHONE), "me", "request-2")
    assert (last.certificate.recordings, last.certificate.complete, last.certificate.held) == (2, True, 0)
