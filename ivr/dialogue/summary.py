"""What a conversation came to so far: who calls, what for, what was done, what stays open. Pure.

A person who takes the call over reads it, a model whose context is too small for the whole call is given it, and the
next call of the same customer begins with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ivr.dialogue.wishes import takes_back
from ivr.language.identifiers import phone as normal_phone
from ivr.language.intents import INTENTS, detect_intent
from ivr.language.numbers import digit_runs
from ivr.language.words import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.dialogue.conversation import Message
    from ivr.dialogue.tools import ToolCall, ToolResult
    from ivr.language.mood import Mood

MOST_WORDS = 60
"""Of the text for people, who read it while a caller waits."""
MOST_ITEMS = 5
"""Of one kind that are told, the latest."""
_CLEAR = 0.6
"""Confidence from which a turn counts as a wish."""
_NO_WISH = frozenset({"greeting", "farewell", "affirm", "deny", "other"})
_TOLD = frozenset({"payment", "sales", "order_status", "opening_hours", "security"})
"""Wishes that an answer settles."""
_SETTLES: dict[str, frozenset[str]] = {
    "get_account_balance": frozenset({"account_balance", "billing_inquiry"}),
    "schedule_callback": frozenset({"schedule_callback", "appointment", "technical_support", "complaint"}),
    "cancel_service": frozenset({"cancellation"}),
    "update_contact_info": frozenset({"update_contact_info"}),
    "transfer_to_agent": frozenset({"transfer_to_agent"}),
    "transfer_to_manager": frozenset({"transfer_to_agent", "complaint"}),
}
_WRITES = {
    "schedule_callback": "llamada programada para el {date} a las {time}, al {phone}",
    "cancel_service": "servicio de la cuenta {account_id} dado de baja desde el {ends_on}",
    "update_contact_info": "{field} cambiado a {value}",
}
_FIELDS = {"phone": "teléfono", "email": "correo"}
_FAILED = {
    "get_account_balance": "consultar el saldo",
    "get_account_status": "consultar la línea",
    "schedule_callback": "programar la llamada",
    "cancel_service": "dar de baja el servicio",
    "update_contact_info": "cambiar los datos",
    "transfer_to_agent": "pasar con una persona",
    "transfer_to_manager": "pasar con un responsable",
}
SUBJECTS: dict[str, str] = {
    "account_balance": "el saldo",
    "billing_inquiry": "una factura",
    "technical_support": "una avería",
    "cancellation": "una baja",
    "payment": "un pago",
    "sales": "una contratación",
    "complaint": "una queja",
    "transfer_to_agent": "hablar con una persona",
    "schedule_callback": "que le llamemos",
    "update_contact_info": "un cambio de datos",
    "appointment": "una cita",
    "order_status": "un pedido",
    "opening_hours": "el horario",
    "security": "un problema de seguridad",
}
"""Intents in a caller's words, for whoever has no persona at hand."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A function that changed something, or that refused to; ``error`` is empty where it did."""

    name: str
    arguments: Mapping[str, Any]
    data: Mapping[str, Any]
    error: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation in short. Name and account are known only as far as functions' results show them."""

    name: str = ""
    account: str = ""
    wishes: tuple[str, ...] = ()
    """Intents in the order in which they came up."""
    done: tuple[Deed, ...] = ()
    refused: tuple[Deed, ...] = ()
    """What was tried and did not come about."""
    open: tuple[str, ...] = ()
    """Wishes that nothing has settled, and that were not taken back."""
    told: Mapping[str, str] | None = None
    """Numbers that the caller said: ``account`` and ``phone``, the last of each."""
    question: str = ""
    """The agent's last one that waits for an answer."""
    last_words: str = ""
    """The caller's."""
    upset: bool = False

    def for_people(self, subjects: Mapping[str, str] = SUBJECTS) -> str:
        """Say it in Spanish for the person who takes over, in ``MOST_WORDS`` words at most."""
        parts = [
            self._who(),
            _sentence("Llama por", [subjects.get(wish, wish) for wish in self.wishes]),
            _sentence("Hecho:", [deed_words(deed) for deed in self.done]),
            _sentence("No se pudo", [failed_words(deed) for deed in self.refused]),
            _sentence("Pendiente:", [subjects.get(wish, wish) for wish in self.open]),
            "Está molesto." if self.upset else "",
            f"Se le preguntó: {self.question}" if self.question else "",
        ]
        kept: list[str] = []
        for part in filter(None, parts):
            if sum(len(text.split()) for text in (*kept, part)) <= MOST_WORDS:
                kept.append(part)
        return " ".join(kept)

    def for_models(self, subjects: Mapping[str, str] = SUBJECTS) -> str:
        """Say it in Spanish for a model that goes on without the turns it stands for."""
        told = self.told or {}
        parts = [
            self._who(),
            _sentence("El cliente ha dicho", [f"{_TOLD_AS[kind]} {value}" for kind, value in sorted(told.items())]),
            _sentence("Ha preguntado por", [subjects.get(wish, wish) for wish in self.wishes]),
            _sentence("Ya está hecho:", [deed_words(deed) for deed in self.done]),
            _sentence("No se pudo", [failed_words(deed) for deed in self.refused]),
            _sentence("Queda pendiente", [subjects.get(wish, wish) for wish in self.open]),
            "El cliente está molesto." if self.upset else "",
        ]
        return " ".join(filter(None, parts))

    def _who(self) -> str:
        if not self.account:
            return f"{self.name}." if self.name else ""
        return f"{self.name}, cuenta {self.account}." if self.name else f"Cuenta {self.account}."


