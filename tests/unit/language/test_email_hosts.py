from __future__ import annotations

import pytest

from ivr.language.email_hosts import likeliest_hosts, of_words


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("talleresserrano", "talleresserrano"),
        ("tallereserrano", "talleresserrano"),
        ("panaderia", "panaderia"),
        ("yeresserrano", ""),
        ("qx", ""),
        ("", ""),
    ],
)
def test_a_label_is_spelled_as_the_words_it_is_made_of(label: str, words: str) -> None:
    assert of_words(label) == words


def test_a_host_of_words_is_likelier_than_one_that_was_heard_more_often() -> None:
    heard = ["yeresserrano.es", "yeresserrano.es", "talleresserrano.es"]
    assert likeliest_hosts(heard, {"gmail"}) == ["talleresserrano.es", "yeresserrano.es"]


def test_a_well_known_host_is_the_likeliest() -> None:
    assert likeliest_hosts(["talleresserrano.es", "gmail.com"], {"gmail"})[0] == "gmail.com"


def test_of_hosts_of_words_that_is_taken_which_sounds_like_most_readings() -> None:
    heard = ["tallerserrano.es", "talleresserrano.es", "tayeresserrano.es"]
    assert likeliest_hosts(heard, set())[0] == "talleresserrano.es"
