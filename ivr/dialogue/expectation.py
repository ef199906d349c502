"""What kind of answer a question asks for, judged from its words alone, whoever wrote them."""

from __future__ import annotations

import re

from ivr.dialogue.conversation import Expectation
from ivr.language.identifiers import HOME, PHONE_LENGTHS
from ivr.language.numbers import numerals
from ivr.language.words import fold, words

_CONFIRM = re.compile(
    r"\b(?:confirma|confirmas|confirmame|confirmarme|me confirma|es correcto|es correcta|correcto"
    r"|de acuerdo|verdad|no es asi"
    r"|si o no|esta seguro|esta segura|estas seguro|estas segura|quiere que|quieres que|desea que"
    r"|le parece bien|te parece bien"
    r"|le gustaria|te gustaria|le viene bien|te viene bien|prefiere que|puedo ayudarle en algo mas"
    r"|algo mas|necesita algo mas"
    r"|sigue ahi|sigues ahi|me oye|me escucha|me oyes|me escuchas|ha reiniciado|has reiniciado|ha podido"
    r"|has podido|ya ha|ya has"
    r"|funciona ahora|desea continuar|quiere continuar|le paso|te paso|is that correct|would you like)\b"
)
_EMAIL = re.compile(r"\b(?:correo|e mail|email|mail)\b")
_DIGITS = re.compile(
    r"\b(?:numeros?|telefono|movil|celular|cuenta|contrato|cliente|abonado|codigo|dni|nie|documento"
    r"|tarjeta|iban|curp|cui[tl]|pin|digitos|cifras"
    r"|number|account|phone)\b"
)
_NAMED = {
    Expectation.NIE: re.compile(r"\bnie\b"),
    Expectation.IBAN: re.compile(r"\b(?:iban|cuenta bancaria|cuenta corriente)\b"),
    Expectation.CURP: re.compile(r"\bcurp\b"),
    Expectation.CUIT: re.compile(r"\bcui[tl]\b"),
    Expectation.POSTAL_CODE: re.compile(r"\bcodigo postal\b"),
    Expectation.CARD: re.compile(r"\btarjeta\b"),
}
"""Identifiers that are asked for by their name."""
_DOCUMENT = re.compile(r"\b(?:dni|documento(?: de identidad)?|nif)\b")
_AMOUNT = re.compile(r"\b(?:que importe|que cantidad|de cuanto|cuanto (?:es|fue|pago|dinero)|por que valor)\b")
_WHEN = re.compile(
    r"\b(?:cuando (?:quiere|prefiere|desea|le|te|podemos|puedo)|que dia|que fecha|a que hora|que hora"
    r"|what day|what time)\b"
)
_NAME = re.compile(
    r"\b(?:como se llama|como te llamas|su nombre|tu nombre|nombre completo|a nombre de quien|your name"
    r"|con quien hablo)\b"
)
_PLACES_AND_THINGS = {
    Expectation.ADDRESS: re.compile(r"\b(?:(?:cual es (?:su|tu|la)|que) (?:direccion|domicilio|calle)|donde vives?)\b"),
    Expectation.CITY: re.compile(r"\b(?:que|cual es (?:su|tu|la)) (?:ciudad|poblacion|localidad|municipio|pueblo)\b"),
    Expectation.PRODUCT: re.compile(r"\b(?:que|cual es (?:su|tu|el|la)) (?:tarifa|plan|producto|servicio|paquete)\b"),
}
_ASKS_VALUE = re.compile(
    r"\b(?:cual|cuales|digame|dime|dame|deme|me dice|me dices|me da|me das|me puede dar|me puedes dar"
    r"|me podria|me indica|me indicas"
    r"|indique|indiqueme|facilita|facilitarme|facilitas|facilite|necesito|diga|teclee|marque|repita"
    r"|repitame|me repite|me deletrea"
    r"|proporciona|what is|tell me|may i have|puede decirme|puedes decirme|decirme|darme|que numero"
    r"|a que numero|a que correo)\b"
)
_COUNT = re.compile(r"(\S+(?: y \S+)?) (?:digitos|cifras|numeros|digits)\b")
_DOCUMENT_DIGITS = 8
_SLOTS = {kind: frozenset({kind.value}) for kind in _NAMED} | {
    Expectation.EMAIL: frozenset({"email"}),
    Expectation.DOCUMENT: frozenset({"dni"}),
    Expectation.AMOUNT: frozenset({"amount"}),
    Expectation.SPELLING: frozenset({"spelling"}),
    Expectation.DATE: frozenset({"date"}),
    Expectation.NAME: frozenset({"person"}),
    Expectation.ADDRESS: frozenset({"address"}),
    Expectation.CITY: frozenset({"city"}),
    Expectation.PRODUCT: frozenset({"product"}),
}
_SENTENCE = re.compile(r"[^.!?¿¡]*[?]|[^.!?¿¡]+[.!]?")
_IMPERATIVE = re.compile(r"\b(?:digame|dime|deme|dame|indique|teclee|marque|facilite|repita|diga)\b")


