"""Mends the words of this field in what the dialogue reads: "el salgo de mi cuesta" -> "el saldo de mi cuenta".

Works on folded words, and on texts whose words nobody rated (typed ones, calls without a correction bank). A real word
is only changed by the exact entries that are shipped with the bank; a word that is none of ours is changed when it is
within one or two letters of a term. One that is a small word and a term in one ("quetarifas") is parted.
"""

# ruff: noqa: E501 - one family of phrases a line
from __future__ import annotations

from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from ivr.language.correction.bank import CorrectionBank, live_bank
from ivr.language.correction.bank_file import first_entries
from ivr.language.correction.values import HeardWord
from ivr.language.phonetics import phonetic_key
from ivr.language.words import fold

TERMS = (
    *[
        "saldo",
        "factura",
        "facturas",
        "cuenta",
        "contrato",
        "internet",
        "router",
        "wifi",
        "averia",
        "conexion",
        "tecnico",
        "cancelar",
        "cancelacion",
        "reclamacion",
    ],
    *[
        "operador",
        "operadora",
        "agente",
        "supervisor",
        "responsable",
        "telefono",
        "correo",
        "horario",
        "pedido",
        "tarjeta",
        "tarifa",
        "transferencia",
    ],
    *[
        "contratar",
        "contratacion",
        "direccion",
        "fibra",
        "cobertura",
        "contrasena",
        "reiniciado",
        "reiniciar",
        "instalacion",
        "permanencia",
    ],
    *[
        "devolucion",
        "portabilidad",
        "megas",
        "datos",
        "actualizar",
        "modificar",
        "incidencia",
        "hablar",
        "persona",
        "humano",
        "encargado",
    ],
)
_KNOWN = frozenset(TERMS)
_REAL = frozenset(
    ["cuento", "cuentas", "cuente", "cuesta", "cuanta", "cuanto", "cuantos", "hablas", "hablan", "habla", "hablo", "hablare", "hablado", "habia", "habiar", "hablaron", "personas", "personal", "personaje", "humanos", "datas", "dados", "dato", "gatos", "patos", "ratos", "agentes", "urgente", "gente", "responsables", "tecnica", "tecnicos", "tecnico", "pedida", "perdido", "perdida", "pedidos", "pedir", "pedi", "partido", "contento", "contesto", "contexto", "contrario", "contratado", "contrata", "contrate", "contratos", "fibras", "libra", "libros", "tarde", "tardes", "tarifas", "tarjetas", "direcciones", "operacion", "operar", "operado", "operan", "actual", "actualizado", "actualizan", "modificado", "modificarlo", "horarios", "horas", "hora", "cancelo", "cancela", "cancele", "cancelado", "canceles", "cancelacion", "cancelen", "reiniciarlo", "reinicie", "reinicio", "reclamaciones", "factor", "facturado", "facturan", "reclamo", "correos", "corro", "corres", "correr", "carro", "contratas", "contactar", "contratarlo", "telefonos", "telefonico", "telefonica", "conexiones", "instalado", "instalar", "salgo", "saldos", "sal", "saldra", "salda", "salto", "conecta", "conectar", "encargada", "encargo", "encargue", "encargados", "supervisora", "operadores", "tarjetero", "megusta", "juegas", "pegas", "amigas", "cobertor", "cubierta", "devolver", "devolvieron", "actualice", "encargaron", "encargar"]
)  # fmt: skip
_BY_EAR = (*TERMS, "vence", "vencen", "vencer", "vencimiento", "vencido", "vencida", "baja", "recibo", "cobro", "deuda")
"""Words that are also known by their sound alone: seseo, b and v, ll and y, the silent h."""
_SMALL = frozenset(
    [
        "a",
        "al",
        "con",
        "de",
        "del",
        "el",
        "en",
        "la",
        "las",
        "lo",
        "los",
        "me",
        "mi",
        "mis",
        "no",
        "por",
        "que",
        "se",
        "su",
        "sus",
        "un",
        "una",
        "y",
    ]
)
"""Words that recognisers write into the next one."""
_SHORTEST = 5
_TWO_LETTERS_FROM = 8
_CACHE = 8192


_HOMOPHONES = {phonetic_key(word): word for word in _BY_EAR}


@lru_cache(maxsize=_CACHE)
def _mend_word(word: str) -> str:
    if parts := _parted(word):
        return parts
    if word not in _REAL and (homophone := _HOMOPHONES.get(phonetic_key(word))):
        return homophone
    if len(word) < _SHORTEST or word in _KNOWN or word in _REAL or word.isdigit():
        return word
    allowed = 2 if len(word) >= _TWO_LETTERS_FROM else 1
    best = process.extractOne(word, TERMS, scorer=Levenshtein.distance, score_cutoff=allowed)
    if best is None or abs(len(best[0]) - len(word)) > 1 or best[0][0] != word[0]:
        return word
    return str(best[0])


def _parted(word: str) -> str:
    """Part a small word from the term that it was written into; "" where there is none."""
    if word in _KNOWN or word in _REAL:
        return ""
    for end in range(1, 4):
        small, rest = word[:end], word[end:]
        if small in _SMALL and len(rest) >= _SHORTEST and _is_ours(rest):
            return f"{small} {_mend_word(rest)}"
    return ""


def _is_ours(word: str) -> bool:
    return word in _KNOWN or word in _REAL or phonetic_key(word) in _HOMOPHONES


@cache
def _shipped() -> CorrectionBank:
    return live_bank(first_entries())


def mend_terms(said: str) -> str:
    """Mend folded, space-separated words."""
    mended = _shipped().correct([HeardWord(word) for word in said.split()]).text
    return " ".join(_mend_word(word) for word in fold(mended).split())
