"""What a caller may not talk the agent into, and what a hosted model may not say: checked clause by clause. Pure."""

# ruff: noqa: E501 - one family of phrases a line
from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ivr.language.dates import find_dates
from ivr.language.delays import find_delay, moment_after
from ivr.language.hours import find_hours
from ivr.language.numbers import digit_runs
from ivr.language.words import plain, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.dialogue.conversation import Message

# --- what callers try --------------------------------------------------------------------------

_RULES = r"(?:instrucciones|instruccion|reglas|ordenes|indicaciones|restricciones|normas|limites|limitaciones|directrices|filtros|programacion|configuracion)"
_MY = r"(?:tus|sus|tu|su|las|todas|todas las|todas tus|todas sus|cualquier|estas|esas|los|todos los|todos tus)"
_DATA = r"(?:dame|deme|dime|digame|muestra\w*|ensena\w*|lee\w*|acceso|accede|abre|necesito (?:el|los|la|que me)|saca\w*|pasame|consulta\w*)"
_INJECTIONS = {
    "instructions": (
        rf"\b(?:olvid\w+|ignor\w+|descart\w+|salt\w+|omit\w+|borr\w+|desobedec\w+|anul\w+|incumpl\w+|no (?:hagas|haga) caso (?:a|de)|deja\w* de (?:seguir|lado|cumplir)|pasa\w* por alto) (?:te |se )?(?:de )?(?:absolutamente )?(?:todo|{_MY})? ?(?:tus |sus |las |los )?(?:anteriores |previas )?{_RULES}\b",
        rf"\b(?:haz|haga|hace|hagas) caso omiso (?:a|de)l? (?:todo|{_MY})? ?(?:las |los |lo |que )?(?:{_RULES}|te|le)\b",
        rf"\b(?:tu|su|la|una) nueva (?:instruccion|regla|orden|mision|tarea|norma) es\b|\b(?:libr\w+|liberate|pas\w+) de (?:tus|sus) {_RULES}\b",
        r"\b(?:olvid|ignor|descart)\w+ (?:de )?(?:todo )?lo que (?:te|le) (?:han|hayan|dijeron|ha) (?:dicho|ordenado|mandado|programado|ensenado|indicado)?",
        rf"\b(?:nuevas|tus nuevas|estas son tus|aqui (?:tienes|van) (?:tus|las)) {_RULES}\b",
        r"\b(?:forget|ignore|disregard|override|bypass|drop)\b(?: \w+){0,4} (?:instructions?|rules|prompts?|guidelines|restrictions|training|orders)\b",
        r"\bnew instructions\b",
    ),
    "prompt": (
        rf"\b(?:repit\w+|repet\w+|dime|di|digame|lee\w*|leeme|muestra\w*|muestre\w*|ensena\w*|revela\w*|cuenta\w*|recita\w*|copia\w*|traduce\w*|resume\w*|escrib\w+|imprim\w+|cual\w* (?:es|son))(?: \w+){{0,5}} (?:prompt|system prompt|mensaje (?:de|del) sistema|(?:tus|sus) (?:\w+ )?{_RULES}|{_RULES} (?:secretas|internas|iniciales|originales|ocultas|del sistema|que te (?:dieron|han dado)))\b",
        r"\bque (?:instrucciones|ordenes|reglas) (?:tienes|te (?:dieron|han dado)|sigues)\b",
        rf"\b(?:tu|su|del|el) (?:system )?prompt\b|\b(?:que|como) (?:pone|dice|dicen|son|hay)(?: \w+)? (?:tus|sus) {_RULES}\b",
        r"\b(?:system prompt|texto de arriba|palabras? por palabras? (?:tus|lo que te|todo lo (?:anterior|de arriba))|todo lo que (?:hay|esta|pone) (?:encima|arriba|antes) de)\b",
        r"\b(?:repeat|reveal|show|print|tell|read|what (?:is|are)|output)\b(?: \w+){0,5} (?:prompts?|instructions|system message|the (?:words|text) above)\b",
    ),
    "role": (
        r"\b(?:ahora|a partir de ahora|desde ahora|de ahora en adelante|desde este momento)(?: mismo)?(?: tu)? (?:eres|seras|vas a ser|te llamas|actuas?|actua|actuaras|responde\w* (?:como|sin|solo)|hablas? como|no eres|no tienes (?:reglas|limites|restricciones|filtros)|puedes (?:hacer|decir) (?:todo|cualquier cosa|lo que))\b(?! (?:tu|usted|quien|la|el) (?:que|quien))",
        r"\b(?:actua|actue|comportate|comportese|responde|responda|hazte pasar) (?:como (?:si (?:fueras|fuera|no)|un|una|el|la|mi)|por)\b(?! (?:escrito|favor))",
        r"\b(?:finge|finja|imagina|imagine|supon|haz|haga|simula) (?:que|como que|como si) (?:eres|fueras|no (?:eres|tienes|existen|hay) (?:\w+ )?(?:reglas|limites|restricciones|normas)|soy (?:el|la|tu))\b",
        r"\b(?:juguemos|vamos a jugar|jugamos) a que (?:tu )?eres\b|\beres (?:un|una) (?:\w+ )?sin (?:limites|reglas|restricciones|filtros|censura)\b",
        r"\b(?:you are now|from now on you|act as|pretend (?:to be|you|that you)|roleplay|role play|you have no (?:rules|restrictions|limits))\b",
    ),
    "mode": (
        r"\b(?:modo|mode) (?:de )?(?:desarrollador\w*|desarrollo|developer|dios|god|dan|depuracion|debug|administrador\w*|admin|sin (?:restricciones|filtros|limites|censura)|mantenimiento|pruebas?|test|root|experto sin|ingenier\w+|tecnico|supervisor)\b",
        r"\b(?:developer|debug|god|admin|maintenance|dan|jailbreak|sudo) mode\b|\bjailbreak\w*\b|\bsin (?:ningun |ninguna )?(?:filtros?|censura|restriccion(?:es)?)\b.{0,30}\b(?:responde|habla|contesta|dime)|\b(?:desactiva|quita|apaga|desbloquea)\w* (?:tus?|sus?|los|las|el|la) (?:filtros?|restricciones|(?:medidas de |controles de )?seguridad|protecciones?|limites|verificacion\w*|controles)\b",
    ),
    "authority": (
        rf"\b(?:soy|habla|aqui|le habla|te habla) (?:el|la|un|una|tu|su)? ?(?:administrador\w*|desarrollador\w*|programador\w*|creador\w*|tecnic\w+ de sistemas|ingenier\w+|jef[ea]|director\w*|due[nñ]\w+|responsable|superusuario|root|inspector\w*|auditor\w*)(?: (?:de|del) (?:(?:el|la|los) )?(?:sistema|sistemas|plataforma|empresa|servicio|compan\w+|seguridad|informatica|telenova|proyecto|programa))?(?! de (?:la |mi |una )?(?:comunidad|finca|casa|familia|edificio|vecinos|tienda|bar))\b(?=.*\b{_DATA}\b)",
        r"\b(?:i am|im|this is) (?:the|an|your) (?:admin\w*|developer|owner|manager|ceo|engineer|creator)\b",
        r"\b(?:autorizacion (?:especial|maxima|de nivel)|codigo (?:maestro|de anulacion|de administrador|de emergencia)|clave (?:maestra|de administrador)|nivel de acceso|acceso (?:total|root|de administrador)|override code|master (?:code|password))\b",
        r"\b(?:sin|saltate|saltese|no hace falta|omite|evita)\b(?: \w+){0,3} (?:verificacion|verificar(?:me)?|comprobacion(?:es)?|identificarme|identificacion|confirmacion)\b(?=.*\b(?:dame|deme|dime|digame|cancel\w+|cambi\w+|dar de baja|haz|haga|transf\w+|da|de)\b)",
    ),
}  # fmt: skip
_COMPILED = {kind: re.compile("|".join(patterns)) for kind, patterns in _INJECTIONS.items()}