def infer_expectation(question: str, country: str = HOME) -> tuple[Expectation, int]:
    """Say what answer the last question of a text asks for, and how many digits it has (0 = not known)."""
    asked = _last_question(question)
    if not asked:
        return Expectation.ANY, 0
    whole = " ".join(words(question))
    wants_value = _ASKS_VALUE.search(asked) is not None
    if _WHEN.search(asked):
        return Expectation.DATE, 0
    if _CONFIRM.search(asked) and not wants_value:
        return Expectation.YES_NO, 0
    if _EMAIL.search(asked) and wants_value:
        return Expectation.EMAIL, 0
    if _NAME.search(asked):
        return Expectation.NAME, 0
    if wants_value and (named := _identifier(asked)) and not _COUNT.search(whole):
        return named
    if _AMOUNT.search(asked):
        return Expectation.AMOUNT, 0
    if _DIGITS.search(asked) and wants_value:
        return Expectation.DIGITS, _how_many(whole, asked, country)
    for kind, pattern in _PLACES_AND_THINGS.items():
        if pattern.search(asked):
            return kind, 0
    if re.search(r"\b(?:fecha|cuando)\b", asked) and not _CONFIRM.search(asked):
        return Expectation.DATE, 0
    if _CONFIRM.search(asked):
        return Expectation.YES_NO, 0
    return Expectation.ANY, 0


def _identifier(asked: str) -> tuple[Expectation, int] | None:
    """Say which identifier is asked for by its name; a DNI may be a NIE as well."""
    if _DOCUMENT.search(asked):
        return Expectation.DOCUMENT, _DOCUMENT_DIGITS
    return next(((kind, 0) for kind, pattern in _NAMED.items() if pattern.search(asked)), None)


def slots_of(expects: Expectation, digits: int, country: str = HOME) -> frozenset[str]:
    """Name the types of value, as entities are called, that the expected answer may hold."""
    if expects is Expectation.DIGITS:
        return frozenset({{PHONE_LENGTHS[country]: "phone", _DOCUMENT_DIGITS: "dni"}.get(digits, "account_id")})
    return _SLOTS.get(expects, frozenset())


def _last_question(text: str) -> str:
    """Give the folded words of the last sentence that asks (a question, or an imperative such as "dígame")."""
    found = ""
    for match in _SENTENCE.finditer(text):
        sentence = match.group()
        said = " ".join(words(sentence))
        if sentence.rstrip().endswith("?") or _IMPERATIVE.search(said):
            found = said
    return found


def _how_many(whole: str, asked: str, country: str) -> int:
    count = _COUNT.search(fold(whole))
    if count:
        numbers = numerals(count.group(1))
        if numbers:
            return numbers[-1].value
    if re.search(r"\b(?:telefono|movil|celular|phone)\b", asked):
        return PHONE_LENGTHS[country]
    if re.search(r"\b(?:dni|documento)\b", asked):
        return _DOCUMENT_DIGITS
    return 0
