"""One tenant's correction bank, as people work with it: each call is a transaction of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.db.corrections import (
    CorrectionsWanted,
    Imported,
    figures,
    get_correction,
    import_bank,
    list_corrections,
    revoke,
    teach,
    terms_of,
)
from ivr.db.session import reading, writing
from ivr.errors import CorrectionRefused
from ivr.language.correction.bank_file import write_bank
from ivr.language.correction.lessons import as_entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from ivr.db.corrections import Kept
    from ivr.language.correction.values import Entry, State

_ALL = 1_000_000


class CorrectionBook:
    """The bank of ``tenant``; StorageUnavailable when the database cannot be used."""

    def __init__(self, engine: Engine, tenant: str) -> None:
        self._engine = engine
        self._tenant = tenant

    def find(
        self, state: State | None = None, text: str = "", limit: int = _ALL, offset: int = 0
    ) -> tuple[Sequence[Kept], int]:
        """List corrections by what was heard, and say how many there are in all."""
        with reading(self._engine) as session:
            return list_corrections(session, CorrectionsWanted(self._tenant, state, text, limit, offset))

    def get(self, correction_id: int) -> Kept:
        """Give one correction; CorrectionNotFound."""
        with reading(self._engine) as session:
            return get_correction(session, self._tenant, correction_id)

    def teach(self, given: Entry, who: str) -> Sequence[Kept]:
        """Take a phrase, or a sentence beside the same one put right; CorrectionRefused when it teaches nothing."""
        with writing(self._engine) as session:
            entries = as_entries(given, terms_of(session, self._tenant))
            if not entries:
                raise CorrectionRefused(
                    "the two sentences teach nothing: they differ in no term of the field or name that sounds like "
                    "what was heard; give the misheard phrase and the right one alone"
                )
            return [teach(session, self._tenant, entry, who) for entry in entries]

    def revoke(self, correction_ids: Sequence[int], who: str) -> Sequence[Kept]:
        """Take corrections back, all of them or none; CorrectionNotFound."""
        with writing(self._engine) as session:
            return [revoke(session, self._tenant, each, who) for each in correction_ids]

    def load(self, text: str, who: str) -> Imported:
        """Load a bank file; CorrectionRefused when it is none."""
        with writing(self._engine) as session:
            return import_bank(session, self._tenant, text, who)

    def export(self, state: State | None = None) -> str:
        """Write a bank file."""
        found, _ = self.find(state)
        return write_bank(item.row() for item in found)

    def figures(self) -> dict[str, int]:
        """Count corrections by state, and the calls in which they fired, were confirmed, were reverted."""
        with reading(self._engine) as session:
            return figures(session, self._tenant)
