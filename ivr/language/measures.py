"""Units, abbreviations and the gender of what is counted -> words."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ivr.language.spoken import Region


class Unit(NamedTuple):
    """A unit's words; ``tail`` follows both ("por hora")."""

    one: str
    many: str
    tail: str = ""
    feminine: bool = False


_PER_SECOND, _PER_HOUR = " por segundo", " por hora"
UNITS = {
    "KB": Unit("kilobyte", "kilobytes"), "kB": Unit("kilobyte", "kilobytes"), "MB": Unit("mega", "megas"),
    "Mb": Unit("mega", "megas"), "GB": Unit("giga", "gigas"), "Gb": Unit("giga", "gigas"), "TB": Unit("tera", "teras"),
    "Kbps": Unit("kilobit", "kilobits", _PER_SECOND), "kbps": Unit("kilobit", "kilobits", _PER_SECOND),
    "Mbps": Unit("mega", "megas", _PER_SECOND), "Gbps": Unit("giga", "gigas", _PER_SECOND),
    "Mb/s": Unit("mega", "megas", _PER_SECOND), "Gb/s": Unit("giga", "gigas", _PER_SECOND),
    "MB/s": Unit("mega", "megas", _PER_SECOND), "km/h": Unit("kilómetro", "kilómetros", _PER_HOUR),
    "m/s": Unit("metro", "metros", _PER_SECOND), "km": Unit("kilómetro", "kilómetros"), "m": Unit("metro", "metros"),
    "cm": Unit("centímetro", "centímetros"), "mm": Unit("milímetro", "milímetros"),
    "m²": Unit("metro", "metros", " cuadrados"), "m2": Unit("metro", "metros", " cuadrados"),
    "m³": Unit("metro", "metros", " cúbicos"), "m3": Unit("metro", "metros", " cúbicos"),
    "kg": Unit("kilo", "kilos"), "g": Unit("gramo", "gramos"), "mg": Unit("miligramo", "miligramos"),
    "l": Unit("litro", "litros"), "L": Unit("litro", "litros"), "ml": Unit("mililitro", "mililitros"),
    "kWh": Unit("kilovatio", "kilovatios", " hora"), "kW": Unit("kilovatio", "kilovatios"),
    "MW": Unit("megavatio", "megavatios"), "W": Unit("vatio", "vatios"), "V": Unit("voltio", "voltios"),
    "mAh": Unit("miliamperio", "miliamperios", " hora"), "Hz": Unit("hercio", "hercios"),
    "MHz": Unit("megahercio", "megahercios"), "GHz": Unit("gigahercio", "gigahercios"),
    "dB": Unit("decibelio", "decibelios"), "°C": Unit("grado", "grados"), "ºC": Unit("grado", "grados"),
    "°": Unit("grado", "grados"), "h": Unit("hora", "horas", feminine=True), "hs": Unit("hora", "horas", feminine=True),
    "hrs": Unit("hora", "horas", feminine=True), "min": Unit("minuto", "minutos"), "s": Unit("segundo", "segundos"),
    "seg": Unit("segundo", "segundos"), "ms": Unit("milisegundo", "milisegundos"),
}  # fmt: skip
UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
"""A pattern of all units, the longest first."""
PER = {"mes": "al mes", "año": "al año", "día": "al día", "dia": "al día", "h": "por hora", "hora": "por hora",
       "min": "por minuto", "minuto": "por minuto", "semana": "a la semana", "GB": "por giga", "MB": "por mega",
       "kWh": "por kilovatio hora", "SMS": "por mensaje", "línea": "por línea", "persona": "por persona"}  # fmt: skip
"""What follows a slash ("10 €/mes")."""

