"""The text front end of all voices: what is no word in a Spanish text is written out as it is said there.

Spain and Mexico differ in the separators of numbers, what "$" means, quarters to the hour, first of the month,
grouping of telephone numbers and the names of some letters. Words stay as they are, so that reading twice is reading
once.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ivr.language.acronyms import code_words, letters_words, ordinal_words, say_acronyms, say_codes, say_romans
from ivr.language.measures import PER, UNIT, UNITS, is_feminine, is_noun, write_out
from ivr.language.spoken import (
    before_noun,
    counted,
    date_words,
    decimal_words,
    digit_words,
    email_words,
    money_words,
    number_words,
    percent_words,
    phone_words,
    time_words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.language.spoken import Region

_N = r"\d+(?:[.,]\d+)*"
_CURRENCY = {"€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "usd": "USD", "us$": "USD", "u$s": "USD",
             "dólar": "USD", "dólares": "USD", "mxn": "MXN", "mx$": "MXN", "m.n.": "MXN", "peso": "MXN",
             "pesos": "MXN"}  # fmt: skip
_LONE = {"€": "euros", "$": "pesos", "%": "por ciento", "°": "grados"}
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(
    r"(?<![\w@])(?:https?://)?((?:www\.)[\w./-]*\w|(?<=://)[\w./-]*\w|[\w-]+\.(?:es|com|mx|org|net|com\.mx)(?:/[\w/-]*\w)?)(?![\w@])"
)
_MONEY = re.compile(
    rf"(?P<sign>-)?(?P<before>US\$|U\$S|MX\$|USD ?|MXN ?|EUR ?|[$€] ?)(?P<n>{_N})"
    r"(?P<code> ?(?:USD|MXN|M\.N\.))?(?P<per>\s?/\s?(?:\w+))?(?![\w%])"
    rf"|(?P<minus>(?<![\w)])-)?(?P<m>{_N})\s?(?P<after>€|EUR\b|euros?\b|USD\b|MXN\b"
    r"|M\.N\.|pesos?\b|dólar(?:es)?\b)(?P<each>\s?/\s?(?:\w+))?",
    re.IGNORECASE,
)
_PERCENT = re.compile(rf"(?P<sign>(?<!\w)-)?(?P<n>{_N})\s?%")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b(?:T[\d:.]+Z?)?")
_DATE = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-]|\.\d)")
_SHORT_DATE = re.compile(
    r"(?i)\b((?:el|día|del|al|hasta|desde|lunes|martes|miércoles|jueves|viernes|sábado|domingo) )"
    r"(\d{1,2})/(\d{1,2})(?![\d/])"
)
_FIRST = re.compile(
    r"(?<![\d:.,/])1(?= de (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre"
    r"|diciembre)\b)"
)
_HOUR = re.compile(
    r"(?:\b(?:las?)\s)?(?<![\d.,:])(?P<h>[01]?\d|2[0-4])(?:(?P<sep>[:.])(?P<m>[0-5]\d))?"
    r"(?:\s?(?P<half>[ap])\.?\s?m\b\.?|\s?(?P<unit>h(?:oras|rs|s)?)\b\.?)?(?![\d:.,]?\d)",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\d,./+-])(?:(?:\+\d{1,3}[ -]?)?\d{2,4}(?:[ -]\d{2,4}){2,4}|(?:\+\d{1,3} ?)?\(\d{2,3}\) ?\d{3,4}[ -]?\d{3,4})"
    r"(?!\d|[,./-]\d)"
)
_LONG = re.compile(r"(?<![\d,.\w])\+?\d{5,}(?!\w|[.,]\d)")
_COUNTED = re.compile(r"(?<![\d,.\w+])(\d{5,6})(?= ((?!gracias)[^\W\d_]{3,}s)\b)")
"""A long number that counts something; all other long ones are told digit by digit."""
_TOLD = re.compile(
    r"(?i)(\b(?:llam\w+ al?|marqu?\w+ el|tel[eé]fono|pin|código|cvv|clave|terminad[ao] en|acabad[ao] en) )"
    r"(\d{3,4})(?![\d.,:/]\d|\d)"
)
_ZEROS = re.compile(r"(?<![\w.,:/])0\d+(?![\w]|[.,:/]\d)")
_MEASURE = re.compile(rf"(?P<sign>(?<!\w)-)?(?<![\w.,])(?P<n>{_N})\s?(?P<unit>{UNIT})(?![\w/²³'])")
_ORDINAL = re.compile(
    r"(?<![\w.,])(\d{1,3})(?:\.?([ºª°])|\.?(er|ero|era|ra|do|da|to|ta|mo|ma|vo|va|no|na)\b\.?)(?:\s(?=(\w+)))?"
)
_MONTH = re.compile(r"(?<![\d/])(0?[1-9]|1[0-2])/(20\d{2})(?![\d/])")
_FRACTION = re.compile(r"(?<![\w/.,])([1-3]/[234])(?![\w/.,]\d|[\w/])( partes?\b)?")
_FRACTIONS = {"1/2": "medio", "1/3": "un tercio", "2/3": "dos tercios", "1/4": "un cuarto", "3/4": "tres cuartos"}
_PARTS = {"1/2": "media", "1/3": "una tercera", "2/3": "dos terceras", "1/4": "una cuarta", "3/4": "tres cuartas"}
_SLASH = re.compile(r"(?<=\d)\s?/\s?(?=\d)")
_RANGE = re.compile(r"(?<![\w.,/-])(\d{1,4})\s?[-\u2013]\s?(\d{1,4})(?![\w/-]|[.,]\d)")
_TIMES = re.compile(r"(?<=\d)\s?[x\u00d7]\s?(?=\d)")
_PLUS = re.compile(r"(?<=[\d\w])\s?\+\s?(?=\d)|(?<=\d)\s?\+\s?(?=\w)")
_SLASHED = re.compile(r"(?<![\w/])24/7(?![\w/])")
_LIST = re.compile(r"(?<![\d,.])\d+(?:,\d+){2,}(?![\d,.]\d)")
_MINUS = re.compile(r"(?<![\w)])-(?=\d)")
_DECIMAL = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)+(?!\w)")
_NUMBER = re.compile(
    r"(?:(?P<label>\b[^\W\d_]+) )?(?<![\w.,])(?P<n>\d{1,4})(?!\w|[.,]\d)(?:(?P<gap> )(?=(?P<noun>[^\W\d_]+)))?"
)
_LABEL = re.compile(
    r"(?i)(?:opci[oó]n|n[uú]mero|pulse?|marque?|tecla|punto|paso|art[ií]culo|planta|piso|puerta|portal|p[aá]gina|canal|nivel|l[ií]nea|calle|año)$"
)
_INTERESTING = re.compile(r"[\d@%€$&°ºª/#*+]|[A-ZÁÉÍÓÚÑ]{2}|[IVX]\b|\w\.|www|\xa0")
_CLEAN = ((re.compile(r"[\u00a0\u2009\u202f]"), " "), (re.compile(r"[\u200b\ufeff]|\*\*|__"), ""))
_LATEST_HOUR = 24
_HALF_DAY = 12
_CENTURY = 2000


def region_of(language: str) -> Region:
    """Say whose rules a language tag asks for: Spain's ("es", "es-ES"), else Mexico's."""
    return "ES" if language.lower() in {"es", "es-es"} else "MX"


@lru_cache(maxsize=1024)
def speakable(text: str, language: str = "es") -> str:
    """Write out everything in a text that is not words; one in another language than Spanish stays as it is."""
    if language.partition("-")[0] != "es" or not _INTERESTING.search(text):
        return text
    return _reader(region_of(language)).read(text)


class _Reader:
    """One region's rules, in the order in which they must look at a text."""

    def __init__(self, region: Region) -> None:
        self._region = region
        self._rules: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
            (_MONEY, self._money),
            (_PERCENT, self._percent),
            (_ISO_DATE, lambda m: self._date(m[0], int(m[3]), int(m[2]), int(m[1]))),
            (_DATE, lambda m: self._date(m[0], int(m[1]), int(m[3]), int(m[4]))),
            (_SHORT_DATE, lambda m: m[1] + self._date(m[0].removeprefix(m[1]), int(m[2]), int(m[3]))),
            (_MONTH, lambda m: self._date(m[0], 1, int(m[1]), int(m[2])).partition(" de ")[2]),
            (_FIRST, lambda _: "primero" if region == "MX" else "uno"),
            (_PHONE, lambda m: phone_words(re.sub(r"[()]", "", m[0]), region)),
            (_COUNTED, lambda m: before_noun(int(m[1]), feminine=is_feminine(m[2]))),
            (_LONG, lambda m: phone_words(m[0], region)),
            (_TOLD, lambda m: m[1] + digit_words(m[2], 4)),
            (_HOUR, self._hour),
            (_SLASHED, lambda _: "veinticuatro horas al día, siete días a la semana"),
            (_FRACTION, self._fraction),
            (_MEASURE, self._measure),
            (_ORDINAL, self._ordinal),
            (_LIST, lambda m: m[0].replace(",", ", ")),
            (_RANGE, lambda m: f"{m[1]} a {m[2]}"),
            (_TIMES, lambda _: " por "),
            (_PLUS, lambda _: " más "),
            (_SLASH, lambda _: " barra "),
            (_MINUS, lambda _: "menos "),
            (_ZEROS, lambda m: digit_words(m[0])),
            (_DECIMAL, lambda m: decimal_words(self._value(m[0]), region)),
            (_NUMBER, self._number),
        )

    def read(self, text: str) -> str:
        for pattern, plain in _CLEAN:
            text = pattern.sub(plain, text)
        text = _EMAIL.sub(lambda m: email_words(m[0]), text)
        text = _URL.sub(lambda m: self._address(m[1]), text)
        text = say_romans(write_out(text, self._region))
        if re.search(r"\d", text):
            text = say_codes(text, self._region) if re.search(r"[A-Z]-?\d|\d-?[A-Z]", text) else text
            for pattern, say in self._rules:
                text = pattern.sub(say, text)
        text = say_acronyms(text, self._region)
        for sign, words in (
            *_LONE.items(),
            ("#", "gato" if self._region == "MX" else "almohadilla"),
            ("*", "asterisco"),
        ):
            if sign in text:
                text = re.sub(rf"(?<=\S)(?=\{sign})|(?<=\{sign})(?=\w)", " ", text).replace(sign, words)
        return text

    def _value(self, number: str) -> str:
        """Turn a number as it is written here into one with a decimal point."""
        thousands, decimal = (",", ".") if self._region == "MX" else (".", ",")
        for group, point in ((thousands, decimal), (decimal, thousands)):
            if re.fullmatch(rf"\d{{1,3}}(?:\{group}\d{{3}})+(?:\{point}\d+)?", number) and (
                group == thousands or number.count(group) > 1 or point in number
            ):
                return number.replace(group, "").replace(point, ".")
        head, _, tail = number.replace(",", ".").rpartition(".")
        return f"{head.replace('.', '')}.{tail}" if head else tail

    def _money(self, match: re.Match[str]) -> str:
        named = (match["code"] or match["before"] or match["after"]).strip().lower()
        home = "MXN" if self._region == "MX" else "USD"
        currency = _CURRENCY.get(named, home)
        value = self._value(match["n"] or match["m"])
        minus = "menos " if match["sign"] or match["minus"] else ""
        per = (match["per"] or match["each"] or "").strip(" /")
        said = money_words(value, currency)
        return f"{minus}{said}{' ' + PER.get(per, 'por ' + per) if per else ''}"

    def _percent(self, match: re.Match[str]) -> str:
        value = self._value(match["n"])
        if value == "100" and self._region == "ES":
            return "cien por cien"
        return f"{'menos ' if match['sign'] else ''}{percent_words(value, self._region)}"

    def _date(self, written: str, day: int, month: int, year: int = 0) -> str:
        full = year + _CENTURY if 0 < year < 100 else year  # noqa: PLR2004 - written with two digits
        try:
            said = date_words(dt.date(full or 2000, month, day), region=self._region)
        except ValueError:
            return written
        return f"{said} de {number_words(full)}" if full else said

    def _hour(self, match: re.Match[str]) -> str:
        hour, minute = int(match["h"]), int(match["m"] or 0)
        stated = match[0].lower().startswith("la")
        clock = match["sep"] == ":" or match["half"] or (match["sep"] and match["unit"]) or (stated and match["m"])
        if not clock or hour > _LATEST_HOUR:
            return match[0]
        if match["half"]:
            hour = hour % _HALF_DAY + (_HALF_DAY if match["half"].lower() == "p" else 0)
        end = "." if match[0].endswith(".") and not match.string[match.end() :].strip() else ""
        return time_words(dt.time(hour % _LATEST_HOUR, minute), self._region) + end

    @staticmethod
    def _fraction(match: re.Match[str]) -> str:
        if match[2]:
            return _PARTS.get(match[1], match[1]) + match[2]
        return _FRACTIONS.get(match[1], match[1])

    def _measure(self, match: re.Match[str]) -> str:
        unit, value = UNITS[match["unit"]], self._value(match["n"])
        minus = "menos " if match["sign"] else ""
        if "." in value and value.rpartition(".")[2].strip("0"):
            return f"{minus}{decimal_words(value, self._region)} {unit.many}{unit.tail}"
        whole = int(value.partition(".")[0])
        tail = unit.tail.removesuffix("s") if whole == 1 and unit.tail.endswith("os") else unit.tail
        return f"{minus}{counted(whole, unit.one, unit.many, feminine=unit.feminine)}{tail}"

    def _ordinal(self, match: re.Match[str]) -> str:
        value, mark, ending, noun = int(match[1]), match[2], match[3], match[4] or ""
        if not value:
            return match[0]
        if mark == "°" and not noun:
            return f"{counted(value, 'grado', 'grados')}"
        feminine = mark == "ª" or (ending is not None and ending.endswith("a"))
        short = ending == "er" or (
            bool(noun) and is_noun(noun) and noun.lower() not in {"izquierda", "derecha", "centro"}
        )
        return ordinal_words(value, feminine=feminine, short=short) + (" " if noun else "")

    def _number(self, match: re.Match[str]) -> str:
        value, noun, label = int(match["n"]), match["noun"] or "", match["label"]
        before = f"{label} " if label else ""
        if value == 1 and label == "la":
            return f"la una{match['gap'] or ''}"
        counts = bool(noun) and is_noun(noun) and not (label and _LABEL.match(label))
        many = noun.lower().endswith("s") if value != 1 else len(noun) > 2  # noqa: PLR2004 - shorter ones are no nouns
        said = before_noun(value, feminine=is_feminine(noun)) if counts and many else number_words(value)
        return f"{before}{said}{match['gap'] or ''}"

    def _address(self, address: str) -> str:
        said = []
        for part in re.findall(r"\d+|[^\W\d_]+|[./-]", address):
            if part.lower() == "www":
                said.append("triple doble u" if self._region == "MX" else letters_words("www"))
            elif part.isdigit():
                said.append(code_words(part, self._region))
            else:
                said.append({".": "punto", "/": "barra", "-": "guion"}.get(part, part))
        return " ".join(said)


@lru_cache(maxsize=2)
def _reader(region: Region) -> _Reader:
    return _Reader(region)
