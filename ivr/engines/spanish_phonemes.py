"""From Spanish spelling to Kokoro's phonemes: letters, stress, and how words meet. Pure.

Spanish is written nearly as it is spoken, so some forty rules do, read from left to right. The phonemes are those that
the model learned (espeak-ng's ``es``: Castilian, spirants between vowels, a stress mark before the vowel), which the
tests compare with. ``seseo`` speaks c and z as s and ll as y, as most of America does.
"""
# phonetic letters look like others on purpose
# ruff: noqa: RUF001

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

VOWELS = "aeiouáéíóú"
SOUNDED = frozenset("aeɛiouIWA")
"""Phonemes that make a syllable; I, W and A are the diphthongs ai, au and ei."""
PRIMARY, SECONDARY = "ˈ", "ˌ"

UNSTRESSED = frozenset(
    {
        *("el", "los", "la", "las", "lo", "me", "te", "le", "les", "se", "nos", "mi", "mis", "tu", "tus", "su", "sus"),
        *("nuestro", "nuestros", "nuestra", "nuestras", "vuestro", "vuestros", "vuestra", "vuestras", "a", "al", "de"),
        *("del", "en", "con", "sin", "por", "tras", "ante", "para", "entre", "sobre", "bajo", "desde", "hasta"),
        *("hacia", "e", "o", "u", "aunque", "pero", "porque", "que", "cuando", "cuanto", "adonde", "donde", "como"),
        *("quien", "quienes", "mientras", "si"),
    }
)
"""Words that lean on the next one, unless they end the phrase."""

SPELLINGS = {
    "sr": "señor", "sra": "señora", "sres": "señores", "sras": "señoras", "srta": "señorita", "dr": "doctor",
    "dra": "doctora", "ud": "usted", "uds": "ustedes", "tel": "teléfono", "etc": "etcétera", "email": "imeil",
    "online": "onlain", "router": "rúter", "okay": "oquéi", "ok": "oquéi", "whatsapp": "guásap",
}  # fmt: skip
"""Words that are not said as they are written."""
LETTERS = {
    "a": "a", "e": "e", "i": "i", "o": "o", "u": "u",
    "b": "be", "c": "ce", "d": "de", "f": "efe", "g": "ge", "h": "hache", "j": "jota", "k": "ka", "l": "ele",
    "m": "eme", "n": "ene", "ñ": "eñe", "p": "pe", "q": "cu", "r": "erre", "s": "ese", "t": "te", "v": "uve",
    "w": "uve doble", "x": "equis", "y": "i griega", "z": "zeta",
}  # fmt: skip

