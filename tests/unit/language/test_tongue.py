"""The language of a text, from its small words."""

from __future__ import annotations

import pytest

from ivr.language.tongue import tongue_of
from ivr.trials.speech.sentiment_set import read_feelings


@pytest.mark.parametrize(
    ("said", "tongue"),
    [
        ("hello, I would like to know what is the balance of my account", "en"),
        ("bonjour, je voudrais savoir combien je dois pour ce mois", "fr"),
        ("bom dia, eu quero saber o saldo da minha conta, muito obrigado", "pt"),
        ("guten Tag, ich habe eine Frage und brauche bitte Hilfe", "de"),
        ("buongiorno, vorrei sapere il saldo del mio conto con questo numero", "it"),
    ],
)
def test_a_sentence_of_another_language_is_told(said: str, tongue: str) -> None:
    assert tongue_of(said) == tongue


@pytest.mark.parametrize(
    "said", ["hola", "the router", "quiero el plan Movistar on the go", "no me va el wifi", "ok", "", "me da un mail"]
)
def test_a_few_words_and_foreign_names_stay_spanish(said: str) -> None:
    assert tongue_of(said) == "es"


def test_callers_of_four_countries_are_all_taken_for_spanish() -> None:
    texts = [feeling.text for feeling in read_feelings("tuning")]
    assert [text for text in texts if tongue_of(text) != "es"] == []


@pytest.mark.parametrize(
    "said",
    ["uno dos tres cuatro cinco seis", "david arroba gmail punto com", "jota a uve i, arroba gmail punto com"],
)
def test_numbers_addresses_and_spelled_letters_are_no_other_language(said: str) -> None:
    assert tongue_of(said) == "es"
