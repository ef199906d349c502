from __future__ import annotations

import datetime as dt

import pytest

from ivr.dialogue.clarifying import Case, CaseFold
from ivr.dialogue.conversation import Expectation, Message, Speech
from ivr.dialogue.form import FormEngine
from ivr.dialogue.script import Script, load_script
from ivr.dialogue.tools import ToolCall, ToolResult
from ivr.language.clarification import ClarificationPolicy
from ivr.language.correction.values import HeardWord

NOW = dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)
EVERY = frozenset({"phone", "dni", "email", "amount", "date"})
PHONE = "¿Cuál es su número de teléfono?"
EMAIL = "¿Cuál es su correo electrónico?"


class Talk:
    """A conversation in which our questions are heard whole."""

    def __init__(self, question: str, dictated: frozenset[str] = frozenset(), most: int = 3) -> None:
        self._fold = CaseFold(load_script("es"), ClarificationPolicy(0.5, most), dictated)
        self.messages = [Message("assistant", question)]

    def hears(self, text: str, confidence: float = 0.9, *others: str, by_keys: bool = False) -> Case:
        words = tuple(HeardWord(word, confidence) for word in text.split())
        self.messages.append(Message("user", text, words=words, alternatives=others, by_keys=by_keys))
        case = self._fold.read(self.messages, NOW)
        if case.open is not None:
            self.messages.append(Message("assistant", case.open.speech.text))
        return case


def said(case: Case) -> str:
    assert case.open is not None
    return case.open.speech.text


def settled(case: Case) -> str:
    assert case.open is None
    return case.settled[-1].text


def test_what_was_heard_well_goes_to_the_engine_as_it_is() -> None:
    talk = Talk(PHONE)
    case = talk.hears("es el 612 34 56 78")
    assert case.settled == talk.messages


def test_a_doubtful_number_is_read_back_and_a_yes_settles_it() -> None:
    talk = Talk(PHONE)
    case = talk.hears("es el 612 34 56 78", 0.3)
    assert "seis uno dos, treinta y cuatro" in said(case)
    assert case.open is not None
    assert case.open.speech.expects is Expectation.YES_NO
    assert case.open.speech.clarifies == "yes_no"
    case = talk.hears("sí, correcto")
    assert settled(case) == "es el 612 34 56 78"
    assert [message.role for message in case.settled] == ["assistant", "user"]


def test_a_value_that_had_to_be_mended_replaces_the_words() -> None:
    talk = Talk("¿Me dice su DNI?")
    assert "letra zeta" in said(talk.hears("12 345 678"))
    assert settled(talk.hears("sí")) == "12345678Z"


def test_what_was_said_beside_a_doubtful_day_is_kept() -> None:
    talk = Talk("¿Qué día le viene bien?")
    assert "tres de diciembre" in said(talk.hears("el tres de diciembre a las diez", 0.3))
    assert settled(talk.hears("sí")) == "el tres de diciembre a las diez"


def test_a_no_asks_again_and_the_new_number_is_taken() -> None:
    talk = Talk(PHONE, EVERY)
    talk.hears("612 34 56 79")
    case = talk.hears("no")
    assert "repite despacio" in said(case)
    case = talk.hears("612 34 56 78")
    assert "setenta y ocho" in said(case)
    assert settled(talk.hears("sí")) == "612345678"


def test_a_correction_in_the_answer_is_taken_at_once() -> None:
    talk = Talk(PHONE, EVERY)
    talk.hears("612 34 56 79")
    case = talk.hears("no, es el 612 34 56 78")
    assert "setenta y ocho" in said(case)
    assert case.used == 0


def test_a_yes_that_says_the_value_again_settles_it() -> None:
    talk = Talk(PHONE, EVERY)
    talk.hears("612 34 56 78")
    assert settled(talk.hears("sí, 612 34 56 78")) == "612345678"


