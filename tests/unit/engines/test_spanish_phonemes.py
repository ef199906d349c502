# phonetic letters look like others on purpose
# ruff: noqa: RUF001
from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ivr.engines.kokoro import SYMBOLS, cut_tokens, spell_numbers, tokens_of
from ivr.engines.spanish_phonemes import spanish_phonemes


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("buenos días", "bwˈenos ðˈias"),
        ("guitarra", "ɡitˈara"),
        ("la guitarra", "la ɣitˈara"),
        ("perro pero", "pˈero pˈeɾo"),
        ("enrique israel", "enrˈike ˌisraˈel"),
        ("muchacho", "muʧˈaʧo"),
        ("llave yo un yate", "ʎˈaβe ʝˈo ˈun ʤˈate"),
        ("ley auto aire oigo deuda", "lˈA ˈWto ˈIɾe ˈoɪɣo ðˈeʊða"),
        ("pingüino", "piŋɡwˈino"),
        ("ciudad actuar", "θjuðˈað aktwˈaɾ"),
        ("un beso con pan", "ˈum bˈeso kom pˈan"),
        ("sin gracia tengo", "siŋ ɡɾˈaθja tˈɛŋɡo"),
        ("país maíz caída", "paˈis maˈiθ kaˈiða"),
        ("administración", "ˌadminˌistɾaθjˈon"),
        ("fácilmente solamente", "fˈaθilmˈente sˈolamˈente"),
        ("hielo huevo", "jˈelo wˈeβo"),
        ("rey y reina", "rˈA i rˈAna"),
        ("examen xilófono", "eksˈamen silˈofono"),
        ("para mí", "pˌaɾa mˈi"),
    ],
)
def test_words_are_read_by_the_rules_of_spanish(written: str, spoken: str) -> None:
    assert spanish_phonemes(written) == spoken


def test_little_words_lean_on_the_next_but_not_at_the_end() -> None:
    assert spanish_phonemes("de la casa") == "de la kˈasa"
    assert spanish_phonemes("casa de").endswith("ðˈe")


def test_what_cannot_be_read_is_spelled() -> None:
    assert spanish_phonemes("DNI") == "dˌeˌeneˈi"
    assert spanish_phonemes("SMS") == "ˌeseˌemeˈɛse"
    assert spanish_phonemes("IVA") == spanish_phonemes("iva")


def test_abbreviations_are_written_out() -> None:
    assert spanish_phonemes("Sra") == spanish_phonemes("señora")


def test_seseo_has_no_theta_and_no_elle() -> None:
    assert spanish_phonemes("calle cinco zapatos", seseo=True) == "kˈaʝe sˈinko sapˈatos"


def test_capitals_and_foreign_marks_do_not_matter() -> None:
    assert spanish_phonemes("BARCELONA") == spanish_phonemes("barcelona")
    assert spanish_phonemes("façana èxit") == spanish_phonemes("façana exit")


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "Z")), max_size=60))
def test_any_text_becomes_symbols_that_the_model_knows(text: str) -> None:
    assert set(spanish_phonemes(text)) <= SYMBOLS.keys()


@example("cü")
@example("a y")
@given(st.text(alphabet="abcdefghijklmnñopqrstuvwxyzáéíóúü ", min_size=1, max_size=40))
def test_every_phrase_with_a_letter_has_a_stress(text: str) -> None:
    assert ("ˈ" in spanish_phonemes(text)) == bool(text.strip())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Tiene 3 avisos", "Tiene tres avisos"),
        ("son 12,5 grados", "son doce coma cinco grados"),
        ("a las 17:30", "a las cinco y media de la tarde"),
        ("Debe 1.250,50 €", "Debe mil doscientos cincuenta euros con cincuenta"),
    ],
)
def test_digits_that_are_left_are_said_in_words(text: str, said: str) -> None:
    assert spell_numbers(text, "es") == said


def test_punctuation_stays_and_punctuation_alone_is_nothing() -> None:
    tokens = tokens_of("¿Sí, de verdad?", "es")
    assert SYMBOLS[","] in tokens
    assert tokens[-1] == SYMBOLS["?"]
    assert tokens_of("…", "es") == []
    assert tokens_of("", "es") == []


def test_long_text_is_cut_after_a_mark_else_between_words() -> None:
    tokens = tokens_of("Una frase larga, con pausa, " * 60, "es")
    pieces = cut_tokens(tokens)
    assert [token for piece in pieces for token in piece] == tokens
    assert all(0 < len(piece) <= 500 for piece in pieces)
    assert all(piece[-1] == SYMBOLS[","] for piece in pieces[:-1])
    unbroken = cut_tokens(tokens_of("palabra " * 200, "es"))
    assert all(piece[-1] == SYMBOLS[" "] for piece in unbroken[:-1])
    assert [len(piece) for piece in cut_tokens([50] * 1001)] == [500, 500, 1]
