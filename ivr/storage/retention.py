"""Retention by rule: what is old enough goes into the bin, and out of the bin for ever; what is held stays.

The file (``RETENTION``) has rules in order; the first whose conditions all fit a recording decides about it, and a
recording that none fits stays::

    bin_days: 30                 # so long in the bin, then erased for ever
    rules:
      - name: complaints
        intents: [complaint]
        keep_days: forever
      - name: nobody spoke
        outcomes: [no_input]
        keep_days: 30
      - name: all others
        keep_days: 365
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ivr.db.marks import bin_recording, marked
from ivr.db.search import RecordingsWanted, each_recording
from ivr.db.session import reading, writing
from ivr.dialogue.outcome import Outcome  # noqa: TC001 - pydantic needs it at run time
from ivr.errors import ConfigError, StorageError
from ivr.storage.erasure import erase

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from ivr.db.search import FoundRecording
    from ivr.storage.local import LocalStore

log = logging.getLogger(__name__)
BY = "retention"


class Rule(BaseModel):
    """Which recordings are kept how long; a condition that is left out fits all."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(min_length=1)
    keep_days: int | Literal["forever"]
    tenant: str | None = None
    outcomes: tuple[Outcome, ...] = ()
    intents: tuple[str, ...] = ()

    def fits(self, found: FoundRecording, tenant: str) -> bool:
        """Say whether this rule is about a recording of a tenant."""
        return (
            self.tenant in {None, tenant}
            and (not self.outcomes or found.outcome in self.outcomes)
            and (not self.intents or found.intent in self.intents)
        )


class Policy(BaseModel):
    """The rules in order, and how long the bin keeps."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    bin_days: int = Field(30, ge=0)
    rules: tuple[Rule, ...] = ()

    def rule_for(self, found: FoundRecording, tenant: str) -> Rule | None:
        """Give the first rule that fits."""
        return next((rule for rule in self.rules if rule.fits(found, tenant)), None)


@dataclass(frozen=True, slots=True)
class Going:
    """A recording that goes: into the bin, or out of it for ever; ``held``: it would, and stays."""

    recording_id: str
    to: Literal["bin", "erased"]
    rule: str
    held: bool = False


def read_policy(path: Path) -> Policy:
    """Read the file; ConfigError says what is wrong in it."""
    try:
        return Policy.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise ConfigError(f"RETENTION {path}: {wrong}; docs/recordings.md shows such a file") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"RETENTION {path} cannot be read ({error}): name a YAML file with rules") from error


def look(session: Session, policy: Policy, tenant: str, now: datetime) -> list[Going]:
    """Tell what goes now, without touching it."""
    held = {mark.recording_id for mark in marked(session, held=True)}
    gone = [
        Going(mark.recording_id, "erased", mark.binned_because, mark.recording_id in held)
        for mark in marked(session, held=False)
        if mark.binned_at is not None and mark.binned_at <= now - timedelta(days=policy.bin_days)
    ]
    for found in each_recording(session, RecordingsWanted()):
        rule = policy.rule_for(found, tenant)
        if rule is None or rule.keep_days == "forever":
            continue
        if found.started_at <= now - timedelta(days=rule.keep_days):
            gone.append(Going(found.recording_id, "bin", rule.name, found.recording_id in held))
    return gone


def enforce(store: LocalStore, database: Engine, policy: Policy, tenant: str, now: datetime) -> Sequence[Going]:
    """Let go what goes; safe to repeat and to be killed. Answers what went; what could not is logged and stays."""
    with reading(database) as session:
        due = look(session, policy, tenant, now)
    done = []
    for item in due:
        if item.held:
            continue
        try:
            if item.to == "bin":
                with writing(database) as session:
                    bin_recording(session, item.recording_id, f"rule: {item.rule}", now)
            else:
                erase(store, database, item.recording_id, BY)
        except StorageError as error:
            log.warning("retention: %s stays until the next time: %s", item.recording_id, error)
            continue
        done.append(item)
    return done