def test_a_denied_value_is_not_read_back_again() -> None:
    talk = Talk(PHONE, EVERY)
    talk.hears("612 34 56 79", 0.9, "612 34 56 69")
    assert "repite despacio" in said(talk.hears("no"))
    assert "sesenta y nueve" in said(talk.hears("612 34 56 79"))
    assert settled(talk.hears("sí")) == "612345669"


def test_a_denied_value_heard_again_with_nothing_beside_it_is_asked_for_again() -> None:
    talk = Talk(PHONE, EVERY)
    talk.hears("612 34 56 79")
    talk.hears("no")
    case = talk.hears("612 34 56 79")
    assert "también puede marcarlo" in said(case)
    assert case.used == 2


def test_an_engine_never_gets_a_value_that_was_denied() -> None:
    talk = Talk(PHONE, EVERY, most=1)
    talk.hears("612 34 56 79")
    talk.hears("no")
    assert settled(talk.hears("612 34 56 79")) == "no"


def test_other_talk_after_a_denial_brings_no_earlier_reading_up() -> None:
    talk = Talk(PHONE, EVERY)
    talk.hears("612 34 56 79", 0.9, "612 34 56 69")
    talk.hears("no")
    assert settled(talk.hears("espere un momento")) == "espere un momento"


def test_a_denied_address_with_a_well_known_host_is_spelled() -> None:
    talk = Talk(EMAIL, EVERY)
    talk.hears("infe arroba gmail punto com")
    case = talk.hears("no, no es correcto")
    assert case.open is not None
    assert case.open.speech.expects is Expectation.SPELLING
    case = talk.hears("i de Italia, ene de Navarra, efe de Francia, o de Oviedo, arroba yimeil punto com")
    assert "i, ene, efe, o, arroba gmail punto com" in said(case)
    assert settled(talk.hears("sí")) == "info@gmail.com"


def test_of_a_denied_address_the_part_in_doubt_is_spelled_and_then_the_other() -> None:
    talk = Talk(EMAIL, EVERY)
    talk.hears("ana punto lópez arroba tegno punto es")
    assert "detrás de la arroba" in said(talk.hears("no"))
    assert "arroba tecno punto es" in said(talk.hears("te de Toledo, e de España, ce de Cáceres, ene, o, punto es"))
    case = talk.hears("no")
    assert "detrás" not in said(case)
    case = talk.hears("a de Alicante, ene de Navarra, i de Italia, arroba tecno punto es")
    assert settled(talk.hears("sí")) == "ani@tecno.es"
    assert case.used == 2


def test_at_most_three_times_a_conversation() -> None:
    talk = Talk(PHONE, EVERY)
    for _ in range(3):
        assert "¿" in said(talk.hears("uno dos tres"))
    assert settled(talk.hears("uno dos tres")) == "uno dos tres"


def test_without_clarifications_nothing_is_asked() -> None:
    assert settled(Talk(PHONE, most=0).hears("612 34 56 78", 0.1)) == "612 34 56 78"


def test_an_engine_asks_for_missing_digits_itself() -> None:
    assert settled(Talk(PHONE).hears("seis uno dos")) == "seis uno dos"


def test_keys_need_no_confirmation() -> None:
    assert settled(Talk(PHONE, EVERY).hears("612345678", by_keys=True)) == "612345678"


def test_keys_answer_what_was_read_back() -> None:
    talk = Talk(PHONE, EVERY)
    talk.hears("612 34 56 78")
    assert settled(talk.hears("1", by_keys=True)) == "612345678"


@pytest.mark.parametrize(("reply", "meant"), [("sí", "quiero cancelar"), ("no", "no")])
def test_a_doubtful_cancellation_waits_for_a_yes(reply: str, meant: str) -> None:
    talk = Talk("¿En qué puedo ayudarle?")
    assert "cancelar el servicio" in said(talk.hears("quiero cancelar", 0.3))
    assert settled(talk.hears(reply)) == meant


