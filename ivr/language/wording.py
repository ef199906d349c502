"""How values are said in each language that a caller can switch to: money, days, hours, digits, addresses. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from babel.dates import format_date

from ivr.language import spoken
from ivr.language.counting import feminine, number_words, ordinal_words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

_NOON, _EVENING, _NIGHT, _DAWN, _CLOCK = 12, 18, 20, 6, 12
_QUARTER, _HALF, _QUARTER_TO = 15, 30, 45
_TWO_DIGITS = 10


class Wording(Protocol):
    """One language's ways to say values."""

    soon: str
    month_end: str

    def money(self, amount: Decimal | float | str) -> str:
        """Say an amount of euros."""
        ...

    def date(self, date: dt.date, today: dt.date | None = None) -> str:
        """Say a day of the year; with ``today``, the year is told when it is another one."""
        ...

    def day(self, date: dt.date, today: dt.date) -> str:
        """Say a near day with its weekday, as it follows a verb ("on Monday ...", "el lunes ...")."""
        ...

    def at(self, time: dt.time) -> str:
        """Say at which hour ("a las cinco", "at five")."""
        ...

    def digits(self, digits: str) -> str:
        """Say digits one by one, in groups."""
        ...

    def phone(self, phone: str) -> str:
        """Say a telephone number."""
        ...

    def the_phone(self, phone: str) -> str:
        """Say it with its article."""
        ...

    def email(self, email: str) -> str:
        """Say an e-mail address."""
        ...

    def service(self, plan: str) -> str:
        """Name what a contract is about, by its plan where it is known."""
        ...


class Spanish(Wording):
    """As ``spoken`` has it."""

    soon = "lo antes posible"
    month_end = "fin de mes"

    def money(self, amount: Decimal | float | str) -> str:
        """Say an amount of euros."""
        return spoken.money_words(amount)

    def date(self, date: dt.date, today: dt.date | None = None) -> str:
        """Say a day of the year."""
        return spoken.date_words(date, today)

    def day(self, date: dt.date, today: dt.date) -> str:
        """Say a near day."""
        return spoken.day_words(date, today)

    def at(self, time: dt.time) -> str:
        """Say at which hour."""
        return f"a {spoken.time_words(time)}"

    def digits(self, digits: str) -> str:
        """Say digits one by one."""
        return spoken.digit_words(digits)

    def phone(self, phone: str) -> str:
        """Say a telephone number."""
        return spoken.phone_words(phone)

    def the_phone(self, phone: str) -> str:
        """Say it with its article."""
        return f"el {spoken.phone_words(phone)}"

    def email(self, email: str) -> str:
        """Say an e-mail address."""
        return spoken.email_words(email)

    def service(self, plan: str) -> str:
        """Name what a contract is about."""
        return f"el servicio {plan}" if plan else "el servicio"


@dataclass(frozen=True)
class Foreign(Wording):
    """One of the other languages; the words that its rules need are its fields."""

    language: str
    soon: str
    month_end: str
    euro: tuple[str, str]
    cent: tuple[str, str]
    joined: str
    """Between euros and cents."""
    minus: str
    signs: Mapping[str, str]
    plus: str
    near: Mapping[int, str]
    """Days from today -> their name."""
    the_service: str
    article: str = ""
    """Before a telephone number."""
    locale: str = field(default="")

    def money(self, amount: Decimal | float | str) -> str:
        """Say an amount of euros."""
        value = Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        whole, part = divmod(int(abs(value) * 100), 100)
        euros = f"{self._number(whole)} {self.euro[whole != 1]}"
        cents = f"{self._number(part)} {self.cent[part != 1]}"
        said = euros if not part else cents if not whole else f"{euros} {self.joined} {cents}"
        return f"{self.minus} {said}" if value < 0 else said

    def date(self, date: dt.date, today: dt.date | None = None) -> str:
        """Say a day of the year."""
        month = format_date(date, "LLLL", locale=self.locale or self.language)
        year = "" if today is None or today.year == date.year else self._number(date.year)
        match self.language:
            case "en":
                return f"{month} the {ordinal_words(date.day)}" + (f", {year}" if year else "")
            case "ca":
                day = "primer" if date.day == 1 else self._number(date.day)
                of = "d'" if month[0] in "ao" else "de "
                return f"{day} {of}{month}" + (f" de {year}" if year else "")
            case _:
                day = {"gl": "primeiro", "pt": "um"}[self.language] if date.day == 1 else self._number(date.day)
                return f"{day} de {month}" + (f" de {year}" if year else "")

    def day(self, date: dt.date, today: dt.date) -> str:
        """Say a near day."""
        weekday = format_date(date, "EEEE", locale=self.locale or self.language)
        said = f"{weekday}{',' if self.language in {'en', 'pt'} else ''} {self.date(date, today)}"
        if near := self.near.get((date - today).days):
            return f"{near}, {said}"
        before = {"en": "on", "ca": "el", "gl": "o", "pt": "na" if weekday.endswith("feira") else "no"}[self.language]
        return f"{before} {said}"

    def at(self, time: dt.time) -> str:
        """Say at which hour."""
        return {"en": _english_hour, "ca": _catalan_hour}.get(self.language, self._romance_hour)(time)

    def digits(self, digits: str) -> str:
        """Say digits one by one."""
        groups = spoken.digit_groups(digits)
        return ", ".join(" ".join(self._number(int(digit)) for digit in group) for group in groups)

    def phone(self, phone: str) -> str:
        """Say a telephone number; a country's code is said as a number."""
        code, groups = spoken.phone_groups(phone)
        said = ", ".join(" ".join(self._number(int(digit)) for digit in group) for group in groups)
        return f"{self.plus} {self._number(int(code))}, {said}" if code else said

    def the_phone(self, phone: str) -> str:
        """Say it with its article."""
        return f"{self.article} {self.phone(phone)}".strip()

    def email(self, email: str) -> str:
        """Say an e-mail address."""
        parts = spoken.email_parts(email)
        return " ".join(self.signs.get(part) or (self.digits(part) if part.isdigit() else part) for part in parts)

    def service(self, plan: str) -> str:
        """Name what a contract is about."""
        if not plan:
            return self.the_service
        return f"the {plan} service" if self.language == "en" else f"{self.the_service} {plan}"

    def _number(self, value: int) -> str:
        return number_words(value, self.language)

    def _romance_hour(self, time: dt.time) -> str:
        """Say a Galician or Portuguese hour ("ás cinco e media da tarde", "à uma")."""
        galician = self.language == "gl"
        hour = (time.hour + (time.minute == _QUARTER_TO)) % 24
        shown = hour % _CLOCK or _CLOCK
        to = ("á", "ás") if galician else ("à", "às")
        quarter = "menos cuarto" if galician else "menos um quarto"
        tail = {
            0: "",
            _QUARTER: " e cuarto" if galician else " e um quarto",
            _HALF: " e media" if galician else " e meia",
            _QUARTER_TO: f" {quarter}",
        }.get(time.minute, f" e {self._number(time.minute)}")
        part = _part(hour, ("da madrugada", "da mañá" if galician else "da manhã", "da tarde", "da noite"))
        if hour == _NOON and not galician:
            return f"ao meio-dia{tail}"
        return f"{to[shown != 1]} {feminine(shown, self.language)}{tail} {'do mediodía' if hour == _NOON else part}"


