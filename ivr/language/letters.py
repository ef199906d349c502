"""The letters' Spanish names, and the words by which people tell them apart."""

from __future__ import annotations

LETTER_NAMES = {
    "a": ("a",),
    "b": ("be", "be larga", "be grande", "be alta"),
    "c": ("ce",),
    "d": ("de",),
    "e": ("e",),
    "f": ("efe",),
    "g": ("ge",),
    "h": ("hache",),
    "i": ("i", "i latina"),
    "j": ("jota",),
    "k": ("ka",),
    "l": ("ele",),
    "m": ("eme",),
    "n": ("ene",),
    "ñ": ("eñe",),
    "o": ("o",),
    "p": ("pe",),
    "q": ("cu",),
    "r": ("erre", "ere"),
    "s": ("ese",),
    "t": ("te",),
    "u": ("u",),
    "v": ("uve", "ve", "ve corta", "ve chica", "be corta", "be chica", "ve baja", "be baja"),
    "w": ("uve doble", "doble uve", "doble u", "doble ve", "doble be", "ve doble", "be doble"),
    "x": ("equis",),
    "y": ("i griega", "ye", "y griega"),
    "z": ("zeta", "ceta", "seta", "zeda"),
}
"""Each letter with its names, the one to say first; folded, but for "eñe"."""
EXAMPLES = {
    "a": "Alicante",
    "b": "Barcelona",
    "c": "Cáceres",
    "d": "dedo",
    "e": "España",
    "f": "Francia",
    "g": "gato",
    "h": "Huelva",
    "i": "isla",
    "j": "Jaén",
    "k": "kilo",
    "l": "León",
    "m": "Madrid",
    "n": "Navarra",
    "o": "Oviedo",
    "p": "Pamplona",
    "q": "queso",
    "r": "Roma",
    "s": "Sevilla",
    "t": "Toledo",
    "u": "uña",
    "v": "Valencia",
    "w": "whisky",
    "x": "xilófono",
    "y": "yate",
    "z": "Zaragoza",
}
"""A word that begins with each letter and with no other that sounds like it."""
EXAMPLE_WORDS = {
    word: letter
    for letter, words in {
        "a": "alicante antonio almeria avila andalucia asturias alemania",
        "b": "barcelona bilbao badajoz burgos bueno burro",
        "c": "caceres carmen cadiz casa cordoba cuenca ceuta",
        "d": "dedo dolores dinamarca dado",
        "e": "espana enrique estonia egipto ecuador",
        "f": "francia finlandia federico fiesta",
        "g": "gerona granada gato guadalajara galicia girona",
        "h": "huelva huesca historia hotel hola",
        "i": "isla italia ines india irlanda",
        "j": "jaen jose jueves japon jirafa",
        "k": "kilo kenia",
        "l": "leon lugo lerida lorenzo londres lima",
        "m": "madrid malaga maria murcia mexico melilla",
        "n": "navarra navidad noruega nicaragua",
        "o": "oviedo orense oso oslo",
        "p": "pamplona palencia paris portugal pepe peru",
        "q": "queso querido quito",
        "r": "roma ramon rusia rioja",
        "s": "sevilla segovia salamanca soria santander sabado",
        "t": "toledo teruel tarragona tenerife",
        "u": "una ulises uruguay uva",
        "v": "valencia valladolid vigo venezuela vaca",
        "w": "whisky washington wifi",
        "x": "xilofono xavier",
        "y": "yate yegua yema",
        "z": "zaragoza zamora zapato",
    }.items()
    for word in words.split()
}
"""Folded words by which people tell letters apart."""
ALIKE = ("bpdtevcgñ", "fsx", "mnñ", "cszx", "jgx", "kqc", "aeh", "ly", "iey", "uoq", "bvwu", "lr")
"""Letters whose names are mistaken for each other on a telephone (G.711 keeps nothing over 3.4 kHz)."""


def sounds_like(one: str, other: str) -> bool:
    """Tell whether two letters' names may be mistaken for each other."""
    return one == other or any(one in group and other in group for group in ALIKE)


def letter_words(letter: str) -> str:
    """Say a letter so that it cannot be mistaken ("te de Toledo")."""
    low = letter.lower()
    name = LETTER_NAMES[low][0]
    return f"{name} de {EXAMPLES[low]}" if low in EXAMPLES else name
