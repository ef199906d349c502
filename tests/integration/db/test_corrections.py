"""The correction bank in a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.db.corrections import (
    SHIPPED,
    CorrectionsWanted,
    active_entries,
    figures,
    get_correction,
    import_bank,
    list_corrections,
    note_statements,
    revoke,
    ship,
    suggest,
    teach,
)
from ivr.db.session import reading, writing
from ivr.errors import CorrectionNotFound, CorrectionRefused
from ivr.language.correction.bank_file import first_entries
from ivr.language.correction.ledger import What
from ivr.language.correction.statements import Statement
from ivr.language.correction.values import Entry, State

if TYPE_CHECKING:
    from sqlalchemy import Engine

WIFI = Entry("guifi", "wifi")
SALDO = Entry("salgo", "saldo", before=frozenset({"mi"}))


def test_what_a_person_teaches_is_used_in_calls_and_taking_it_back_ends_that(database: Engine) -> None:
    with writing(database) as session:
        kept = teach(session, "acme", Entry("Guifi", "wifi"), "ana")
    assert (kept.state, kept.why, kept.source) == (State.ACTIVE, "taught by ana", "ana")
    with reading(database) as session:
        (entry,) = active_entries(session, "acme")
    assert (entry.heard, entry.meant, entry.entry_id) == ("guifi", "wifi", kept.correction_id)
    with writing(database) as session:
        assert revoke(session, "acme", kept.correction_id, "luis").state is State.REVOKED
        assert active_entries(session, "acme") == ()
        assert teach(session, "acme", WIFI, "luis").state is State.ACTIVE


def test_tenants_do_not_see_each_other(database: Engine) -> None:
    with writing(database) as session:
        kept = teach(session, "acme", WIFI, "ana")
        assert active_entries(session, "other") == ()
        with pytest.raises(CorrectionNotFound, match="ivr corrections list"):
            revoke(session, "other", kept.correction_id, "eva")
        said = [Statement(What.REVERTED, WIFI, kept.correction_id)]
        assert note_statements(session, "other", "600", "c1", said) == 0
        assert get_correction(session, "acme", kept.correction_id).counts["reverted"] == 0


def test_a_common_word_waits_until_its_context_is_told(database: Engine) -> None:
    with writing(database) as session:
        assert teach(session, "acme", Entry("salgo", "saldo"), "ana").state is State.CANDIDATE
        assert active_entries(session, "acme") == ()
        teach(session, "acme", SALDO, "ana")
        (entry,) = active_entries(session, "acme")
    assert entry.before == {"mi"}


def test_what_three_callers_say_becomes_active_and_two_denials_end_it(database: Engine) -> None:
    heard = [Statement(What.HEARD, WIFI)]
    with writing(database) as session:
        for n in range(3):
            assert active_entries(session, "acme") == ()
            for _ in range(2):  # a call that is written down twice counts once
                note_statements(session, "acme", f"60011122{n}", f"call-{n}", heard)
        (entry,) = active_entries(session, "acme")
        for n in (7, 8):
            fired = [Statement(what, WIFI, entry.entry_id) for what in (What.FIRED, What.REVERTED)]
            assert note_statements(session, "acme", f"6001112{n}", f"call-{n}", fired) == 2
        kept = get_correction(session, "acme", entry.entry_id or 0)
        assert active_entries(session, "acme") == ()
    assert (kept.state, kept.why) == (State.DEMOTED, "callers denied 2 of 2")
    assert kept.counts == {"fired": 2, "confirmed": 0, "reverted": 2}
    assert kept.source == "call call-0"


def test_a_correction_that_can_never_be_one_is_refused(database: Engine) -> None:
    with writing(database) as session, pytest.raises(CorrectionRefused, match="never corrected"):
        teach(session, "acme", Entry("dos", "doce"), "ana")


def test_a_bank_file_is_loaded_and_its_broken_rows_are_told(database: Engine) -> None:
    text = (
        "heard,meant,kind,before,after,state\nguifi,wifi,,,,active\n,wifi,,,,\nruter,router,,,,candidate\n"
        "salgo,saldo,,,,active\nrauter,router,,,,revoked\n"
    )
    with writing(database) as session:
        done = import_bank(session, "acme", text, "bank.csv")
        found, total = list_corrections(session, CorrectionsWanted("acme"))
    assert done.loaded == 2
    assert [row.line for row in done.broken] == [3, 5]
    assert total == 2
    assert [(item.entry.heard, item.state) for item in found] == [
        ("guifi", State.ACTIVE),
        ("ruter", State.CANDIDATE),
    ]


def test_corrections_are_found_by_state_and_text(database: Engine) -> None:
    with writing(database) as session:
        teach(session, "acme", WIFI, "ana")
        suggest(session, "acme", Entry("rauter", "router"), "eva")
        suggest(session, "acme", Entry("ruter", "router"), "eva")
        waiting, total = list_corrections(session, CorrectionsWanted("acme", State.CANDIDATE, limit=1))
        assert (len(waiting), total) == (1, 2)
        found, _ = list_corrections(session, CorrectionsWanted("acme", text="WIF"))
        assert [item.entry.heard for item in found] == ["guifi"]
        counted = figures(session, "acme")
    assert counted == {
        "candidate": 2,
        "active": 1,
        "demoted": 0,
        "revoked": 0,
        "fired": 0,
        "confirmed": 0,
        "reverted": 0,
    }


def test_every_bank_begins_with_the_shipped_corrections_and_what_was_revoked_stays_so(database: Engine) -> None:
    with writing(database) as session:
        assert ship(session, "acme") == len(first_entries())
        assert len(active_entries(session, "acme")) == len(first_entries())
        first, _ = list_corrections(session, CorrectionsWanted("acme", limit=1))
        assert first[0].source == SHIPPED
        revoke(session, "acme", first[0].correction_id, "ana")
        assert ship(session, "acme") == 0
        assert len(active_entries(session, "acme")) == len(first_entries()) - 1