def _part(hour: int, names: tuple[str, str, str, str]) -> str:
    if hour < _DAWN:
        return names[0]
    if hour < _NOON:
        return names[1]
    return names[2] if hour < _NIGHT else names[3]


def _english_hour(time: dt.time) -> str:
    hour = (time.hour + (time.minute == _QUARTER_TO)) % 24
    word = number_words(hour % _CLOCK or _CLOCK, "en")
    if time.minute == 0 and hour == _NOON:
        return "at twelve noon"
    minute = number_words(time.minute, "en")
    said = {0: word, _QUARTER: f"quarter past {word}", _HALF: f"half past {word}", _QUARTER_TO: f"quarter to {word}"}
    part = "in the morning" if hour < _NOON else "in the afternoon" if hour < _EVENING else "in the evening"
    plain = f"{word} {minute if time.minute >= _TWO_DIGITS else 'oh ' + minute}"
    return f"at {said.get(time.minute, plain)} {part}"


def _catalan_hour(time: dt.time) -> str:
    """Say an hour with its quarters told towards the next one ("a dos quarts de sis": 5:30)."""
    quarters = {_QUARTER: "un quart", _HALF: "dos quarts", _QUARTER_TO: "tres quarts"}
    hour = time.hour
    names = ("de la matinada", "del matí", "de la tarda", "del vespre")
    part = "del migdia" if hour == _NOON else _part(hour, names)
    if time.minute in quarters:
        following = feminine((hour + 1) % _CLOCK or _CLOCK, "ca")
        of = "d'" if following[0] in "uo" else "de "
        return f"a {quarters[time.minute]} {of}{following} {part}"
    shown = hour % _CLOCK or _CLOCK
    tail = f" i {number_words(time.minute, 'ca')}" if time.minute else ""
    return f"a {'la' if shown == 1 else 'les'} {'una' if shown == 1 else feminine(shown, 'ca')}{tail} {part}"


_FOREIGN = {
    "en": Foreign(
        "en", "as soon as possible", "the end of the month", ("euro", "euros"), ("cent", "cents"), "and", "minus",
        {"@": "at", ".": "dot", "_": "underscore", "-": "dash", "+": "plus", "/": "slash"}, "plus",
        {0: "today", 1: "tomorrow"}, "the service",
    ),
    "ca": Foreign(
        "ca", "com més aviat millor", "final de mes", ("euro", "euros"), ("cèntim", "cèntims"), "amb", "menys",
        {"@": "arrova", ".": "punt", "_": "guió baix", "-": "guió", "+": "més", "/": "barra"}, "més",
        {0: "avui", 1: "demà", 2: "demà passat"}, "el servei", "el",
    ),
    "gl": Foreign(
        "gl", "canto antes", "fin de mes", ("euro", "euros"), ("céntimo", "céntimos"), "con", "menos",
        {"@": "arroba", ".": "punto", "_": "guión baixo", "-": "guión", "+": "máis", "/": "barra"}, "máis",
        {0: "hoxe", 1: "mañá", 2: "pasado mañá"}, "o servizo", "o",
    ),
    "pt": Foreign(
        "pt", "o mais depressa possível", "final do mês", ("euro", "euros"), ("cêntimo", "cêntimos"), "e", "menos",
        {"@": "arroba", ".": "ponto", "_": "sublinhado", "-": "hífen", "+": "mais", "/": "barra"}, "mais",
        {0: "hoje", 1: "amanhã", 2: "depois de amanhã"}, "o serviço", "o", "pt_PT",
    ),
}  # fmt: skip


@lru_cache(maxsize=8)
def wording_of(language: str) -> Wording:
    """Give a language's way to say values; Spanish for one that is none of the five."""
    return _FOREIGN.get(language) or Spanish()
