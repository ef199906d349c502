import pytest

from ivr.language.phonetics import phonetic_key, without_accents


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("baca", "vaca"),
        ("hola", "ola"),
        ("zapato", "sapato"),
        ("cebada", "sevada"),
        ("llama", "yama"),
        ("Echeverría", "Echeberria"),
        ("quilo", "kilo"),
        ("gente", "jente"),
        ("wifi", "güifi"),
        ("wifi", "uifi"),
        ("envío", "embio"),
        ("equi li", "equili"),
        ("psicólogo", "sicologo"),
        ("ley", "lei"),
    ],
)
def test_spellings_of_one_sound_have_one_key(one: str, other: str) -> None:
    assert phonetic_key(one) == phonetic_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ano", "año"),
        ("pero", "perro"),
        ("caro", "carro"),
        ("guitarra", "gitarra"),
        ("coche", "coge"),
        ("gato", "jato"),
    ],
)
def test_words_that_sound_different_have_different_keys(one: str, other: str) -> None:
    assert phonetic_key(one) != phonetic_key(other)


def test_digits_and_signs_have_no_sound() -> None:
    assert phonetic_key("12 €") == ""


def test_accents_go_but_enye_and_dieresis_stay() -> None:
    assert without_accents("Año PINGÜINO avería") == "año pingüino averia"
