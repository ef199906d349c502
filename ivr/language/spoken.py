"""Values -> words, as a Spanish or Mexican agent says them: money, dates, hours, phone numbers, e-mails."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from babel.dates import format_date
from num2words import num2words
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

if TYPE_CHECKING:
    import datetime as dt

Region = Literal["ES", "MX"]
"""Whose way to say things: Spain's, or Mexico's and most of America's."""

_CURRENCIES = {
    "EUR": ("euro", "euros", "céntimo", "céntimos"),
    "USD": ("dólar", "dólares", "centavo", "centavos"),
    "PEN": ("sol", "soles", "céntimo", "céntimos"),
} | dict.fromkeys(["MXN", "COP", "ARS", "CLP", "UYU", "DOP"], ("peso", "pesos", "centavo", "centavos"))
_ROUND_MILLION = 1_000_000
_SMALL_CENTS = 10
_METROPOLIS = re.compile(r"55|56|33|81")
"""Mexican area codes of two digits."""
_MEXICAN_DIGITS = 10
_QUARTER_TO = 45
_TOLD_AS_ONE = 3
"""Decimals up to which they are said as one number."""
_SIGNS = {
    "@": "arroba",
    ".": "punto",
    "_": "guion bajo",
    "-": "guion",
    "+": "más",
    "/": "barra",
}
_NOON, _EVENING, _DAWN = 12, 20, 6
_CLOCK = 12


@lru_cache(maxsize=4096)
def number_words(value: int) -> str:
    """Say a cardinal ("veintiuno", "veintiún mil")."""
    words = str(num2words(value, lang="es"))
    return re.sub(r"uno(?= mil\b| millones\b)", "un", re.sub(r"veintiuno(?= mil\b| millones\b)", "veintiún", words))


def before_noun(value: int, *, feminine: bool = False) -> str:
    """Say a cardinal that a noun follows ("veintiún", "doscientas una")."""
    words = number_words(value)
    if feminine:
        head, millions, tail = words.rpartition("millones")
        return head + millions + re.sub(r"ientos\b", "ientas", re.sub(r"uno$", "una", tail))
    return re.sub(r"uno$", "un", re.sub(r"veintiuno$", "veintiún", words))


def counted(value: int, one: str, many: str, *, feminine: bool = False) -> str:
    """Say how many of something ("veintiún euros", "veintiuna horas", "un millón de euros")."""
    if value == 1:
        return f"{'una' if feminine else 'un'} {one}"
    link = " de" if value and value % _ROUND_MILLION == 0 else ""
    return f"{before_noun(value, feminine=feminine)}{link} {many}"


def money_words(amount: Decimal | float | str, currency: str = "EUR") -> str:
    """Say an amount ("cuarenta y cinco euros con cincuenta")."""
    one, many, cent, cents = _CURRENCIES[currency]
    value = Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    whole, part = divmod(int(abs(value) * 100), 100)
    minus = "menos " if value < 0 else ""
    if not part:
        return minus + counted(whole, one, many)
    if not whole:
        return minus + counted(part, cent, cents)
    named = part < _SMALL_CENTS or cents == "centavos"
    fraction = counted(part, cent, cents) if named else number_words(part)
    return f"{minus}{counted(whole, one, many)} con {fraction}"


def date_words(date: dt.date, today: dt.date | None = None, region: Region = "ES") -> str:
    """Say a day ("quince de febrero"); with ``today``, the year is told when it is another one."""
    day = "primero" if date.day == 1 and region == "MX" else number_words(date.day)
    said = f"{day} de {format_date(date, 'MMMM', locale='es')}"
    return said if today is None or today.year == date.year else f"{said} de {number_words(date.year)}"


def day_words(date: dt.date, today: dt.date) -> str:
    """Say a near day with its article ("mañana, martes dos de junio", "el lunes ocho de junio")."""
    weekday = format_date(date, "EEEE", locale="es")
    near = {0: "hoy, ", 1: "mañana, ", 2: "pasado mañana, "}.get((date - today).days, "el ")
    return f"{near}{weekday} {date_words(date, today)}"