_ABBREVIATIONS = {
    "Sr": "señor", "Sra": "señora", "Sres": "señores", "Srs": "señores", "Sras": "señoras", "Srta": "señorita",
    "D": "don", "Dª": "doña", "Dña": "doña", "Dr": "doctor", "Dra": "doctora", "Ud": "usted", "Uds": "ustedes",
    "Vd": "usted", "Vds": "ustedes", "Avda": "avenida", "Av": "avenida", "Pza": "plaza", "Plza": "plaza",
    "Pl": "plaza", "Ctra": "carretera", "Urb": "urbanización", "Edif": "edificio", "Apto": "apartamento",
    "Blvd": "bulevar", "Calz": "calzada", "Col": "colonia", "Fracc": "fraccionamiento", "Mpio": "municipio",
    "Lic": "licenciado", "Ing": "ingeniero", "Arq": "arquitecto", "Mtro": "maestro", "Prof": "profesor",
    "Profa": "profesora", "Gral": "general", "Sto": "santo", "Sta": "santa", "Cía": "compañía", "Dpto": "departamento",
    "Depto": "departamento", "tel": "teléfono", "tels": "teléfonos", "tlf": "teléfono", "tfno": "teléfono",
    "Tel": "teléfono", "Tlf": "teléfono", "Tfno": "teléfono", "ext": "extensión", "izq": "izquierda",
    "izqda": "izquierda", "dcha": "derecha", "esc": "escalera", "etc": "etcétera", "aprox": "aproximadamente",
    "máx": "máximo", "mín": "mínimo", "pág": "página", "págs": "páginas", "art": "artículo", "núm": "número",
    "núms": "números", "fra": "factura", "cta": "cuenta", "ref": "referencia", "min": "minutos",
    "admón": "administración", "int": "interior", "esq": "esquina", "fdo": "firmado", "vto": "vencimiento",
    "imp": "importe", "dto": "descuento",
}  # fmt: skip
_ONLY_BEFORE_NAME = frozenset({"D", "Av", "Pl", "Col", "Ing", "Lic", "Arq", "Prof", "Urb"})
"""Written so they are abbreviations only where a name follows."""
_ABBREVIATED = re.compile(
    r"(?<![\w.@])("
    + "|".join(sorted(map(re.escape, _ABBREVIATIONS), key=len, reverse=True))
    + r")\.(?!\w|\.)(?=(\s*)(\w?))",
    re.IGNORECASE,
)
_BY_CASE = {name.lower(): (name, words) for name, words in _ABBREVIATIONS.items()}
_PHRASES = (
    (re.compile(r"\bEE\.? ?UU\.?(?!\w)"), "Estados Unidos"),
    (re.compile(r"\bp\. ?ej\.(?!\w)", re.IGNORECASE), "por ejemplo"),
    (re.compile(r"\ba\. ?C\.(?!\w)"), "antes de Cristo"),
    (re.compile(r"\bd\. ?C\.(?!\w)"), "después de Cristo"),
    (re.compile(r"\bS\. ?A\. de C\. ?V\.(?!\w)"), "ese a de ce uve"),
    (re.compile(r"\bS\. ?A\.(?: ?U\.)?(?!\w)"), "ese a"),
    (re.compile(r"\bS\. ?L\.(?: ?U\.)?(?!\w)"), "ese ele"),
    (re.compile(r"\bC/\s*(?=[^\W\d_])", re.IGNORECASE), "calle "),
    (re.compile(r"\bP\.?º\s(?=[A-ZÁÉÍÓÚÑ]|de )"), "paseo "),
    (re.compile(r"\bs/n\b", re.IGNORECASE), "sin número"),
    (re.compile(r"(?<!\w)(?:[nN]\.?[º°]\.?|[nN]ro\.?|No\.)\s?(?=\d)"), "número "),
    (re.compile(r"(?<!\w)(?:n\.º|nº|n°)(?!\w)", re.IGNORECASE), "número"),
    (re.compile(r"\by/o\b"), "y o"),
    (re.compile(r"\s*&\s*"), " y "),
)
_MEXICAN_COMPANY = "ese a de ce ve"
_FEMININE_MANY = re.compile(r"(?:\w+(?:as|iones|ades|tudes|umbres)|veces|noches|tardes|partes|clases|calles|llaves)$")
_FEMININE_ONE = re.compile(r"(?:\w+(?:a|ción|sión|dad|tud|umbre)|vez|noche|tarde|parte|clase|calle|llave)$")
_MASCULINE = re.compile(
    r"(?:días?|(?:proble|siste|progra|te|idio|cli|cri|telegra|dra|diagra)mas?|mapas?|planetas?|(?:gi|me)gas?|teras?)$"
)
_NO_NOUN = frozenset(
    """
    para hasta hacia contra cada otra otras otros nada mientras cuando como pero porque aunque sino desde entre
    sobre según durante más menos por con sin del los las que ella ellas ellos esta está estas están esa esas era
    eran sea será ahora luego nunca fuera cerca encima debajo además y o u ni a de en el la lo es son al se su sus
    mis tus nos les una unas unos muy ya tras ante bajo dos tres cinco seis coma punto euros pesos
    """.split()  # noqa: SIM905 - so a page of words stays one
)


def write_out(text: str, region: Region = "ES") -> str:
    """Write abbreviations out; a full stop at the end of the text stays."""
    for pattern, words in _PHRASES:
        said = _MEXICAN_COMPANY if region == "MX" and words.endswith("uve") else words
        text = pattern.sub(partial(_phrase, said), text)
    return _ABBREVIATED.sub(_abbreviation, text)


def _phrase(said: str, match: re.Match[str]) -> str:
    return f"{said}." if match[0].endswith(".") and match.end() == len(match.string) else said


def _abbreviation(match: re.Match[str]) -> str:
    name, words = _BY_CASE[match[1].lower()]
    following = match[3]
    if name in _ONLY_BEFORE_NAME and not following.isupper():
        return match[0]
    if name == "D" and match[1] != "D":
        return match[0]
    return words if following else words + "."


def is_feminine(noun: str) -> bool:
    """Judge the gender of a counted noun by its ending; False also where it is no noun."""
    word = noun.lower()
    if _MASCULINE.match(word) or not is_noun(word):
        return False
    return bool(_FEMININE_MANY.match(word) or _FEMININE_ONE.match(word))


def is_noun(word: str) -> bool:
    """Say whether a word after a number may be what is counted; the closed classes are not."""
    return word.lower() not in _NO_NOUN