_ANY = f"[{VOWELS}]"
_SOFT = "[eiéí]"
_RULES: tuple[tuple[str, str], ...] = (
    # consonants; B D G are b d g whose strength depends on what is before them
    ("ch|tx", "ʧ"),
    (f"^hi(?={_ANY})", "j"),
    ("^sh|sh(?=[^aeiou])|sh$", "ʃ"),
    ("ph", "f"),
    ("^ps(?=i|eudo)", "s"),
    ("^pt(?=ero|ol)", "t"),
    ("h", ""),
    ("ck", "k"),
    ("zz", "ʦ"),
    ("c(?=[eiyéí])|z", "θ"),
    (f"[ckq]ü(?={_ANY})", "kw"),
    (f"qu(?={_SOFT})", "k"),
    ("[ckq]", "k"),
    (f"gu(?={_SOFT})", "G"),
    (f"gü(?={_SOFT})", "Gw"),
    (f"g(?={_SOFT})", "x"),
    ("g", "G"),
    ("j", "x"),
    ("[bv]", "B"),
    ("d", "D"),
    ("ll", "ʎ"),
    ("ñ|ny(?=[aeiou])", "ɲ"),
    ("n(?=[bvpf])", "m"),
    ("ng$", "ŋ"),
    ("n(?=[gjk])", "ŋ"),
    ("p(?=t)", "pː"),
    ("rr|^r|(?<=[lmns])r(?=[aeiouáéíóú])", "r"),
    ("r", "ɾ"),
    ("^x", "s"),
    ("(?<=^m[eé])x(?=ic)", "x"),
    ("x", "ks"),
    ("ç", "s"),
    ("w", "w"),
    # vowels and what glides
    ("ou", "ow"),
    ("ai|ay(?![aeiouáéíóú])", "I"),
    ("au", "W"),
    ("ei|ey(?![aeiouáéíóú])", "A"),
    ("eu", "eʊ"),
    ("oi|oy(?![aeiouáéíóú])", "oɪ"),
    ("(?<=u)y(?![aeiouáéíóú])", "j"),
    (f"y(?={_ANY})", "ʝ"),
    ("y", "i"),
    (f"(?<=[^aeiouáéíóú][lr])i(?={_ANY})", "i~"),
    (f"(?<=[^aeiouáéíóú][lr])u(?={_ANY})", "u~"),
    (f"i(?={_ANY})", "j"),
    (f"[uü](?={_ANY})", "w"),
    ("ü", "u"),
    ("á", "a'"),
    ("é", "e'"),
    ("í", "i'"),
    ("ó", "o'"),
    ("ú", "u'"),
)
_RULE = re.compile("|".join(f"(?P<r{number}>{pattern})" for number, (pattern, _) in enumerate(_RULES)) + "|.")
_ONSET = re.compile(r"^(?:[bcdfgkptv][lr]|[cst]h|ll|ps|pt|gn|qu|[^aeiouáéíóú]?[aeiouáéíóúy])")


@dataclass(frozen=True, slots=True)
class _Word:
    letters: str
    sounds: str
    """Phonemes, with the open ones B D G and stress marks."""


def spanish_phonemes(phrase: str, *, seseo: bool = False) -> str:
    """Give the phonemes of a phrase without punctuation inside; what is no letter is left out."""
    written = _spelled(phrase)
    words = [
        _word(word, leaning=(word == "y" or word in UNSTRESSED) and number + 1 < len(written))
        for number, word in enumerate(written)
    ]
    sounds = [
        _joined(words[number - 1] if number else None, word, words[number + 1] if number + 1 < len(words) else None)
        for number, word in enumerate(words)
    ]
    line = " ".join(sounds)
    return line.replace("θ", "s").replace("ʎ", "ʝ") if seseo else line


def galician_phonemes(phrase: str) -> str:
    """Give the phonemes of a Galician phrase: Spanish rules, with its own x ("xa"), nh ("unha") and closed -ción."""
    written = re.sub(r"nh(?=[aeiouáéíóú])", "n\u00b7", phrase.lower())
    written = re.sub(r"x(?=[aeiouáéíóú])|x$", "sh", written).replace("\u00b7", "g")
    return spanish_phonemes(written).replace("sh", "ʃ")


def _spelled(phrase: str) -> list[str]:
    """Split into words: small letters, abbreviations written out; what must be spelled stays in capitals."""
    words: list[str] = []
    for raw in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", phrase)):
        word = _plain(raw)
        if word in SPELLINGS:
            words.append(SPELLINGS[word])
        elif not re.search("[aeiouáéíóúüy]", word) or (raw.isupper() and not _ONSET.match(word)):
            words += [spelled.upper()] if (spelled := "".join(filter(LETTERS.get, word))) else []
        else:
            words.append(word)
    return words


def _plain(word: str) -> str:
    """Keep the marks that Spanish has and take all others off their letters."""
    kept = []
    for letter in word.lower():
        bare = unicodedata.normalize("NFD", letter)[0]
        kept.append(letter if letter in "áéíóúüñç" else bare)
    return "".join(letter for letter in kept if letter in "abcdefghijklmnñopqrstuvwxyzáéíóúüç")


