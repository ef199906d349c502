from __future__ import annotations

import datetime as dt

import pytest

from ivr.dialogue.hearing import hear
from ivr.language.gist import gist

FRIDAY = dt.datetime(2026, 11, 27, 10)  # noqa: DTZ001 - local time


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("Could you tell me how much I owe you?", "account_balance"),
        ("the internet has been down since last night", "technical_support"),
        ("i'd like to close my account", "cancellation"),
        ("Could I talk to somebody real, please?", "transfer_to_agent"),
        ("What time do you close?", "opening_hours"),
        ("please call me back later", "schedule_callback"),
        ("I need to update my phone number", "update_contact_info"),
        ("ok, bye bye", "farewell"),
    ],
)
def test_english_wishes_are_those_of_the_engine(said: str, intent: str) -> None:
    assert hear(gist(said, "en"), FRIDAY, account_digits=6).intent.name == intent


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("one two three four five six", "123456"),
        ("It's twelve, thirty-four, fifty-six", "123456"),
        ("my account number is oh one two, double three, four", "012334"),
        ("123,456", "123456"),
    ],
)
def test_english_digits_are_written(said: str, digits: str) -> None:
    assert hear(gist(said, "en"), FRIDAY, account_digits=6).digits == digits


@pytest.mark.parametrize(
    ("said", "entities"),
    [
        ("tomorrow at half past four in the afternoon", {("date", "2026-11-28"), ("time", "16:30")}),
        ("next monday at ten in the morning", {("date", "2026-11-30"), ("time", "10:00")}),
        ("on the third of december at 5 pm", {("date", "--12-03"), ("time", "17:00")}),
        ("ann underscore lopez at example dot com", {("email", "ann_lopez@example.com")}),
    ],
)
def test_english_moments_and_addresses_are_read(said: str, entities: set[tuple[str, str]]) -> None:
    heard = hear(gist(said, "en"), FRIDAY, account_digits=6)
    assert {(entity.type, entity.value) for entity in heard.entities} == entities


def test_words_that_say_nothing_to_the_engine_come_back_as_they_are() -> None:
    assert gist("Purple elephants", "en") == "Purple elephants"


def test_spanish_stays_as_it_is() -> None:
    assert gist("¿Cuánto debo?", "es") == "¿Cuánto debo?"


@pytest.mark.parametrize(
    ("language", "said", "intent"),
    [
        ("pt", "Quanto é que eu devo este mês?", "account_balance"),
        ("pt", "o wifi caiu", "technical_support"),
        ("pt", "Quero rescindir o contrato", "cancellation"),
        ("pt", "fale-me com um operador, posso falar com um atendente?", "transfer_to_agent"),
        ("ca", "Quant dec?", "account_balance"),
        ("ca", "tinc un problema amb la fibra", "technical_support"),
        ("ca", "em vull donar de baixa", "cancellation"),
        ("ca", "Podria parlar amb una persona de veritat?", "transfer_to_agent"),
        ("gl", "Canto debo?", "account_balance"),
        ("gl", "teño un problema coa fibra", "technical_support"),
        ("gl", "quérome dar de baixa", "cancellation"),
        ("gl", "Podería falar cun axente?", "transfer_to_agent"),
    ],
)
def test_wishes_in_portuguese_catalan_and_galician(language: str, said: str, intent: str) -> None:
    assert hear(gist(said, language), FRIDAY, account_digits=6).intent.name == intent


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("pt", "É o um dois três, quatro cinco meia"),
        ("ca", "és l'u dos tres, quatre cinc sis"),
        ("gl", "é o un dous tres, catro cinco seis"),
    ],
)
def test_digits_in_portuguese_catalan_and_galician(language: str, said: str) -> None:
    assert hear(gist(said, language), FRIDAY, account_digits=6).digits == "123456"


@pytest.mark.parametrize(("language", "said"), [("pt", "só um momento"), ("ca", "un moment"), ("gl", "un momento")])
def test_an_article_is_no_digit(language: str, said: str) -> None:
    assert hear(gist(said, language), FRIDAY, account_digits=6).digits == ""
