import pytest

from ivr.language.correction.ledger import What
from ivr.language.correction.statements import Exchange, Made, read_exchange
from ivr.language.correction.values import Entry

TERMS = ("saldo", "cuenta", "portabilidad")
SALDO = Made("salgo", "saldo", 7)


def said(then: str, reply: str = "Ahora miro su saldo.", made: tuple[Made, ...] = (SALDO,)) -> list[What]:
    return [item.what for item in read_exchange(Exchange("quiero ver el salgo", made, reply, then), TERMS)]


@pytest.mark.parametrize(
    ("reply", "then", "verdict"),
    [
        ("¿Quiere su saldo?", "Sí, por favor.", What.CONFIRMED),
        ("¿Quiere su saldo?", "No, otra cosa.", What.REVERTED),
        ("Ahora miro su saldo.", "Vale, gracias.", What.CONFIRMED),
        ("Ahora miro su saldo.", "No, eso no.", What.REVERTED),
        ("Ahora miro su saldo.", "He dicho que salgo mañana.", What.REVERTED),
    ],
)
def test_the_caller_judges_what_was_made_of_their_words(reply: str, then: str, verdict: What) -> None:
    assert said(then, reply) == [What.FIRED, verdict]


@pytest.mark.parametrize(
    ("reply", "then"), [("¿Quiere su saldo?", "Pues..."), ("Un momento.", "Sí."), ("Ahora miro su saldo.", "")]
)
def test_without_a_clear_answer_to_the_word_nothing_is_judged(reply: str, then: str) -> None:
    assert said(then, reply) == [What.FIRED]


def test_the_correction_that_fired_is_named() -> None:
    (fired,) = read_exchange(Exchange("quiero ver el salgo", (SALDO,), "Un momento.", ""), TERMS)
    assert (fired.entry_id, fired.entry.heard, fired.entry.meant) == (7, "salgo", "saldo")


def test_a_word_that_the_agent_asked_about_and_the_caller_agreed_to_is_learned_with_its_context() -> None:
    (learned,) = read_exchange(Exchange("quiero ver el salgo ya", (), "¿Ha dicho saldo?", "Sí, eso es."), TERMS)
    assert learned.what is What.HEARD
    assert learned.entry == Entry("salgo", "saldo", before=frozenset({"el"}), after=frozenset({"ya"}))


@pytest.mark.parametrize(
    ("heard", "reply", "then"),
    [
        ("quiero ver el salgo", "¿Ha dicho saldo?", "No."),
        ("quiero ver el salgo", "Ahora miro su saldo.", "Sí."),
        ("quiero ver mi saldo", "¿Ha dicho saldo?", "Sí."),
        ("buenas tardes", "¿Quiere una portabilidad?", "Sí."),
        ("quiero ver el salgo", "¿Ha dicho contrato?", "Sí."),
    ],
)
def test_nothing_is_learned_without_a_yes_to_a_term_that_sounds_alike(heard: str, reply: str, then: str) -> None:
    assert read_exchange(Exchange(heard, (), reply, then), TERMS) == []


def test_a_sentence_said_again_teaches_the_term_that_was_misheard_first() -> None:
    again = Exchange("quiero una porta bilirrad ya", (), "¿Puede repetirlo?", "quiero una portabilidad ya")
    (learned,) = read_exchange(again, TERMS)
    assert (learned.what, learned.entry.heard, learned.entry.meant) == (What.HEARD, "porta bilirrad", "portabilidad")


def test_another_sentence_teaches_nothing() -> None:
    other = Exchange("quiero una porta bilirrad", (), "¿Puede repetirlo?", "da igual, mi saldo")
    assert read_exchange(other, TERMS) == []
