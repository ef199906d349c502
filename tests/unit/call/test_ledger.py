from ivr.call.ledger import Clause, account


def clause(text: str, samples: int, played: int, *, start: float = 0.0, complete: bool = True) -> Clause:
    return Clause(text, samples=samples, played=played, complete=complete, started_at=start, ended_at=start + 1)


def test_a_clause_played_to_its_end_was_heard_whole() -> None:
    assert clause("Su saldo es de diez euros.", 8000, 8000).heard == "Su saldo es de diez euros."


def test_a_clause_cut_in_the_middle_was_heard_in_proportion() -> None:
    assert clause("uno dos tres cuatro", 8000, 4100).heard == "uno dos"


def test_a_clause_that_never_sounded_was_not_heard() -> None:
    assert clause("uno dos", 8000, 0).heard == ""


def test_a_clause_still_being_made_is_not_counted_as_heard_whole() -> None:
    assert Clause("uno dos tres", samples=0, played=0).heard == ""
    growing = account([clause("uno dos tres", 100, 100, complete=False)], now=1.0)
    assert growing is not None
    assert growing.interrupted


def test_an_interrupted_reply_tells_what_was_heard_and_what_was_meant() -> None:
    spoken = account([clause("Claro.", 800, 800), clause("uno dos tres cuatro", 8000, 2000, start=1)], now=1.5)
    assert spoken is not None
    assert (spoken.heard, spoken.text) == ("Claro. uno", "Claro. uno dos tres cuatro")
    assert spoken.interrupted
    assert (spoken.start, spoken.end) == (0.0, 1.5)


def test_a_whole_reply_ends_with_its_last_sound() -> None:
    spoken = account([clause("Claro.", 800, 800)], now=9.0)
    assert spoken is not None
    assert not spoken.interrupted
    assert spoken.end == 1.0


def test_an_empty_reply_is_nothing() -> None:
    assert account([], now=1.0) is None
