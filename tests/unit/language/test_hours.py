from __future__ import annotations

import pytest

from ivr.language.hours import find_hours


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