@lru_cache(maxsize=2048)
def injection_in(text: str) -> str:
    """Name how a caller tries to turn the agent against its rules: instructions, prompt, role, mode, authority; or ""."""
    said = plain(text)
    return next((kind for kind, pattern in _COMPILED.items() if pattern.search(said)), "")


# --- what models say ---------------------------------------------------------------------------

_FEWEST_DIGITS = 5
_GRAM = 7
"""Words in a row that nobody says by chance."""
_ISO_DAY, _CLOCK = re.compile(r"\b\d{4}-(\d\d-\d\d)\b"), re.compile(r"(?<!\d)([0-2]?\d):([0-5]\d)")
_PROMISES = re.compile(
    r"\b(?:garantiz\w+|le prometo|se lo prometo|prometemos|le aseguro (?:que|el|la)|me comprometo|nos comprometemos"
    r"|(?:le|se lo|se la|les) (?:devolver|reembolsar|abonar|compensar|regalar|perdonar|bonificar|descontar|indemnizar)(?:emos|e|an|a)"
    r"|(?:le|se lo|les) (?:devolvemos|reembolsamos|abonamos|compensamos|regalamos|perdonamos|bonificamos|descontamos)"
    r"|(?:gratis|gratuit\w+|sin (?:ningun )?(?:coste|costo|cargo|gasto)s?|de regalo)|descuentos?|reembolsos?|compensacion(?:es)?"
    r"|guarantee\w*|i promise|we promise|for free|free of charge|refund\w*|compensat\w+|discount\w*)\b"
)
_DENIED = re.compile(
    r"\b(?:no|nunca|sin que|ni|cannot|cant|not|dont|tampoco)(?: \w+){0,5} $|\b(?:sobre|pregunta por|habla de|pide) (?:un |el |la |una |los )?$"
)
"""What comes before a word that promises nothing."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a model may say: what the instructions, the caller and functions have told. Hours are of twelve."""

    digits: str = ""
    days: frozenset[str] = frozenset()
    hours: frozenset[tuple[int, int]] = frozenset()
    text: str = ""
    secret: frozenset[tuple[str, ...]] = frozenset()


