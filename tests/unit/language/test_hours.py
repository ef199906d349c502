from __future__ import annotations

import pytest

from ivr.language.hours import find_hours, part_of_day


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("a las doce de la noche", "00:00"),
        ("a las doce y media de la noche", "00:30"),
        ("a las doce menos cuarto de la noche", "23:45"),
        ("a la una menos diez", "12:50"),
        ("a las doce de la mañana", "12:00"),
        ("a las nueve de la noche", "21:00"),
        ("a las once menos cuarto", "10:45"),
    ],
)
def test_hours_around_noon_and_midnight_fall_on_their_side(said: str, hour: str) -> None:
    assert [found.value for found in find_hours(said)] == [hour]


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("a las diecisiete treinta", "17:30"),
        ("a las veintiuna treinta", "21:30"),
        ("sobre las dieciocho cuarenta y cinco", "18:45"),
        ("a las ocho cero cinco", "08:05"),
        ("las 17 05", "17:05"),
        ("cinco treinta de la tarde", "17:30"),
        ("a las diez treinta euros", "10:00"),
    ],
)
def test_minutes_may_stand_beside_their_hour(said: str, hour: str) -> None:
    assert [found.value for found in find_hours(said)] == [hour]


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("un cuarto para las ocho", "07:45"),
        ("faltan diez para las seis", "17:50"),
        ("son veinte para las nueve de la noche", "20:40"),
        ("falta un cuarto para la una", "12:45"),
        ("faltan tres minutos para las cuatro", "15:57"),
        ("una mesa de diez para las nueve", "09:00"),
        ("somos cuatro para las nueve", "09:00"),
    ],
)
def test_what_is_lacking_to_an_hour_is_taken_from_it(said: str, hour: str) -> None:
    assert [found.value for found in find_hours(said)] == [hour]


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("a las 9h", ["09:00"]),
        ("a las 14 h", ["14:00"]),
        ("9h", ["09:00"]),
        ("a las 17h30", ["17:30"]),
        ("llevo 3h esperando", []),
        ("está abierto las 24h", []),
    ],
)
def test_an_hour_is_read_by_its_sign_and_a_length_is_none(said: str, hours: list[str]) -> None:
    assert [found.value for found in find_hours(said)] == hours


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("esta noche a las diez", "22:00"),
        ("ayer noche a las diez", "22:00"),
        ("anoche, a las once y media", "23:30"),
        ("mañana por la mañana a las seis", "06:00"),
        ("esta tarde sobre las nueve", "21:00"),
        ("a las dos de la noche", "02:00"),
    ],
)
def test_the_part_of_the_day_may_be_named_before_the_hour(said: str, hour: str) -> None:
    assert [found.value for found in find_hours(said)] == [hour]


def test_this_afternoon_and_this_morning_are_parts_of_the_day() -> None:
    assert part_of_day("llámeme esta tarde") == "afternoon"
    assert part_of_day("esta misma mañana") == "morning"


@pytest.mark.parametrize("text", ["mi cuenta es la 1 2 3 4 5 6", "es la 2 3 4 5 6 7", "la 1, 2, 3, 4"])
def test_a_number_that_is_spelled_after_la_is_no_hour(text: str) -> None:
    assert find_hours(text) == []
