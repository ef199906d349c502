"""Values -> words, as a Spanish agent says them (es-ES): money, dates, hours, phone numbers, e-mails."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date
from num2words import num2words

_CURRENCIES = {
    "EUR": ("euro", "euros", "céntimo", "céntimos"),
    "USD": ("dólar", "dólares", "centavo", "centavos"),
    "PEN": ("sol", "soles", "céntimo", "céntimos"),
} | dict.fromkeys(["MXN", "COP", "ARS", "CLP", "UYU", "DOP"], ("peso", "pesos", "centavo", "centavos"))
_ROUND_MILLION = 1_000_000
_SMALL_CENTS = 10
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


def number_words(value: int) -> str:
    """Say a cardinal ("veintiuno")."""
    return str(num2words(value, lang="es"))


def counted(value: int, one: str, many: str) -> str:
    """Say a number before a masculine noun ("veintiún euros", "un millón de euros")."""
    if value == 1:
        return f"un {one}"
    words = re.sub(r"uno$", "un", re.sub(r"veintiuno$", "veintiún", number_words(value)))
    link = " de" if value and value % _ROUND_MILLION == 0 else ""
    return f"{words}{link} {many}"


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
    fraction = counted(part, cent, cents) if part < _SMALL_CENTS else number_words(part)
    return f"{minus}{counted(whole, one, many)} con {fraction}"


def date_words(date: dt.date, today: dt.date | None = None) -> str:
    """Say a day ("quince de febrero"); with ``today``, the year is told when it is another one."""
    said = f"{number_words(date.day)} de {format_date(date, 'MMMM', locale='es')}"
    return said if today is None or today.year == date.year else f"{said} de {number_words(date.year)}"


def day_words(date: dt.date, today: dt.date) -> str:
    """Say a near day with its article ("mañana, martes dos de junio", "el lunes ocho de junio")."""
    weekday = format_date(date, "EEEE", locale="es")
    near = {0: "hoy, ", 1: "mañana, ", 2: "pasado mañana, "}.get((date - today).days, "el ")
    return f"{near}{weekday} {date_words(date, today)}"


def time_words(time: dt.time) -> str:
    """Say an hour ("las cinco y media de la tarde", "la una menos cuarto")."""
    hour, minute = time.hour, time.minute
    tail = {0: "", 15: " y cuarto", 30: " y media", 45: " menos cuarto"}.get(minute, f" y {number_words(minute)}")
    if minute == 45:  # noqa: PLR2004 - a quarter to the next hour
        hour = (hour + 1) % 24
    part = _part_of_day(hour)
    shown = hour % _CLOCK or _CLOCK
    article, word = ("la", "una") if shown == 1 else ("las", number_words(shown))
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
    groups = [digits[at : at + group] for at in range(0, len(digits), group)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return ", ".join(" ".join(number_words(int(digit)) for digit in part) for part in groups)


def phone_words(phone: str) -> str:
    """Say a phone number in groups of three; a leading "+34" is "más tres cuatro"."""
    prefix = "más " if phone.startswith("+") else ""
    return prefix + digit_words(re.sub(r"\D", "", phone))


def email_words(email: str) -> str:
    """Say an e-mail address ("ana punto lópez arroba ejemplo punto com")."""
    parts = re.findall(r"\d+|[^\W\d_]+|[@._+/-]", email)
    said = [_SIGNS.get(part) or (digit_words(part, len(part)) if part.isdigit() else part) for part in parts]
    return " ".join(said)


def decimal_words(value: Decimal | float | str) -> str:
    """Say a number with its decimals ("doce coma cinco", "dos coma cero cinco"); decimals of zero are not said."""
    whole, _, part = str(value).replace(",", ".").partition(".")
    part = part.rstrip("0")
    if not part:
        return number_words(int(whole))
    zeros = "cero " * (len(part) - len(part.lstrip("0")))
    return f"{number_words(int(whole))} coma {zeros}{number_words(int(part))}"


def percent_words(value: Decimal | float | str) -> str:
    """Say a percentage ("veintiuno por ciento", "dos coma cinco por ciento")."""
    return f"{decimal_words(value)} por ciento"


_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MONEY = re.compile(r"(\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d+(?:[.,]\d{1,2})?)\s?(?:€|EUR\b|euros?\b)")
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)\s?%")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_CLOCK_TIME = re.compile(r"(?:\b(?:las?)\s)?\b([01]?\d|2[0-3]):([0-5]\d)\b(?:\s?h(?:oras)?\b)?")
_LONG_DIGITS = re.compile(r"(?<![\d,.])\+?\d{5,}(?![\d]|[.,]\d)")
_SPACED_PHONE = re.compile(r"(?<!\d)(?:\+\d{2} )?\d{3}(?: \d{2,3}){2,3}(?!\d)")
_LIST = re.compile(r"(?<![\d,.])\d+(?:,\d+){2,}(?![\d,.]\d)")
_THOUSANDS = re.compile(r"(?<!\d)\d{1,3}(?:\.\d{3})+(?:,\d+)?(?!\d)")
_DECIMAL = re.compile(r"(?<![\w.,])\d+[.,]\d{1,2}(?![\w]|[.,]\d)")
_NUMBER = re.compile(r"(?<![\w.])\d{1,4}(?![\w]|[.,]\d)")


def _spanish(number: str) -> str:
    """Turn "1.234,50" or "45.50" into "1234.50"."""
    if "," in number:
        return number.replace(".", "").replace(",", ".")
    return number.replace(".", "") if re.search(r"\.\d{3}(?:\.|$)", number) else number


def speakable(text: str) -> str:
    """Write out everything in a Spanish text that is not words: for engines that read letter by letter."""
    text = _EMAIL.sub(lambda m: email_words(m[0]), text)
    text = _MONEY.sub(lambda m: money_words(_spanish(m[1])), text)
    text = _PERCENT.sub(lambda m: percent_words(m[1]), text)
    text = _ISO_DATE.sub(_say_iso_date, text)
    text = _CLOCK_TIME.sub(lambda m: time_words(dt.time(int(m[1]), int(m[2]))), text)
    text = _SPACED_PHONE.sub(lambda m: phone_words(m[0]), text)
    text = _LONG_DIGITS.sub(lambda m: phone_words(m[0]), text)
    text = _LIST.sub(lambda m: m[0].replace(",", ", "), text)
    text = _THOUSANDS.sub(lambda m: decimal_words(m[0].replace(".", "")), text)
    text = _DECIMAL.sub(lambda m: decimal_words(m[0]), text)
    return _NUMBER.sub(lambda m: number_words(int(m[0])), text)


def _say_iso_date(match: re.Match[str]) -> str:
    try:
        return date_words(dt.date(int(match[1]), int(match[2]), int(match[3])))
    except ValueError:
        return match[0]
