from __future__ import annotations

import pytest

from ivr.dialogue.conversation import Message
from ivr.dialogue.delivery import BRISK, CALM, DICTATED, FIGURES, Delivery, deliver, pace_of
from ivr.language.mood import Mood

CONTENT = Mood()
ANGRY = Mood(frustration=0.9, alerted=True)


def said(*texts: str) -> list[Message]:
    return [Message("user", text) for text in texts]


@pytest.mark.parametrize(
    "clause",
    [
        "Su número es el seis cinco cuatro, tres dos uno, nueve ocho siete.",
        "Entonces es ana punto lópez arroba gmail punto com,",
        "Apunte la referencia 4471208.",
        "La clave es 4 7 1 2.",
        "ele de León, o de Oviedo, pe de Pamplona",
    ],
)
def test_what_is_written_down_is_dictated(clause: str) -> None:
    assert pace_of(clause) == DICTATED


@pytest.mark.parametrize(
    "clause",
    [
        "Son cuarenta y cinco euros con cincuenta.",
        "Vence el quince de febrero.",
        "Le llamamos a las cinco y media de la tarde.",
        "Tiene trescientos megas.",
        "Son 37,80 €.",
    ],
)
def test_figures_are_said_a_little_slower(clause: str) -> None:
    assert pace_of(clause) == FIGURES


@pytest.mark.parametrize(
    "clause", ["¿En qué puedo ayudarle?", "Claro,", "Un momento, por favor.", "Lo tiene todo al día."]
)
def test_plain_words_keep_the_usual_pace(clause: str) -> None:
    assert pace_of(clause) == 1.0


def test_an_upset_caller_is_spoken_to_calmly_and_never_hurried() -> None:
    assert deliver("Lo miro ahora mismo.", said("no", "sí", "ya"), ANGRY) == Delivery(CALM, "calm")
    upset = [Message("user", "Estoy harta de esperar.", upset=True)]
    assert deliver("Lo siento mucho.", upset, CONTENT) == Delivery(CALM, "calm")
    assert deliver("Es el seis cinco cuatro tres.", upset, CONTENT) == Delivery(DICTATED, "calm")


def test_who_has_calmed_is_spoken_to_as_usual() -> None:
    calmed = [Message("user", "Estoy harta.", upset=True), Message("user", "Vale, gracias por mirarlo tan pronto.")]
    assert deliver("Muy bien.", calmed, Mood(frustration=0.1)) == Delivery()


@pytest.mark.parametrize(
    "answers",
    [
        ["sí", "no", "vale"],
        ["La factura.", "Ocho cuatro.", "Sí."],
        ["Mire, es que tengo mucha prisa y quiero saber el saldo."],
        ["No tengo tiempo para esto, dígame el importe."],
    ],
)
def test_who_is_short_of_time_is_answered_a_little_faster(answers: list[str]) -> None:
    assert deliver("Claro, lo miro.", said(*answers), CONTENT) == Delivery(BRISK, "brisk")


def test_a_hurry_makes_no_figure_faster() -> None:
    assert deliver("Son cuarenta y cinco euros.", said("sí", "no", "vale"), CONTENT).pace == FIGURES


def test_keyed_digits_are_no_hurry() -> None:
    keyed = [Message("user", "654321", by_keys=True)] * 3
    assert deliver("Muy bien.", keyed, CONTENT) == Delivery()


def test_one_long_answer_is_no_hurry() -> None:
    assert deliver("Muy bien.", said("sí", "quería preguntar por mi factura", "no"), CONTENT) == Delivery()


def test_before_the_caller_has_spoken_the_pace_is_the_usual_one() -> None:
    assert deliver("Buenos días, le atiende Laura.", [], CONTENT) == Delivery()
