from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ivr.language.intents import INTENTS, detect_intent
from ivr.language.terms import mend_terms

HERE = Path(__file__).parent


def load(name: str) -> list[tuple[str, str]]:
    document = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return [(intent, text) for intent, texts in document.items() for text in texts]


TUNED, HELD_OUT = load("intents.yaml"), load("intents_heldout.yaml")


def accuracy(examples: list[tuple[str, str]]) -> float:
    return sum(detect_intent(text).name == intent for intent, text in examples) / len(examples)


def test_every_intent_has_examples() -> None:
    assert {intent for intent, _ in TUNED} == set(INTENTS)
    assert len(TUNED) >= 150


def test_tuned_utterances_are_understood() -> None:
    assert accuracy(TUNED) >= 0.98


def test_utterances_that_nobody_tuned_on_are_understood() -> None:
    assert accuracy(HELD_OUT) >= 0.9


def test_confidence_and_runner_up_are_told() -> None:
    intent = detect_intent("Quiero hablar con una persona sobre mi factura")
    assert (intent.name, intent.second) == ("transfer_to_agent", "billing_inquiry")
    assert 0 <= intent.second_confidence <= intent.confidence <= 1


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("No puedo hacer llamadas ni mandar mensajes", "technical_support"),
        ("No consigo recibir llamadas", "technical_support"),
        ("Quiero que me funcione el internet", "technical_support"),
        ("Ya no quiero la línea fija", "cancellation"),
        ("Ya no queremos el servicio", "cancellation"),
        ("Quiero portarme a otra compañía", "cancellation"),
        ("Me han hecho un duplicado de la SIM", "security"),
        ("Alguien ha contratado una línea a mi nombre", "security"),
        ("He perdido el móvil", "security"),
        ("Son ustedes unos sinvergüenzas", "complaint"),
        ("Esto es inadmisible", "complaint"),
        ("Exijo una compensación", "complaint"),
        ("Quiero que me den una indemnización", "complaint"),
        ("Me interesa una línea móvil nueva", "sales"),
        ("¿Cuándo me cobráis?", "billing_inquiry"),
        ("¿Cuándo nos cobrarán el mes?", "billing_inquiry"),
        ("Quiero domiciliar los recibos", "payment"),
        ("Cuantos debo", "account_balance"),
        ("Preferiría que me llamasen", "schedule_callback"),
        ("Tengo una cita con el médico mañana", "other"),
        ("Quiero una cita con el técnico", "appointment"),
    ],
)
def test_wishes_are_known_by_their_grammar(said: str, intent: str) -> None:
    assert detect_intent(said).name == intent


@pytest.mark.parametrize("text", ["no quiero cancelar el servicio", "no me llamen mañana", "no quiero contratar nada"])
def test_a_negated_wish_is_none(text: str) -> None:
    assert detect_intent(text).name not in {"cancellation", "schedule_callback", "sales"}


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("necesito revisar el salgo de mi cuesta", "necesito revisar el saldo de mi cuenta"),
        ("mi fractura", "mi factura"),
        ("el rauter no va", "el router no va"),
        ("quiero darme de vaja", "quiero darme de baja"),
        ("salgo mañana de viaje", "salgo manana de viaje"),
        ("me cuesta mucho", "me cuesta mucho"),
    ],
)
def test_terms_are_mended_only_where_they_are_meant(heard: str, meant: str) -> None:
    assert mend_terms(heard.replace("ñ", "n")) == meant


@pytest.mark.parametrize("text", ["", " ", "¿?", "...", "\n", "🙂"])
def test_nothing_is_other(text: str) -> None:
    assert detect_intent(text).name == "other"