@lru_cache(maxsize=4096)
def _word(word: str, leaning: bool) -> _Word:
    if word.isupper():
        names = [_word(name, leaning=False).sounds for letter in word.lower() for name in LETTERS[letter].split()]
        last = re.sub("^ˈe", "ˈɛ", names[-1])
        return _Word(word.lower(), "".join(name.replace(PRIMARY, SECONDARY) for name in names[:-1]) + last)
    root = word.removesuffix("mente")
    if root != word and len(_places(_sounds(root))) > 1:
        return _Word(word, _stressed(_sounds(root), root, leaning=False) + "mˈente")
    return _Word(word, _stressed(_sounds(word), word, leaning))


def _sounds(word: str) -> list[str]:
    """Apply the letter rules; a stressed vowel carries an apostrophe."""
    units: list[str] = []
    for match in _RULE.finditer(word):
        sound = _RULES[int(match.lastgroup[1:])][1] if match.lastgroup else match[0]
        units += re.findall(r".['~]?", sound)
    return units


def _places(units: list[str]) -> list[int]:
    """Say which units make a syllable; those with ~ are written as one, but lean on the next."""
    return [number for number, unit in enumerate(units) if unit[0] in SOUNDED and not unit.endswith("~")]


def _stressed(units: list[str], word: str, leaning: bool) -> str:
    """Mark the stress: where it is written, else on the last syllable but one after a vowel, n or s, else the last."""
    places = _places(units)
    written = [place for place, number in enumerate(places) if units[number].endswith("'")]
    last = len(places) - 1
    if written:
        main = written[0]
    else:
        ends_open = re.search("[aeiou][ns]?$|[^aeiou]y$", word)
        main = max(0, last - 1) if ends_open else last
    marks = dict.fromkeys(range(last + 1), "")
    if not leaning:
        marks[main] = PRIMARY
    for place in range(last):
        around = marks.get(place - 1, ""), marks[place + 1], marks[place]
        if last and not any(around):
            marks[place] = SECONDARY
    spoken = [unit[0] for unit in units]
    opened = places[main] if places else 0
    if not leaning and units[opened] == "e" and re.match(r"[nŋ][^aeiouIWAjw]", "".join(spoken[opened + 1 :])):
        spoken[opened] = "ɛ"
    for place, number in enumerate(places):
        spoken[number] = marks[place] + spoken[number]
    return "".join(spoken)


def _joined(before: _Word | None, word: _Word, after: _Word | None) -> str:
    """Settle what depends on the neighbours: b d g, final n, and y after n."""
    sounds = word.sounds
    previous = before.sounds[-1] if before else ""
    following = after.letters if after else ""
    if sounds.endswith("n") and re.match("[bvpf]", following):
        sounds = sounds[:-1] + "m"
    elif sounds.endswith("n") and re.match("[gk]", following):
        sounds = sounds[:-1] + "ŋ"
    if previous == "n" and sounds.startswith("ʝ"):
        sounds = "ʤ" + sounds[1:]
    settled = ""
    for number, sound in enumerate(sounds):
        if sound in "BDG":
            left = settled[-1] if settled else previous
            right = sounds[number + 1 :].lstrip(PRIMARY + SECONDARY)[:1]
            settled += _strength(sound, left, right, "i" if following == "y" else following)
        else:
            settled += sound
    return settled


def _strength(sound: str, left: str, right: str, following: str) -> str:
    """Choose a stop after a pause or a nasal (d also after l) and before most consonants, else a spirant."""
    hard, soft, lets = {"B": ("b", "β", "lɾfxsθʝ"), "D": ("d", "ð", "ɾfxsθʝB"), "G": ("ɡ", "ɣ", "lɾ")}[sound]
    if not left or left in "nmŋ" or (sound == "D" and left == "l"):
        return hard
    if not right:
        return soft if following[:1] in tuple("aeiouáéíóúh") else hard
    return soft if right in SOUNDED or right in "jw" or right in lets else hard
