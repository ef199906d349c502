"""Words as they are compared: no accents, no endings, one word for what Spain and America call differently."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ivr.language.numbers import numerals
from ivr.language.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_K1, _B = 1.2, 0.6
"""Robertson and Zaragoza, 2009; passages are of nearly one length, so that B is small."""
_TELLING_NOTHING = """
a al algo alguna algun alguno ante aqui asi aun bien cada como con cual cuales cuando cuanta cuantas cuanto
cuantos de del desde donde e el ella ellos en entre era es esa ese eso esta estan estar este esto fue ha habia
hace hacen hacer hago han has hasta hay he la las le les lo los mas me mi mis mucho muy nada ni no nos nuestro o
os otra otro para pero poco por porque pues que quien se ser si sin sobre solo son su sus tal tambien tan te
tengo ti tiene tienen todo todos tu tus un una unas uno unos usted ustedes va vamos van voy y ya yo hola buenas
buenos dias tardes gracias favor oiga oye mire mira perdone perdona digame dime quiero quisiera queria querria
saber pregunta preguntar puedo puede pueden podria podrian necesito dice decir verdad entonces bueno vale eh
cosa cosas mismo estoy tenia tener ademas ahora haria seria sera hacia
"""
_STOP = frozenset(_TELLING_NOTHING.split())
_SAME = {
    "celular": "movil", "contrasena": "clave", "password": "clave", "itinerancia": "roaming", "tele": "television",
    "televisor": "television", "decodificador": "descodificador", "deco": "descodificador", "app": "aplicacion",
    "sms": "mensaje", "chip": "sim", "boleta": "factura", "recibo": "factura", "dato": "giga", "plata": "dinero",
    "operador": "compania", "operadora": "compania", "laptop": "ordenador", "computadora": "ordenador",
    "valer": "costar", "vale": "costar", "precio": "costar", "cuesta": "costar", "cuestan": "costar",
    "costaria": "costar", "coste": "costar", "costo": "costar", "cobran": "cobrar", "cobra": "cobrar",
    "tarda": "tardar", "tardan": "tardar", "demora": "tardar", "demoran": "tardar", "plazo": "tardar",
    "finde": "semana", "depa": "piso", "departamento": "piso", "apartamento": "piso", "ilimitada": "ilimitado",
    "instalacion": "instalar", "permanencia": "permanecer", "devolucion": "devolver", "averia": "averiar",
    "gratuito": "gratis", "gratuita": "gratis", "internet": "internet", "conserva": "conservar",
}  # fmt: skip
_ENDINGS = (
    *("aciones", "uciones", "amientos", "imientos", "amente", "mente"),
    *("acion", "ucion", "amiento", "imiento", "adora", "ador", "idades", "idad"),
    *("ariamos", "eriamos", "iriamos", "abamos", "aremos", "eremos", "iremos", "ieramos"),
    *("arian", "erian", "irian", "aban", "aron", "ieron", "aran", "eran", "iran", "ando", "iendo", "adas", "ados"),
    *("idas", "idos", "aria", "eria", "iria", "amos", "emos", "imos", "aba", "ada", "ado", "ida", "ido", "ara", "era"),
    *("ira", "are", "ere", "ire", "arlo", "arla", "erlo", "arme", "arse", "erse", "irse", "arte", "arle"),
    *("ia", "io", "an", "en", "ar", "er", "ir", "es", "as", "os", "a", "e", "o", "s", "i"),
)
_SHORTEST = 3


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """Take the ending off a folded word: plural, gender and the common forms of verbs."""
    word = _SAME.get(word) or _SAME.get(word.removesuffix("s"), word)
    if word.isdigit():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return re.sub(r"qu$", "c", re.sub(r"gu$", "g", re.sub(r"z$", "c", word[: -len(ending)])))
    return word


def terms_of(text: str) -> list[str]:
    """List what a text is searched by; numbers are told in digits, whichever way they were written."""
    return [stem(word) for word in words(in_digits(text)) if word not in _STOP]


def in_digits(text: str) -> str:
    """Write numbers from ten on in digits, as documents do ("seiscientos megas" is 600 megas)."""
    for numeral in reversed(numerals(text)):
        if len(numeral.digits) > 1:
            text = f"{text[: numeral.start]}{numeral.digits}{text[numeral.end :]}"
    return text


class Words:
    """An index of words (BM25)."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._size = len(texts)
        counts = [Counter(terms_of(text)) for text in texts]
        lengths = np.array([sum(count.values()) for count in counts], np.float32)
        self._norm = _K1 * (1 - _B + _B * lengths / max(float(lengths.mean()) if counts else 0.0, 1.0))
        postings: dict[str, list[tuple[int, int]]] = {}
        for row, count in enumerate(counts):
            for term, times in count.items():
                postings.setdefault(term, []).append((row, times))
        self._postings = {
            term: (np.array([row for row, _ in found]), np.array([times for _, times in found], np.float32))
            for term, found in postings.items()
        }

    def weight(self, term: str) -> float:
        """Say how much a term tells: rare ones more; one that is nowhere most of all."""
        found = len(self._postings[term][0]) if term in self._postings else 0
        return math.log(1 + (self._size - found + 0.5) / (found + 0.5))

    def score(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """Score every text, (texts,)."""
        scores = np.zeros(self._size, np.float32)
        for term in dict.fromkeys(terms):
            if term in self._postings:
                rows, times = self._postings[term]
                scores[rows] += self.weight(term) * times * (_K1 + 1) / (times + self._norm[rows])
        return scores

    def coverage(self, terms: Sequence[str], text: str) -> float:
        """Say which share of the question's weight stands in a text, 0..1."""
        wanted = dict.fromkeys(terms)
        total = sum(self.weight(term) for term in wanted)
        present = set(terms_of(text))
        return sum(self.weight(term) for term in wanted if term in present) / total if total else 0.0
