"""How a caller feels, from the words."""

from __future__ import annotations

import pytest

from ivr.language.sentiment import LEVELS, level_of, sentiment_of
from ivr.trials.speech.sentiment_set import read_feelings


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Estoy encantada con el servicio, muchísimas gracias", "very_positive"),
        ("Muchas gracias, me ha quedado muy claro", "positive"),
        ("Quería saber mi saldo", "neutral"),
        ("Hola, mi internet no funciona", "negative"),
        ("Esto es una vergüenza, estoy hasta las narices", "very_negative"),
    ],
)
def test_there_are_five_levels(text: str, level: str) -> None:
    assert sentiment_of(text).level == level


def test_scores_lie_between_minus_one_and_one_and_rise_with_the_level() -> None:
    assert [level_of(score) for score in (1.0, 0.4, 0.0, -0.4, -1.0)] == list(LEVELS)
    assert -1 <= sentiment_of("pésimo, horrible, un asco, una mierda, ladrones").score < -0.8


def test_a_negation_turns_praise_into_blame() -> None:
    assert sentiment_of("estoy contento con el servicio").level == "positive"
    assert sentiment_of("no estoy nada contento con el servicio").level == "negative"


def test_a_negation_weakens_blame() -> None:
    assert sentiment_of("es horrible").level == "negative"
    assert sentiment_of("no es horrible").score > -0.25


def test_a_negation_ends_with_its_clause() -> None:
    assert sentiment_of("No, está perfecto").level == "positive"
    assert sentiment_of("no llega el pedido y es horrible").level in {"negative", "very_negative"}


def test_never_before_so_good_is_praise() -> None:
    assert sentiment_of("nunca estuve tan contento").score > 0.4


@pytest.mark.parametrize(
    "text",
    [
        "Esto es increíble, otra vez lo mismo",
        "Genial, otra avería en la misma semana",
        "Qué bien, llevo tres días sin internet",
        "Enhorabuena, me han cobrado dos veces",
    ],
)
def test_praise_beside_blame_is_meant_the_other_way_round(text: str) -> None:
    assert sentiment_of(text).level in {"negative", "very_negative"}


@pytest.mark.parametrize(
    "text",
    [
        "Genial, muchas gracias por arreglar la avería",
        "Es increíble lo bien que funciona",
        "Perfecto, entonces la avería queda para el jueves",
        "Tardaron un poco, pero es un servicio fantástico",
    ],
)
def test_praise_is_not_taken_for_irony(text: str) -> None:
    assert sentiment_of(text).score > 0


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("Si funcionara bien estaría contento", {"negative"}),
        ("Si fuera un servicio bueno no llamaría", {"negative", "neutral"}),
        ("A ver si lo arregláis bien de una vez", {"negative"}),
        ("Me encantaría que esto funcionase", {"neutral"}),
        ("Espero que todo quede bien", {"neutral"}),
    ],
)
def test_what_is_only_wished_for_is_no_praise(text: str, levels: set[str]) -> None:
    assert sentiment_of(text).level in levels


def test_little_praise_is_blame_and_a_little_praise_is_none() -> None:
    assert sentiment_of("estoy poco satisfecho").level == "negative"
    assert sentiment_of("son muy poco profesionales").level == "negative"
    assert sentiment_of("ahora va un poco mejor").score > 0


def test_what_is_denied_at_a_distance_is_no_blame() -> None:
    assert sentiment_of("no es que esté enfadado, solo quiero saber").level == "neutral"
    assert sentiment_of("no me puedo quejar").level == "positive"
    assert sentiment_of("no hay nada peor que esto").level == "negative"


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ("un poco molesto", "molesto"),
        ("molesto", "muy molesto"),
        ("lento", "lentísimo"),
        ("me gusta", "me gusta mucho"),
        ("está mal", "¡está mal!"),
    ],
)
def test_degrees_weigh(weaker: str, stronger: str) -> None:
    assert abs(sentiment_of(weaker).score) < abs(sentiment_of(stronger).score)


def test_after_but_comes_the_point() -> None:
    assert sentiment_of("el técnico fue amable pero es un desastre").score < -0.3
    assert sentiment_of("es caro pero funciona perfecto").score > 0.15


@pytest.mark.parametrize("text", ["", "   ", "123 456", "Buenos días", "Bueno, dígame", "¿Hola?", "no, gracias"])
def test_courtesy_and_nothing_are_neutral(text: str) -> None:
    assert sentiment_of(text).level == "neutral"


def test_what_told_it_is_named_as_it_was_said() -> None:
    mentions = sentiment_of("Es una VERGÜENZA y estoy muy harto").mentions
    assert [mention.text for mention in mentions] == ["VERGÜENZA", "harto"]
    assert mentions[1].weight < -0.6


def test_words_of_someone_who_has_had_enough_are_told_apart() -> None:
    assert sentiment_of("Estoy molesto con el servicio").frustrated
    assert not sentiment_of("El servicio va lento").frustrated
    assert not sentiment_of("No estoy enfadado, al contrario, estoy encantado").frustrated


def test_the_lexicon_holds_on_the_sentences_it_was_fitted_on() -> None:
    feelings = read_feelings("tuning")
    right = sum(sentiment_of(each.text).level == each.level for each in feelings)
    assert right / len(feelings) > 0.9


def test_the_two_sets_share_no_sentence_and_are_large_enough() -> None:
    tuning, reporting = ({each.text for each in read_feelings(name)} for name in ("tuning", "reporting"))
    assert not tuning & reporting
    assert len(reporting) >= 150
