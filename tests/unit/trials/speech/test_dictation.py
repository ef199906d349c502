from __future__ import annotations

import pytest

from ivr.language.identifiers import normal_form
from ivr.language.readback import read_back
from ivr.trials.speech.dictated import A_KIND, KINDS, VOICES, Dictation, Kind, dictations
from ivr.trials.speech.dictation import NO, YES, Attempt, calls_of, dictate, tell
from ivr.trials.speech.dictation_calls import questions


class Scripted:
    """An agent that says given lines and notes given values; keeps what the caller says."""

    def __init__(self, lines: list[str], noted: dict[str, str]) -> None:
        self._lines = lines
        self._noted = noted
        self.said: list[str] = []

    async def listen(self) -> str:
        return self._lines.pop(0) if self._lines else ""

    async def speak(self, text: str, voice: str, speed: float) -> None:
        assert voice
        assert speed > 0
        self.said.append(text)

    async def noted(self) -> dict[str, str]:
        return self._noted


def asks(kind: str) -> str:
    return f"Muy bien. {questions()[kind]}"


@pytest.mark.parametrize("kind", KINDS)
def test_the_reporting_values_are_not_those_of_tuning(kind: Kind) -> None:
    tuning = {value.value for value in dictations("tuning", kind, 1)}
    reporting = {value.value for value in dictations("reporting", kind, 1)}
    assert len(tuning & reporting) <= 1
    assert len(reporting) > A_KIND * 0.8
    assert not set(VOICES["tuning"]) & set(VOICES["reporting"])


@pytest.mark.parametrize("kind", ["phone", "dni", "email"])
def test_every_value_is_one_of_its_kind(kind: Kind) -> None:
    for value in dictations("reporting", kind, 3):
        assert normal_form(kind, value.value) == value.value


def test_the_same_seed_draws_the_same_values() -> None:
    assert calls_of("reporting", 5, 2) == calls_of("reporting", 5, 2)
    assert [[value.kind for value in call] for call in calls_of("reporting", 5, 2)] == [list(KINDS)] * 2


def test_calls_may_be_asked_for_some_kinds_alone() -> None:
    every, some = calls_of("reporting", 5, 2), calls_of("reporting", 5, 2, ("dni", "phone"))
    assert some == [[value for value in call if value.kind in {"phone", "dni"}] for call in every]


async def test_a_value_that_is_read_back_rightly_counts_at_once() -> None:
    (value,) = dictations("reporting", "phone", 1, 1)
    call = Scripted([asks("phone"), f"Se lo repito. {read_back('phone', value.value)}. ¿Es correcto?"], {})
    call._noted["phone"] = value.value
    (attempt,) = await dictate(call, [value], questions())
    assert call.said == [value.said, YES]
    assert (attempt.at_once, attempt.exact, attempt.soon) == (True, True, True)


async def test_a_wrong_reading_is_denied_and_the_value_said_again() -> None:
    (value,) = dictations("reporting", "email", 1, 1)
    lines = [
        asks("email"),
        "Se lo repito. otra arroba gmail punto com. ¿Es correcto?",
        "Perdone. ¿Me lo deletrea, por favor?",
        f"Se lo repito. {read_back('email', value.value)}. ¿Es correcto?",
    ]
    call = Scripted(lines, {"email": value.value})
    (attempt,) = await dictate(call, [value], questions())
    assert call.said == [value.said, NO, value.spelled, YES]
    assert (attempt.at_once, attempt.soon) == (False, True)


async def test_a_reading_with_a_word_too_many_is_denied() -> None:
    value = Dictation("amount", "25.65 EUR", "Veinticinco con sesenta y cinco.", "", "", "", "em_alex", 1.0)
    call = Scripted([asks("amount"), f"Se lo repito. {read_back('amount', '125.65 EUR')}. ¿Es correcto?"], {})
    (attempt,) = await dictate(call, [value], questions())
    assert call.said == [value.said, NO]
    assert not attempt.at_once


async def test_the_part_after_the_at_is_spelled_when_that_is_asked_for() -> None:
    (value,) = dictations("reporting", "email", 1, 1)
    call = Scripted([asks("email"), "¿Me deletrea lo que va detrás de la arroba, por favor?"], {})
    await dictate(call, [value], questions())
    assert call.said == [value.said, value.host]


async def test_a_value_that_was_not_noted_is_not_had() -> None:
    (value,) = dictations("reporting", "date", 1, 1)
    (attempt,) = await dictate(Scripted([asks("date")], {}), [value], questions())
    assert not attempt.exact


def test_the_table_has_each_kind_with_its_intervals_and_names_what_failed() -> None:
    good, bad = dictations("reporting", "dni", 1, 2)
    attempts = [Attempt(good, at_once=True, said=1, noted=good.value), Attempt(bad, said=3, noted="x")]
    section = tell(attempts, 1, "how")
    assert [row[0] for row in section.rows] == ["dni", "all"]
    assert section.figures["dni_at_once"] == 0.5
    assert section.figures["all_after_one"] == 0.5
    assert bad.value in section.notes[1]
    assert good.value not in section.notes[1]