def grounds_of(messages: Sequence[Message], secret: str, now: dt.datetime) -> Grounds:
    """Collect them; ``secret`` is the part of the instructions that nobody is to hear, ``now`` local time."""
    said: list[str] = []
    told: list[str] = []
    days, hours, texts = {f"{now:%m-%d}"}, set[tuple[int, int]](), list[str]()
    for message in messages:
        if message.result is not None:
            data = str(dict(message.result.data)) if message.result.ok else ""
            told += [re.sub(r"[\s+.-]", "", str(value)) for value in message.result.data.values()]
            _, its_days, its_hours = _in_text(data, now.date())
            days |= {*_ISO_DAY.findall(data), *its_days}
            hours |= its_hours
            hours |= {_of_twelve(int(hour), int(minute)) for hour, minute in _CLOCK.findall(data)}
            texts.append(data)
        elif message.role in {"user", "system"} and message.text:
            _, its_days, its_hours = _in_text(message.text, now.date())
            said.append(_dictated(message.text) if message.role == "user" else f" {_dictated(message.text)} ")
            days |= its_days
            hours |= its_hours
            if (delay := find_delay(message.text)) is not None:
                for moment in (now + delay, moment_after(now, delay)):
                    days |= {f"{moment:%m-%d}"}
                    hours |= {_of_twelve(moment.hour, moment.minute)}
            texts.append(message.text if message.role == "system" else "")
    return Grounds(
        "".join(said) + " " + " ".join(told), frozenset(days), frozenset(hours), " ".join(texts), _grams(secret)
    )


def wrong_with_claim(clause: str, grounds: Grounds, now: dt.datetime) -> str:
    """Judge a clause of a hosted model: a sentence that says what is wrong with it, empty where nothing is."""
    if any(gram in grounds.secret for gram in _grams(clause)):
        return "it would have read its instructions out"
    digits, days, hours = _in_text(clause, now.date())
    if number := next((run for run in digits.split() if run not in grounds.digits), ""):
        return f"it would have told a number that nobody told it, {number}"
    if promise := _promise(clause, grounds.text):
        return f"it would have promised what no function said, {promise!r}"
    if clause.rstrip().endswith("?"):
        return ""  # who asks for a day or an hour claims none
    if day := next((day for day in sorted(days) if day not in grounds.days), ""):
        return f"it would have told a day that nobody told it, {day}"
    if hour := next((hour for hour in sorted(hours) if hour not in grounds.hours), None):
        return f"it would have told an hour that nobody told it, {hour[0]}:{hour[1]:02}"
    return ""


def _promise(clause: str, told: str) -> str:
    said = plain(clause)
    for found in _PROMISES.finditer(said):
        if _DENIED.search(said[: found.start()]):
            continue
        if found[0].split()[-1][:6] not in _told(told):
            return found[0]
    return ""


@lru_cache(maxsize=256)
def _told(text: str) -> str:
    return plain(text)


@lru_cache(maxsize=4096)
def _dictated(text: str) -> str:
    """Join all digits of a text: numbers come in several breaths."""
    return "".join(run.digits for run in digit_runs(text))


@lru_cache(maxsize=4096)
def _in_text(text: str, today: dt.date) -> tuple[str, frozenset[str], frozenset[tuple[int, int]]]:
    """Give long numbers (joined by spaces), days as MM-DD and hours of a text."""
    midnight = dt.datetime.combine(today, dt.time())
    runs = [run for run in digit_runs(text) if len(run.digits) >= _FEWEST_DIGITS]
    digits = " ".join(run.digits for run in runs)
    days = frozenset(found.value[-5:] for found in find_dates(text, midnight))
    clocks = [one for one in find_hours(text) if not any(run.start < one.end and one.start < run.end for run in runs)]
    hours = frozenset(_of_twelve(*map(int, one.value.split(":")[:2])) for one in clocks)
    return digits, days, hours


def _of_twelve(hour: int, minute: int) -> tuple[int, int]:
    return hour % 12, minute


@lru_cache(maxsize=64)
def _grams(text: str) -> frozenset[tuple[str, ...]]:
    said = words(text)
    return frozenset(tuple(said[at : at + _GRAM]) for at in range(len(said) - _GRAM + 1))
