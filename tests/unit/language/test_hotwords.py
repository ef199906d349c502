from __future__ import annotations

from ivr.language.hotwords import LARGEST, choose_hotwords

CUSTOMER = {"account_id": "123456", "name": "Ana  López García", "plan": "fibra 600", "balance": "45.50"}


def test_names_and_products_of_the_customer_are_expected_but_not_numbers() -> None:
    assert choose_hotwords(frozenset(), [CUSTOMER], ("Telenova",)) == ("Ana López García", "fibra 600", "Telenova")


def test_what_the_awaited_slot_may_hold_comes_first() -> None:
    assert choose_hotwords(frozenset({"product"}), [CUSTOMER], ())[0] == "fibra 600"
    assert choose_hotwords(frozenset({"email"}), [CUSTOMER], ())[0] == "arroba"


def test_names_do_not_tempt_where_digits_are_awaited() -> None:
    assert choose_hotwords(frozenset({"phone"}), [CUSTOMER], ("fibra 300",)) == ()
    assert "fibra 300" not in choose_hotwords(frozenset({"dni"}), [CUSTOMER], ("fibra 300",))


def test_newer_data_come_before_older_and_nothing_comes_twice() -> None:
    newer = {"name": "ana lópez garcia", "plan": "móvil 50 gigas"}
    assert choose_hotwords(frozenset(), [CUSTOMER, newer], ("Fibra 600",)) == (
        "ana lópez garcia",
        "móvil 50 gigas",
        "fibra 600",
    )


def test_there_are_at_most_thirty_and_no_long_texts() -> None:
    vocabulary = [f"producto {number}" for number in range(50)]
    known = [{"street": "calle " * 30, "city": None, "name": ""}]
    chosen = choose_hotwords(frozenset(), known, vocabulary)
    assert len(chosen) == LARGEST
    assert chosen == tuple(vocabulary[:LARGEST])
