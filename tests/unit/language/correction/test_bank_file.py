import pytest

from ivr.errors import CorrectionRefused, StorageError
from ivr.language.correction.bank_file import (
    first_entries,
    first_terms,
    needs_context,
    read_bank,
    read_terms,
    write_bank,
)
from ivr.language.correction.values import Entry, State, Term

BROKEN = """heard,meant,kind,before,after
guifi,wifi,,,
,wifi,,,
dos,tos,,,
si,sí señor,,,
salgo,saldo,term,el mi,
uno dos,tres,,,
ruter,router,animal,,
wifi,WIFI,,,
a,b,c,d,e,f,g
uno más dos tres cuatro,mucho,,,
rauter,router,,,
"""


def test_broken_rows_are_told_by_line_and_the_rest_is_loaded() -> None:
    bank = read_bank(BROKEN)
    assert [entry.heard for entry, _ in bank.entries] == ["guifi", "salgo", "rauter"]
    assert [row.line for row in bank.broken] == [3, 4, 5, 7, 8, 9, 10, 11]
    problems = {row.line: row.problem for row in bank.broken}
    assert "both have words" in problems[3]
    assert "never corrected" in problems[4]
    assert "'animal' is not one of term" in problems[8]
    assert "same words" in problems[9]
    assert "more values than columns" in problems[10]


def test_a_row_is_a_candidate_unless_the_file_says_otherwise() -> None:
    bank = read_bank("heard,meant,state\nguifi,wifi,\nrauter,router,active\nruter,router,asleep\n")
    assert [state for _, state in bank.entries] == [State.CANDIDATE, State.ACTIVE]
    assert "'asleep' is not one of candidate" in bank.broken[0].problem


def test_a_common_word_without_context_is_not_made_active() -> None:
    bank = read_bank("heard,meant,state\ncuesta,cuenta,active\n")
    assert bank.entries == ()
    assert "give the words before or after" in bank.broken[0].problem


@pytest.mark.parametrize("text", ["", "a;b\n1;2\n", "oído,dicho\n"])
def test_a_file_that_is_no_bank_says_what_its_first_line_must_be(text: str) -> None:
    with pytest.raises(StorageError, match="first line must be heard,meant"):
        read_bank(text)


def test_a_quote_that_never_closes_is_told() -> None:
    bank = read_bank('heard,meant\nguifi,wifi\n"ruter,router\n')
    assert [entry.heard for entry, _ in bank.entries] == ["guifi"]
    assert "quote" in bank.broken[0].problem


def test_what_is_written_is_read_again() -> None:
    row = {"heard": "salgo", "meant": "saldo", "kind": "term", "before": "el mi", "after": "^ $", "state": "active"}
    entry = Entry("salgo", "saldo", "term", frozenset({"el", "mi"}), frozenset({"^", "$"}))
    assert read_bank(write_bank([row])).entries == ((entry, State.ACTIVE),)


def test_the_first_bank_is_whole_and_needs_no_more_context() -> None:
    assert len(first_entries()) > 30
    assert not [entry.heard for entry in first_entries() if needs_context(entry)]
    assert len({term.text for term in first_terms()}) == len(first_terms())


def test_broken_terms_are_told_by_line_and_the_rest_is_loaded() -> None:
    terms, broken = read_terms(
        "term,kind,context\nPack Nube,product,contratar\n,,\nuna más dos,,\nZafiro,animal,\na,term,b,c\n"
        "uno dos tres cuatro cinco,term,\nGarmendia\n"
    )
    assert terms == (Term("Pack Nube", "product", frozenset({"contratar"})), Term("Garmendia"))
    assert [row.line for row in broken] == [3, 4, 5, 6, 7]
    assert "'animal' is not one of" in broken[2].problem


def test_a_file_that_holds_no_terms_says_what_its_first_line_must_be() -> None:
    with pytest.raises(CorrectionRefused, match="term,kind,context"):
        read_terms("a;b\n")
