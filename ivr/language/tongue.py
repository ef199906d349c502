"""Which language a text is in, from its small words: enough to warn that rules for Spanish were put to other speech."""

from __future__ import annotations

from ivr.language.words import words

_SMALL = {
    "es": """
        el los las un una unos unas de del que en por para con sin no si es son esta estoy me te se nos mi su y o pero
        muy mas como cuando donde porque ya hay tengo quiero lo le les al hola gracias buenos buenas dias este eso
        """,
    "en": """
        the of and to is are was were it you i my your he she they we this that with for not have has do does can will
        would please hello thank thanks what how when where there from at on be an
        """,
    "fr": """
        le les des du et est je vous nous il elle ils mon votre ce cette avec pour pas dans sur bonjour merci que qui
        une suis avez plus mais ou
        """,
    "pt": """
        o os as um uma do da das nao sim em com para eu voce meu minha seu e estou tenho quero muito obrigado
        obrigada bom boa dia mais mas isso ola na no
        """,
    "ca": """
        els dels amb i soc tinc vull aquest aquesta meva meu seva si us plau bon bona dia tarda gracies moltes molt
        perque quan quant puc pot em ho hi doncs tambe fer
        """,
    "gl": """
        o os as unha do da das non si eu vostede meu mina seu son estou teno quero moito grazas bos boas ola na
        mais tamen cando canto onde pode e
        """,
    "de": """
        der die das und ist ich sie nicht ein eine mein mit fur auf zu haben habe bitte danke guten tag wie was wo
        aber oder von es
        """,
    "it": """
        il gli di che e sono non un una mio con per ho buongiorno grazie vorrei questo questa della dei nel come piu ma
        """,
}
NAMES = {
    "en": "English",
    "fr": "French",
    "pt": "Portuguese",
    "de": "German",
    "it": "Italian",
    "ca": "Catalan",
    "gl": "Galician",
}
_WORDS = {code: frozenset(line.split()) for code, line in _SMALL.items()}
FEWEST = 4
"""Words under which no language can be told."""
LEAST = 2
"""Different small words of it; one alone may be a name or a part of an address ("punto com")."""
AHEAD = 1.5
"""How much more of another language's small words there must be than of the one that is taken for granted."""


def tongue_of(text: str, home: str = "es") -> str:
    """Give the ISO 639-1 code of a text's language; ``home`` unless another is plainly ahead."""
    said = words(text)
    if len(said) < FEWEST:
        return home
    telling = {word for word in said if len(word) > 1}  # who spells says letters
    counts = {code: len(telling & small) for code, small in _WORDS.items()}
    best = max(counts, key=lambda code: (counts[code], code == home))
    return best if counts[best] >= LEAST and counts[best] > AHEAD * counts[home] else home
