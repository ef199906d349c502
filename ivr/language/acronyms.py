"""Acronyms, codes and Roman numerals -> words: what is read as a word, what letter by letter, what as a number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.language.letters import LETTER_NAMES
from ivr.language.spoken import digit_words, number_words

if TYPE_CHECKING:
    from ivr.language.spoken import Region

SAID = {
    "CURP": "curp", "SPEI": "espéi", "IMSS": "ims", "ISSSTE": "isste", "OXXO": "oxo", "PYME": "pime", "PYMES": "pimes",
    "WIFI": "wifi", "FIFA": "fifa", "EEUU": "Estados Unidos", "CDMX": "Ciudad de México", "OK": "okey",
    "WHATSAPP": "guásap", "GB": "gigas", "MB": "megas", "ID": "i de", "IA": "i a", "UE": "u e", "IP": "i pe",
    "AA": "a a", "AEAT": "a e a te", "ETT": "e te te", "ICCID": "i ce ce i de", "IMEI": "iméi", "NIE": "nie",
}  # fmt: skip
"""How people say those that the rule would get wrong."""
PLAIN_WORDS = frozenset(
    """NO SI SÍ YA UN LA EL LO LE SE ME TE TU TÚ MI MÍ SU DE DEL AL EN ES Y O A U E NI QUE POR CON SIN MÁS MUY FIN
    AÚN""".split()  # noqa: SIM905 - so a line of words stays one
)
"""Short words that are in capitals only because somebody raises the voice."""
AMERICAN_LETTERS = {"v": "ve", "w": "doble u", "y": "ye"}
CARDINAL_AFTER = frozenset(
    "siglo siglos capítulo tomo volumen anexo título fase nivel parte grupo tipo categoría libro acto".split()  # noqa: SIM905 - same
)
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ROMAN = re.compile(
    r"(?P<before>\b[^\W\d_]+) (?P<roman>(?=[IVXLC])(?:XC|XL|L?X{0,3}|C{1,3})(?:IX|IV|V?I{0,3}))(?![\w.'-])"
)
_ORDINALS = ("primero", "segundo", "tercero", "cuarto", "quinto", "sexto", "séptimo", "octavo", "noveno", "décimo")
_HIGHER = {11: "undécimo", 12: "duodécimo"} | {10 + unit: f"decimo{_ORDINALS[unit - 1]}" for unit in range(3, 10)}
_TENS = {20: "vigésimo", 30: "trigésimo", 40: "cuadragésimo", 50: "quincuagésimo", 60: "sexagésimo", 70: "septuagésimo",
         80: "octogésimo", 90: "nonagésimo", 100: "centésimo"}  # fmt: skip
_CAPITALS = re.compile(r"(?<![\w@./-])[A-ZÁÉÍÓÚÑ]{2,8}(?:s)?(?![\w@]|\.\w)")
_VOWEL = "[AEIOUÁÉÍÓÚ]"
_SYLLABLES = re.compile(
    rf"(?:(?:[BCFGP][LR]|[DT]R|CH|LL|RR|QU|GU|[BCDFGHJKLMNÑPRSTVWXYZ])?{_VOWEL}{{1,2}}(?:[NRSLMDZXT](?!{_VOWEL}))?)+"
    rf"(?:(?<={_VOWEL})[KPFGC])?"
)
_CODE = re.compile(r"(?<![\w@./-])(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z0-9]+(?:-[A-Z0-9]+)*(?![\w@]|[.,]\w)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?\d{4}){4,7}\b")
_NUMBER_IN_CODE = 2
_SHOUTED = 6
"""Letters from which a word in capitals is no acronym where all words are in capitals."""


def letters_words(letters: str, region: Region = "ES") -> str:
    """Spell ("de ene i"); Mexico says "ve", "doble u" and "ye"."""
    own = AMERICAN_LETTERS if region == "MX" else {}
    return " ".join(own.get(letter) or LETTER_NAMES.get(letter, (letter,))[0] for letter in letters.lower())


def code_words(code: str, region: Region = "ES") -> str:
    """Say a code of letters and digits: letters by name, digits one by one, a few as a number ("cuatro ge")."""
    runs = re.findall(r"[A-Za-zÑñ]+|\d+", code)
    short = sum(map(len, runs)) <= 2 * _NUMBER_IN_CODE
    said = []
    for run in runs:
        if not run.isdigit():
            said.append(letters_words(run, region))
        elif short and len(run) <= _NUMBER_IN_CODE and not run.startswith("0"):
            said.append(number_words(int(run)))
        else:
            said.append(digit_words(run))
    return (" " if short else ", ").join(said)


def ordinal_words(value: int, *, feminine: bool = False, short: bool = False) -> str:
    """Say an ordinal ("tercero", "tercera", before a noun "tercer"); over a hundred the cardinal serves."""
    if value <= len(_ORDINALS):
        said = _ORDINALS[value - 1]
    elif value in _HIGHER:
        said = _HIGHER[value]
    elif value in _TENS:
        said = _TENS[value]
    elif value < max(_TENS):
        said = f"{_TENS[value // 10 * 10]} {_ORDINALS[value % 10 - 1]}"
    else:
        return number_words(value)
    if feminine:
        return re.sub(r"o\b", "a", said)
    return re.sub(r"(primer|tercer)o$", r"\1", said) if short else said


def roman_value(numeral: str) -> int:
    """Read a Roman numeral ("XIV" = 14)."""
    values = [_VALUES[letter] for letter in numeral]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


def say_romans(text: str) -> str:
    """Say Roman numerals after a name ("Felipe sexto", "Alfonso trece") and after a century or chapter."""
    return _ROMAN.sub(_roman, text)


def _roman(match: re.Match[str]) -> str:
    before, numeral = match["before"], match["roman"]
    if not numeral:
        return match[0]
    value = roman_value(numeral)
    if before.lower() in CARDINAL_AFTER:
        return f"{before} {number_words(value)}"
    if not before.istitle() or len(before) <= _NUMBER_IN_CODE:
        return match[0]
    said = (
        ordinal_words(value, feminine=before.endswith(("a", "Isabel")))
        if value <= len(_ORDINALS)
        else number_words(value)
    )
    return f"{before} {said}"


def say_codes(text: str, region: Region = "ES") -> str:
    """Spell identity documents, order numbers, plates and accounts."""
    text = _IBAN.sub(lambda match: _iban(match[0], region), text)
    return _CODE.sub(lambda match: code_words(match[0], region), text)


def _iban(iban: str, region: Region) -> str:
    plain = iban.replace(" ", "")
    return f"{letters_words(plain[:2], region)} {digit_words(plain[2:4])}, {digit_words(plain[4:], 4)}"


def say_acronyms(text: str, region: Region = "ES") -> str:
    """Say acronyms: as a word where Spanish can pronounce it, else letter by letter; a text in capitals is none."""
    written = re.findall(r"[^\W\d_]{2,}", text)
    if all(map(str.isupper, written)) and any(len(word) >= _SHOUTED or word in PLAIN_WORDS for word in written):
        return text
    return _CAPITALS.sub(lambda match: _acronym(match[0], region), text)


def _acronym(written: str, region: Region) -> str:
    plural = written.endswith("s")
    letters = written.removesuffix("s")
    if letters in PLAIN_WORDS:
        return written
    if letters in SAID:
        return SAID[letters]
    if len(letters) > 2 and _SYLLABLES.fullmatch(letters):  # noqa: PLR2004 - two letters are spelled
        return letters.lower() + ("s" if plural and letters[-1] in "AEIOU" else "es" if plural else "")
    return letters_words(letters, region)
