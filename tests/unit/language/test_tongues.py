from __future__ import annotations

import pytest

from ivr.language.tongues import OTHER, UNNAMED, listed, wish_of


@pytest.mark.parametrize(
    ("said", "wished"),
    [
        ("Do you speak English?", "en"),
        ("¿Halo? ¿Is there anybody who speaks English?", "en"),
        ("podem parlar en català?", "ca"),
        ("Podon parlar en que te la", "ca"),
        ("pode falar português?", "pt"),
        ("¿Pode falar cortugues?", "pt"),
        ("podemos falar en galego?", "gl"),
        ("podemos falar en galete", "gl"),
        ("¿Hablan ustedes francés? ¿Podemos hablar en francés?", OTHER),
        ("No entiendo español", UNNAMED),
    ],
)
def test_wishes_as_a_spanish_recogniser_writes_them(said: str, wished: str) -> None:
    assert wish_of(said, "es") == wished


@pytest.mark.parametrize(
    "said",
    [
        "No hablo inglés, ¿me pueden mandar la carta en español?",
        "La aplicación me sale en inglés y no la entiendo.",
        "Mi hijo estudia catalán en el colegio.",
        "Mi marido es inglés pero hablamos en español.",
        "¿Tienen canales en catalán o en gallego en la televisión?",
        "Okay, hello, my name is John",
        "Soy de Portugal, tengo una línea con ustedes",
    ],
)
def test_who_only_speaks_of_a_language_asks_for_none(said: str) -> None:
    assert wish_of(said, "es") == ""


def test_the_way_back() -> None:
    assert wish_of("Can we go on in Spanish, please?", "en") == "es"
    assert wish_of("Mejor en castellano, por favor", "ca") == "es"


def test_languages_are_named_in_each_other() -> None:
    assert listed(("es", "en", "pt"), "en") == "Spanish, English and Portuguese"