def time_words(time: dt.time, region: Region = "ES") -> str:
    """Say an hour ("las cinco y media de la tarde", "la una menos cuarto", in Mexico "un cuarto para la una")."""
    hour, minute = time.hour, time.minute
    tail = {0: "", 15: " y cuarto", 30: " y media", 45: " menos cuarto"}.get(minute, f" y {number_words(minute)}")
    if minute == _QUARTER_TO:
        hour = (hour + 1) % 24
    part = _part_of_day(hour)
    shown = hour % _CLOCK or _CLOCK
    article, word = ("la", "una") if shown == 1 else ("las", number_words(shown))
    if minute == _QUARTER_TO and region == "MX":
        return f"un cuarto para {article} {word} {'del' if part == 'mediodía' else 'de'} {part}"
    return f"{article} {word}{tail} {'del' if part == 'mediodía' else 'de'} {part}"


def _part_of_day(hour: int) -> str:
    if hour < _DAWN:
        return "la madrugada"
    if hour < _NOON:
        return "la mañana"
    if hour == _NOON:
        return "mediodía"
    return "la tarde" if hour < _EVENING else "la noche"


def digit_words(digits: str, group: int = 3) -> str:
    """Say digits one by one in groups ("uno dos tres, cuatro cinco seis")."""
    return ", ".join(" ".join(number_words(int(digit)) for digit in part) for part in digit_groups(digits, group))


def digit_groups(digits: str, size: int = 3) -> list[str]:
    """Cut digits into the groups in which they are told; none is left alone at the end."""
    groups = [digits[at : at + size] for at in range(0, len(digits), size)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups


def phone_words(phone: str, region: Region = "ES") -> str:
    """Say a phone number digit by digit; a country's code is said as a number ("más treinta y cuatro")."""
    code, groups = phone_groups(phone, region)
    said = ", ".join(digit_words(group, len(group)) for group in groups)
    return f"más {number_words(int(code))}, {said}" if code else said


def phone_groups(phone: str, region: Region = "ES") -> tuple[str, list[str]]:
    """Give a phone number's country code, "" without one, and its groups as they are written, else the region's.

    Spain: threes; Mexico: 2-4-4 in the largest cities, else 3-3-4.
    """
    written = re.findall(r"\d+", phone)
    code = ""
    if phone.startswith("+") and written:
        digits = "".join(written)
        code = next((digits[:size] for size in (1, 2, 3) if int(digits[:size] or 0) in COUNTRY_CODE_TO_REGION_CODE), "")
        written = [written[0][len(code) :], *written[1:]] if written[0].startswith(code) else [digits[len(code) :]]
    groups = [group for group in written if group]
    if len(groups) == 1:
        groups = _local_groups(groups[0], "MX" if code == "52" else region)
    return code, groups


def _local_groups(digits: str, region: Region) -> list[str]:
    if region == "MX" and len(digits) == _MEXICAN_DIGITS:
        sizes = (2, 4, 4) if _METROPOLIS.match(digits) else (3, 3, 4)
        ends = [sum(sizes[: number + 1]) for number in range(3)]
        return [digits[end - size : end] for size, end in zip(sizes, ends, strict=True)]
    return digit_groups(digits)


def email_words(email: str) -> str:
    """Say an e-mail address ("ana punto lópez arroba ejemplo punto com")."""
    parts = email_parts(email)
    return " ".join(_SIGNS.get(part) or (digit_words(part, len(part)) if part.isdigit() else part) for part in parts)


def email_parts(email: str) -> list[str]:
    """Cut an address into words, numbers and signs."""
    return re.findall(r"\d+|[^\W\d_]+|[@._+/-]", email)


def decimal_words(value: Decimal | float | str, region: Region = "ES") -> str:
    """Say a number with its decimals ("doce coma cinco", Mexico: "doce punto cinco"); decimals of zero are not said."""
    whole, _, part = str(value).replace(",", ".").partition(".")
    part = part.rstrip("0")
    if not part:
        return number_words(int(whole))
    zeros = "cero " * (len(part) - len(part.lstrip("0")))
    rest = number_words(int(part)) if len(part) <= _TOLD_AS_ONE else digit_words(part.lstrip("0"), len(part))
    return f"{number_words(int(whole))} {'punto' if region == 'MX' else 'coma'} {zeros}{rest}"


def percent_words(value: Decimal | float | str, region: Region = "ES") -> str:
    """Say a percentage ("veintiuno por ciento", "dos coma cinco por ciento")."""
    return f"{decimal_words(value, region)} por ciento"
