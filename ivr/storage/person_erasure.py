"""Erases what there is of one person, and certifies it without naming them.

A certificate is begun before the first file goes and is written anew after each recording; a run that is repeated
with the same reference finds what is left, goes on, and adds to the same certificate.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ivr.db.marks import refuse_held
from ivr.db.person import calls_of, forget_call, forget_number
from ivr.db.session import reading, writing
from ivr.errors import MisuseError, RecordingHeld
from ivr.files import write_whole
from ivr.storage.erasure import erase

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from ivr.storage.local import LocalStore

CERTIFICATES = "certificates"
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is meant: a telephone number, a DNI, NIE or account, or both."""

    number: str | None = None
    paper: str | None = None


@dataclass(slots=True)
class Certificate:
    """What was erased; no personal data."""

    reference: str
    by: str
    begun_at: str
    ended_at: str = ""
    recordings: int = 0
    rows: int = 0
    files: list[str] = field(default_factory=list)
    """sha256 of each file that was removed."""
    held: int = 0
    """Recordings that stay, because they are held for a legal case."""
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Erased:
    """The certificate, where it is, and the recordings that stay because they are held."""

    certificate: Certificate
    path: Path
    held: list[str]


def find_person(database: Engine, person: Person) -> list[tuple[str, str]]:
    """Name the calls that would go, (recording, call); MisuseError for nobody."""
    if not (person.number or person.paper):
        raise MisuseError("say who is meant: a number, or a DNI, NIE or account")
    with reading(database) as session:
        return calls_of(session, person.number, person.paper)


def erase_person(store: LocalStore, database: Engine, person: Person, by: str, reference: str) -> Erased:
    """Erase all of a person's calls and what was learnt in them; StorageError where one cannot go yet."""
    if not _REFERENCE.fullmatch(reference):
        raise MisuseError(f"the reference {reference!r} cannot be a file name: use letters, digits and _.-")
    path = store.root / CERTIFICATES / f"{reference}.json"
    paper = _begin(path, reference, by)
    held = []
    for recording_id, call_id in find_person(database, person):
        try:
            with writing(database) as session:
                refuse_held(session, recording_id)
                paper.rows += forget_call(session, call_id)
        except RecordingHeld:
            held.append(recording_id)
            continue
        receipt = erase(store, database, recording_id, by)
        paper.recordings, paper.rows = paper.recordings + 1, paper.rows + receipt.rows
        paper.files += receipt.files.values()
        _write(path, paper)
    if person.number and not held:
        with writing(database) as session:
            paper.rows += forget_number(session, person.number)
    paper.held, paper.complete, paper.ended_at = len(held), not held, _now()
    _write(path, paper)
    return Erased(paper, path, held)


def _begin(path: Path, reference: str, by: str) -> Certificate:
    if path.exists():
        return Certificate(**json.loads(path.read_text()))
    begun = Certificate(reference, by, _now())
    _write(path, begun)
    return begun


def _write(path: Path, paper: Certificate) -> None:
    write_whole(path, json.dumps(asdict(paper), indent=1).encode())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
