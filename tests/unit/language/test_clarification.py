from __future__ import annotations

import datetime as dt

import pytest

from ivr.language.clarification import Asked, Clarification, ClarificationPolicy, Judgement, Strategy, judge
from ivr.language.correction.values import HeardWord

NOW = dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)
POLICY = ClarificationPolicy(confidence=0.5)
NOTHING: frozenset[str] = frozenset()


def rated(text: str, low: str = "") -> list[HeardWord]:
    return [HeardWord(word, 0.3 if word in low.split() else 0.9) for word in text.split()]


def asked(text: str, low: str, kinds: frozenset[str] = NOTHING, *, closed: bool = False) -> Clarification | None:
    return judge([text], rated(text, low), Asked(kinds, closed=closed), NOW, POLICY).clarification


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("quería hablar de mi factura", "quería hablar factura"),
        ("mi perro se llama Toby", "Toby"),
        ("no va internet", "va internet"),
    ],
)
def test_words_that_are_not_critical_are_never_asked_about(text: str, low: str) -> None:
    assert asked(text, low) is None


def test_a_number_heard_well_is_taken() -> None:
    text = "es el 612 34 56 78"
    assert judge([text], rated(text), Asked(frozenset({"phone"})), NOW, POLICY) == Judgement("612345678", "phone")


def test_a_number_heard_badly_is_read_back() -> None:
    clarification = asked("es el 612 34 56 78", "34", frozenset({"phone"}))
    assert clarification == Clarification(Strategy.YES_NO, "phone", "612345678")


def test_a_document_whose_letter_had_to_be_mended_is_read_back() -> None:
    clarification = asked("12 345 678", "", frozenset({"dni"}))
    assert clarification == Clarification(Strategy.YES_NO, "dni", "12345678Z")


def test_half_a_number_is_asked_for_again() -> None:
    assert asked("612 34", "", frozenset({"phone"})) == Clarification(Strategy.EXPLICIT, "phone")


def test_an_address_that_cannot_be_read_is_to_be_spelled() -> None:
    assert asked("ana arroba", "", frozenset({"email"})) == Clarification(Strategy.SPELL_OUT, "email")


def test_what_the_caller_denied_is_left_out_for_the_next_reading() -> None:
    heard = ["612 34 56 78", "612 34 56 68"]
    question = Asked(frozenset({"phone"}), denied=frozenset({"612345678"}))
    assert judge(heard, (), question, NOW, POLICY).value == "612345668"
    nothing_else = judge(heard[:1], (), question, NOW, POLICY)
    assert nothing_else == Judgement("", "phone", Clarification(Strategy.EXPLICIT, "phone"), denied=True)


def test_other_talk_is_no_failed_number() -> None:
    assert asked("espere un momento, lo busco", "", frozenset({"phone"})) is None


def test_a_doubtful_cancellation_is_confirmed() -> None:
    clarification = asked("quiero cancelar el servicio", "cancelar")
    assert clarification == Clarification(Strategy.YES_NO, "cancel", "cancelar el servicio")
    assert asked("quiero cancelar el servicio", "servicio") is None


def test_a_doubtful_number_in_passing_is_only_repeated() -> None:
    assert asked("mi contrato es el 4521", "4521") == Clarification(Strategy.IMPLICIT, "number", "4521")


def test_a_doubtful_account_number_is_read_back() -> None:
    clarification = asked("654 321", "321", frozenset({"account_id"}))
    assert clarification == Clarification(Strategy.YES_NO, "number", "654321")


def test_a_doubtful_name_is_to_be_spelled() -> None:
    assert asked("Me llamo Aitziber", "Aitziber", frozenset({"person"})) == Clarification(Strategy.SPELL_OUT, "person")


def test_a_doubtful_yes_is_asked_about() -> None:
    assert asked("sí", "sí", closed=True) == Clarification(Strategy.YES_NO, "confirm", "yes")
    assert asked("sí", "", closed=True) is None
    assert asked("a ver", "a ver", closed=True) is None
