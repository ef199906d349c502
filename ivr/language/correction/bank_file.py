"""Bank files: CSV with one correction a line. A broken line is told with its number; the rest is loaded."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from ivr.errors import CorrectionRefused
from ivr.language.correction.firing import WIDEST, bare, folded, is_common, protected
from ivr.language.correction.values import Entry, State, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KINDS = ("term", "person", "address", "city", "product")
COLUMNS = ("heard", "meant", "kind", "before", "after", "state", "source", "fired", "confirmed", "reverted")
NEEDED = ("heard", "meant")
LONGEST = 80


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A line of a bank file that was not taken; ``line`` counts from 1, the header included."""

    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class BankFile:
    """What a bank file holds."""

    entries: tuple[tuple[Entry, State], ...]
    broken: tuple[BrokenRow, ...]


def check_entry(entry: Entry) -> str:
    """Say what is wrong with an entry and its mend; "" when nothing is."""
    heard, meant = entry.heard.split(), entry.meant.split()
    checks = (
        (not heard or not meant, "heard and meant must both have words"),
        (len(heard) > WIDEST or len(meant) > WIDEST, f"at most {WIDEST} words: shorten it to what was misheard"),
        (max(len(entry.heard), len(entry.meant)) > LONGEST, f"at most {LONGEST} letters"),
        (
            any(protected(word) for word in (*heard, *meant)),
            "digits, numbers, e-mails, yes and no are never corrected: the dialogue asks about them",
        ),
        ([bare(word) for word in heard] == [bare(word) for word in meant], "heard and meant are the same words"),
        (not all(bare(word) for word in heard), "heard has a word without letters"),
        (entry.kind not in KINDS, f"kind {entry.kind!r} is not one of {', '.join(KINDS)}"),
    )
    return next((problem for wrong, problem in checks if wrong), "")


def needs_context(entry: Entry) -> bool:
    """Whether an entry would break right words: all heard words are common, and nothing says where it holds."""
    return not entry.before and not entry.after and all(is_common(word) for word in entry.heard.split())


def read_bank(text: str) -> BankFile:
    """Read a bank file; CorrectionRefused when it is none. "state" is candidate unless the file says otherwise."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        names = [name.strip() for name in rows.fieldnames or ()]
    except csv.Error as error:
        raise CorrectionRefused(f"the bank file is no CSV ({error}): write it with a comma between columns") from error
    if missing := [name for name in NEEDED if name not in names]:
        raise CorrectionRefused(
            f"the bank file has no column {' and '.join(missing)}: its first line must be {','.join(COLUMNS[:5])}"
        )
    rows.fieldnames = names
    entries: list[tuple[Entry, State]] = []
    broken: list[BrokenRow] = []
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return BankFile(tuple(entries), tuple(broken))
        except csv.Error as error:
            broken.append(BrokenRow(rows.line_num, f"no CSV: {error}; quote the text or remove the quotes"))
            continue
        taken = _read_row(row)
        if isinstance(taken, str):
            broken.append(BrokenRow(rows.line_num, taken))
        else:
            entries.append(taken)


def _read_row(row: Mapping[str | None, str | list[str] | None]) -> tuple[Entry, State] | str:
    if None in row:
        return "more values than columns: quote a text that has a comma"
    values = {str(name): str(value or "").strip() for name, value in row.items()}
    entry = Entry(
        " ".join(values["heard"].split()),
        " ".join(values["meant"].split()),
        values.get("kind") or "term",
        context(values.get("before", "")),
        context(values.get("after", "")),
    )
    if problem := check_entry(entry):
        return problem
    try:
        state = State(values.get("state") or State.CANDIDATE.value)
    except ValueError:
        return f"state {values['state']!r} is not one of {', '.join(state.value for state in State)}"
    if state is State.ACTIVE and needs_context(entry):
        return f"{entry.heard!r} is a common word: give the words before or after it, or leave it a candidate"
    return entry, state


def write_bank(rows: Iterable[Mapping[str, object]]) -> str:
    """Write a bank file from rows with COLUMNS."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def context(text: str) -> frozenset[str]:
    """Read context words; "^" and "$" are the ends of the utterance."""
    return frozenset(word if word in {"^", "$"} else bare(word) for word in text.split())


@cache
def first_entries() -> tuple[Entry, ...]:
    """Give the corrections that every bank begins with."""
    return tuple(entry for entry, _ in read_bank(_shipped("first_es.csv")).entries)


@cache
def first_terms() -> tuple[Term, ...]:
    """Give the terms of the field that every bank begins with."""
    return read_terms(_shipped("terms_es.csv"))[0]


def read_terms(text: str) -> tuple[tuple[Term, ...], tuple[BrokenRow, ...]]:
    """Read a file of terms (term,kind,context); CorrectionRefused when it is none, broken rows by line."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restkey="more", restval="")
    if "term" not in (rows.fieldnames or ()):
        raise CorrectionRefused("the file of terms has no column term: its first line must be term,kind,context")
    terms: list[Term] = []
    broken: list[BrokenRow] = []
    for row in rows:
        term = Term(" ".join(row["term"].split()), row.get("kind") or "term", context(row.get("context") or ""))
        if problem := "more values than columns: quote a text that has a comma" if "more" in row else check_term(term):
            broken.append(BrokenRow(rows.line_num, problem))
        else:
            terms.append(term)
    return tuple(terms), tuple(broken)


def check_term(term: Term) -> str:
    """Say what is wrong with a term and its mend; "" when nothing is."""
    words = term.text.split()
    checks = (
        (not words, "the term has no word"),
        (len(words) > WIDEST, f"at most {WIDEST} words: shorten it to what people say"),
        (any(protected(word) for word in words), "digits, numbers and yes or no are never corrected: leave them out"),
        (term.kind not in KINDS, f"kind {term.kind!r} is not one of {', '.join(KINDS)}"),
    )
    return next((problem for wrong, problem in checks if wrong), "")


def known_terms(terms: Iterable[Term]) -> frozenset[str]:
    """Fold terms, to look words up among them."""
    return frozenset(folded(term.text) for term in terms)


def _shipped(name: str) -> str:
    return files("ivr.language.correction").joinpath(name).read_text(encoding="utf-8")