_TOLD_AS = {"account": "la cuenta", "phone": "el teléfono"}


def summary_of(messages: Sequence[Message], *, account_digits: int = 6, mood: Mood | None = None) -> Summary:
    """Sum a conversation up, or a part of it; ``mood`` is how the caller feels by now."""
    fold = SummaryFold(account_digits)
    for message in messages:
        fold.take(message)
    summary = fold.summary()
    return summary if mood is None else replace(summary, upset=mood.alerted or summary.upset)


def deed_words(deed: Deed) -> str:
    """Say what a function did ("llamada programada para el 2026-06-03 a las 17:00, al 612345678")."""
    known = {**deed.arguments, **deed.data}
    known["field"] = _FIELDS.get(str(known.get("field")), "dato")
    slots = {name: str(known.get(name) or "-") for name in ("date", "time", "phone", "account_id", "ends_on", "value")}
    return _WRITES.get(deed.name, deed.name).format(field=known["field"], **slots)


def failed_words(deed: Deed) -> str:
    """Say what did not come about ("consultar la línea de la cuenta 999999")."""
    words = _FAILED.get(deed.name, deed.name)
    account = str(deed.arguments.get("account_id") or "")
    if deed.code == "unknown_account":
        return f"encontrar la cuenta {account}" if account else "encontrar la cuenta"
    return words


class SummaryFold:
    """Takes messages one by one, for who sums up again and again."""

    def __init__(self, account_digits: int) -> None:
        self._account_digits = account_digits
        self._name = self._account = self._question = self._last_words = ""
        self._wishes: dict[str, None] = {}
        self._open: dict[str, None] = {}
        self._done: dict[str, Deed] = {}
        self._refused: dict[tuple[str, str], Deed] = {}
        self._told: dict[str, str] = {}
        self._calls: dict[str, ToolCall] = {}
        self._upset = False

    def take(self, message: Message) -> None:
        """Take the next message."""
        if message.role == "user":
            self._hear(message)
        elif message.call is not None:
            self._calls[message.call.call_id] = message.call
        elif message.result is not None:
            self._learn(message.result)
        elif message.role == "assistant" and message.text:
            self._say(message.text)

    def _hear(self, message: Message) -> None:
        self._question, self._last_words = "", message.text
        self._upset = self._upset or message.upset
        self._note_numbers(message)
        if message.by_keys:
            return
        if self._open and takes_back(plain(message.text)):
            self._open.popitem()
            return
        intent = detect_intent(message.text)
        if intent.name in _NO_WISH or intent.confidence < _CLEAR:
            return
        for wish in (intent.name, intent.second):
            if wish in INTENTS and wish not in _NO_WISH and (wish == intent.name or intent.second_confidence >= _CLEAR):
                self._wishes[wish] = self._open[wish] = None

    def _note_numbers(self, message: Message) -> None:
        runs = [message.text] if message.by_keys else [run.digits for run in digit_runs(message.text)]
        for digits in runs:
            if len(digits) == self._account_digits:
                self._told["account"] = digits
            elif (number := normal_phone(digits)) is not None:
                self._told["phone"] = number

    def _say(self, text: str) -> None:
        begins = max(text.rfind("¿"), 0)
        self._question = text[begins:].strip() if text.rstrip().endswith("?") else ""
        for wish in _TOLD:
            self._open.pop(wish, None)

    def _learn(self, result: ToolResult) -> None:
        call = self._calls.get(result.call_id)
        arguments = call.arguments if call is not None else {}
        if not result.ok:
            code = str(result.data.get("code", ""))
            key = (result.name, str(arguments.get("account_id", "")))
            self._refused[key] = Deed(result.name, arguments, result.data, result.error or "failed", code)
            return
        self._refused = {key: deed for key, deed in self._refused.items() if key[0] != result.name}
        if account := result.data.get("account_id"):
            changed, self._account = str(account) != self._account, str(account)
            self._name = "" if changed else self._name
        self._name = str(result.data.get("name") or self._name)
        if result.name in _WRITES:
            self._done[result.call_id] = Deed(result.name, arguments, result.data)
        for wish in _SETTLES.get(result.name, ()):
            self._open.pop(wish, None)
        if result.name == "get_account_status" and result.data.get("status") in {"suspended", "cancelled"}:
            self._open.pop("technical_support", None)

    def summary(self) -> Summary:
        """Sum up what was taken so far."""
        return Summary(
            name=self._name,
            account=self._account,
            wishes=tuple(self._wishes),
            done=tuple(self._done.values()),
            refused=tuple(self._refused.values()),
            open=tuple(self._open),
            told=dict(self._told),
            question=self._question,
            last_words=self._last_words,
            upset=self._upset,
        )


def _sentence(begin: str, items: list[str]) -> str:
    if not items:
        return ""
    *most, last = list(dict.fromkeys(items))[-MOST_ITEMS:]
    return f"{begin} {', '.join(most) + ' y ' if most else ''}{last}."
