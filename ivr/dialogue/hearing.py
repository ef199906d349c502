"""What one caller turn says, before anyone decides what to do about it."""

# ruff: noqa: E501 - one family of phrases a line
from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from ivr.language.answers import Answer, answer
from ivr.language.backchannel import is_backchannel
from ivr.language.identifiers import HOME, PHONE_LENGTHS
from ivr.language.intents import SURE, Intent, detect_intent, score_intents
from ivr.language.named_entities import find_all
from ivr.language.numbers import digit_runs
from ivr.language.terms import mend_terms
from ivr.language.words import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.language.entities import Entity


class Act(Enum):
    """What a turn does besides naming a subject."""

    REPEAT = "repeat"
    WAIT = "wait"
    WHO = "who"
    THANKS = "thanks"
    FORGET = "forget"
    UPSET = "upset"
    DONT_KNOW = "dont_know"
    GO_ON = "go_on"
    CORRECTION = "correction"
    SOONEST = "soonest"
    WHY = "why"
    REBOOTED = "rebooted"


_ACTS = {
    Act.REPEAT: r"^(?:(?:perdon|perdona|perdone|disculpe|disculpa|ay|eh|oiga|lo siento|no) )*(?:como|que|mande|como dice|que dice|como dices|que ha dicho|que has dicho|digame otra vez)$"
    r"|\b(?:repit\w+|repetir\w*|otra vez por favor|de nuevo por favor|no (?:le|te|lo|la|os) (?:he |hemos )?(?:oid\w|oi|escuch\w+|oigo|entend\w+|entiendo|pill\w+)|no (?:he )?(?:entendido|entendi|oido|oi)|mas despacio|puede decirlo otra vez|dimelo otra vez)\b",
    Act.WAIT: r"^(?:(?:si|vale|ok|claro|pues|a ver|eh|ay|perdon|perdone|no|bueno|ahorita|ahora|ya|se|orale) )*(?:permit[aei]\w*(?: \w+)?|tantito|(?:deme|dame) chance|(?:un|1) (?:momento|momentito|segundo|segundito|minuto|minutito)|esper[aeo]\w*(?: un \w+)?|aguard\w+|dejeme|deme un \w+|dame un \w+|voy a (?:buscarl\w+|mirarl\w+|por)|lo (?:busco|estoy buscando)|(?:que )?(?:lo|la) (?:busco|miro)|estoy buscando)\b",
    Act.WHO: r"\b(?:(?:eres|es|sois|hablo con|estoy hablando con|usted es) (?:usted )?(?:un |una )?(?:robot|maquina|persona|humano|humana|bot|grabacion|contestador|inteligencia artificial|ia|ordenador|de verdad|real)|quien (?:eres|es usted|habla|me habla)|como (?:te llamas|se llama usted)|con quien hablo)\b",
    Act.THANKS: r"\b(?:gracias|muy amable|se lo agradezco|te lo agradezco)\b",
    Act.FORGET: r"^(?:(?:no|nada|bueno|mira|mire|pues|eh|ah|ay|vale|mejor) )*(?:dej[ae](?:lo|moslo)|olvid[ae](?:lo|te|se)|olvidemoslo|da igual|da lo mismo|es igual|no importa|ya no(?: hace falta)?|no hace falta|cancela eso|he cambiado de (?:idea|opinion)|me lo he pensado mejor|otro dia)(?: (?:gracias|entonces|mejor|ya|dejalo|dejelo|pues|da|igual))*$",
    Act.UPSET: r"\b(?:hart[oa]s?|cabread\w+|enfadad\w+|molest[oa]s?|indignad\w+|verguenza|vergonzoso|increible que|no me (?:entiende|entiendes|esta entendiendo|escucha)|no (?:entiende|entiendes) nada|no sirve[sn]? para nada|inutil\w*|estupid\w+|idiota\w*|imbecil\w*|mierda|joder|cojones|puta|carajo|chinga\w*|pinche|pendej\w+|ya (?:se )?(?:lo |te lo |os lo )?(?:he dicho|dije)|otra vez lo mismo|siempre (?:lo mismo|igual|pasa)|desastre|ladrones|estafa\w*|asco|desesperad\w+|frustrad\w+|llevo (?:\w+ ){1,5}(?:esperando|asi|llamando|sin)|es la (?:segunda|tercera|cuarta|quinta|enesima) vez|mala experiencia|fatal servicio|pesim\w+|horrible|no puede ser)\b",
    Act.DONT_KNOW: r"\b(?:no (?:lo |la |me |los )?(?:se|tengo|acuerdo|recuerdo|encuentro|conozco|sabria|sabe|lo tengo)(?: (?:el|mi|ese|a mano|cual|donde|ahora|aqui|encima|de memoria|ni idea|numero).*)?$|ni idea|no lo (?:se|recuerdo|tengo|encuentro)|no me (?:lo|la) se|no tengo (?:ni idea|el numero|la factura|ese numero|numero)|ahora mismo no lo)",
    Act.GO_ON: r"^(?:(?:si|vale|ok|perdon|perdone|claro|bueno|no|nada) )*(?:sig[aue]\w*|continu\w+|dig[ao]me|dime|te escucho|le escucho|adelante|prosig\w+|que decia[s]?)(?: (?:por favor|si|usted|tu))*$",
    Act.CORRECTION: r"^(?:no|perdon|perdone|ay|espera|espere|digo|mejor dicho|quiero decir|me he equivocado|me equivoque|esta mal|correccion)\b|\b(?:quise decir|quiero decir|mejor dicho|me he equivocado|me equivoque|no es (?:ese|esa|asi)|digo(?: el| que| la)?|esta mal|en realidad es)\b",
    Act.SOONEST: r"\b(?:cuanto antes|lo antes posible|lo mas pronto posible|ahora mismo|ya mismo|en cuanto pued\w+|lo primero que tenga\w*|hoy mismo|ahorita|cuando pueda[ns]?|cuando quiera[ns]?|me da igual|cualquier dia|cualquier hora|a cualquier hora|cuando sea|urgente)\b",
    Act.WHY: r"^(?:y )?(?:para que|por que|porque|por que motivo|y eso para que)(?: (?:lo|la|quier\w+|necesit\w+|me|pid\w+|le|hace|tengo|mi|el|numero|cuenta|eso|falta))*$",
    Act.REBOOTED: r"\b(?:(?:lo |la )?(?:he|hemos) (?:reiniciado|apagado|desenchufado|desconectado|probado)|(?:reinicie|apague|desenchufe|desconecte|probe)\b|reiniciado|ya (?:lo )?(?:hice|he hecho|intente|he intentado))",
}  # fmt: skip
_COMPILED = {act: re.compile(pattern) for act, pattern in _ACTS.items()}
_LONGEST_SHORT = 4
_CACHE = 512
_NAMED = frozenset({"person", "city", "address", "product"})