def test_a_doubtful_yes_that_was_a_no_is_a_no() -> None:
    talk = Talk("¿Confirma que quiere cancelar?")
    assert "que sí" in said(talk.hears("sí", 0.2))
    assert settled(talk.hears("no")) == "no"


@pytest.mark.parametrize("reply", ["Sí, sí, es la 1 2 3 4 5 6", "Sí, páseme", "No, adiós, muchas gracias"])
def test_a_doubtful_yes_that_goes_on_is_taken_as_what_it_says(reply: str) -> None:
    assert settled(Talk("¿Sigue ahí?").hears(reply, 0.3)) == reply


@pytest.mark.parametrize("reply", ["Adiós, gracias", "Quiero hablar con una persona"])
def test_who_leaves_a_value_that_is_read_back_is_let_go(reply: str) -> None:
    talk = Talk(PHONE)
    talk.hears("es el 612 34 56 78", 0.3)
    assert settled(talk.hears(reply)) == reply


def test_a_doubtful_number_in_passing_is_repeated_before_the_engine_answers() -> None:
    case = Talk("¿En qué puedo ayudarle?").hears("mi contrato es el 4521", 0.3)
    assert case.remark is not None
    assert "cuatro cinco dos uno" in case.remark.text
    assert settled(case) == "mi contrato es el 4521"


# --- the form ------------------------------------------------------------------------------


@pytest.fixture
def form() -> Script:
    return load_script("datos")


def test_a_form_asks_notes_and_says_goodbye(form: Script) -> None:
    engine = FormEngine(form)
    messages: list[Message] = []
    values = {"phone": "612345678", "dni": "12345678Z", "email": "ana@gmail.com", "amount": "45.90 EUR"}
    values |= {"date": "1980-03-03"}
    noted: dict[str, object] = {}
    while True:
        pieces = engine.respond(messages, NOW)
        text = " ".join(piece.text for piece in pieces if isinstance(piece, Speech))
        messages.append(Message("assistant", text))
        calls = [piece for piece in pieces if isinstance(piece, ToolCall)]
        if calls and calls[0].name == "end_call":
            break
        if calls:
            noted[str(calls[0].arguments["kind"])] = calls[0].arguments["value"]
            result = ToolResult(calls[0].call_id, "note_detail", ok=True)
            messages += [Message("assistant", call=calls[0]), Message("tool", result=result)]
            continue
        kind = next(detail.kind for detail in form.persona.form if detail.ask in text)
        messages.append(Message("user", values[kind]))
    assert noted == values


def test_a_form_goes_on_when_a_detail_cannot_be_had(form: Script) -> None:
    engine = FormEngine(form)
    messages = [Message("assistant", PHONE), Message("user", "no lo sé")]
    again = engine.respond(messages, NOW)
    assert any(isinstance(piece, Speech) and PHONE in piece.text for piece in again)
    messages += [Message("assistant", PHONE), Message("user", "que no lo sé")]
    assert any(isinstance(piece, Speech) and "DNI" in piece.text for piece in engine.respond(messages, NOW))


def test_a_form_lets_a_caller_go_to_a_person(form: Script) -> None:
    messages = [Message("assistant", PHONE), Message("user", "quiero hablar con una persona")]
    calls = [piece for piece in FormEngine(form).respond(messages, NOW) if isinstance(piece, ToolCall)]
    assert [call.name for call in calls] == ["transfer_to_agent"]


def test_the_forms_questions_say_what_they_want(form: Script) -> None:
    case_kinds = []
    for detail in form.persona.form:
        talk = Talk(detail.ask, EVERY)
        talk.messages.append(Message("user", "hola"))
        case = CaseFold(form, ClarificationPolicy(), EVERY).read(talk.messages, NOW)
        case_kinds.append(case.expects)
    assert case_kinds == [
        Expectation.DIGITS,
        Expectation.DOCUMENT,
        Expectation.EMAIL,
        Expectation.AMOUNT,
        Expectation.DATE,
    ]