@dataclass(frozen=True, slots=True)
class Heard:
    """A caller turn, read: ``said`` is folded and mended; ``digits`` everything dictated or keyed, joined.

    ``entities`` answer a question for a value; ``named`` are the people, places and products that were mentioned.
    """

    text: str
    said: str
    intent: Intent
    answer: Answer
    acts: frozenset[Act]
    entities: tuple[Entity, ...]
    digits: str
    by_keys: bool
    named: tuple[Entity, ...] = ()

    def value(self, kind: str) -> str | None:
        """Give the last entity of a kind (a correction comes last)."""
        return next((one.value for one in reversed((*self.named, *self.entities)) if one.type == kind), None)

    def wants(self, name: str) -> float:
        """Say how strongly the turn asks for one intent."""
        return score_intents(self.text)[name] if not self.by_keys else 0.0

    @property
    def is_short(self) -> bool:
        """Whether it is a few words at most."""
        return len(self.said.split()) <= _LONGEST_SHORT

    @property
    def is_filler(self) -> bool:
        """Whether it only says "I am listening"."""
        return is_backchannel(self.text)


_KEYED_ANSWERS = {"1": Answer.YES, "2": Answer.NO}


def hear(
    text: str, now: dt.datetime, *, account_digits: int, by_keys: bool = False, products: Sequence[str] = ()
) -> Heard:
    """Read a caller turn; keys are digits, and 1 and 2 are yes and no."""
    if by_keys:
        digits = re.sub(r"\D", "", text)
        verdict = _KEYED_ANSWERS.get(text, Answer.UNCLEAR)
        return Heard(text, text, Intent("other", 1.0), verdict, frozenset(), (), digits, by_keys=True)
    return _hear_words(text, now.date(), account_digits, tuple(products))


@lru_cache(maxsize=_CACHE)
def _hear_words(text: str, today: dt.date, account_digits: int, products: tuple[str, ...]) -> Heard:
    said = mend_terms(plain(text))
    midnight = dt.datetime.combine(today, dt.time())
    found = find_all(text, midnight, products, account_digits=account_digits)
    named = tuple(entity for entity in found if entity.type in _NAMED)
    entities = tuple(entity for entity in found if entity.type not in _NAMED)
    every = digit_runs(text)
    numbers = [run for run in every if len(run.digits) in {account_digits, PHONE_LENGTHS[HOME]}]
    misread = {e for e in entities if e.type == "time" and any(r.start < e.end < r.end for r in numbers)}
    entities = tuple(entity for entity in entities if entity not in misread)  # "es la uno dos tres ..." is no hour
    taken = [e for e in (*named, *entities) if e.type in {"date", "time", "amount", "product", "address"}]
    runs = [run for run in every if not any(run.start < e.end and e.start < run.end for e in taken)]
    digits = max((run.digits for run in runs), key=len, default="")
    exact = [run.digits for run in runs if len(run.digits) == account_digits]
    intent = detect_intent(text)
    acts = frozenset(act for act, pattern in _COMPILED.items() if pattern.search(said))
    if Act.REPEAT in acts and intent.name not in {"other", "affirm", "deny"} and intent.confidence >= SURE:
        acts -= {Act.REPEAT}
    dictated = exact[-1] if exact else digits
    return Heard(text, said, intent, answer(text), acts, entities, dictated, by_keys=False, named=named)
