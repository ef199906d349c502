from __future__ import annotations

from itertools import pairwise

from ivr.knowledge.documents import LONGEST, Section, passages_of, sentences_of
from ivr.knowledge.markup import markdown_sections, text_sections

MARKDOWN = """\
---
autor: nadie
---
# Tarifas

Precios **con IVA** y [condiciones](https://telenova.es/c).

## Fibra

| Tarifa | Velocidad | Precio al mes |
|---|:---:|---|
| Fibra 300 | 300 megas | 25 € |
| Móvil 10 |  | 8 € |

<!-- nada de esto -->
- Alta *gratis*
- Sin permanencia

Instalación
-----------
Tarda diez días.
"""


def test_markdown_keeps_the_way_to_every_paragraph_and_tells_a_row_with_its_columns() -> None:
    sections = markdown_sections(MARKDOWN)
    assert [section.heading for section in sections] == [("Tarifas",), ("Tarifas", "Fibra"), ("Tarifas", "Instalación")]
    assert sections[0].paragraphs == ("Precios con IVA y condiciones.",)
    assert sections[1].paragraphs == (
        "Tarifa Fibra 300: velocidad, 300 megas; precio al mes, 25 €.",
        "Tarifa Móvil 10: precio al mes, 8 €.",
        "Alta gratis.",
        "Sin permanencia.",
    )
    assert sections[2].paragraphs == ("Tarda diez días.",)


def test_plain_text_takes_a_short_line_over_a_paragraph_for_its_heading() -> None:
    sections = text_sections("CALIDAD\n\nHoja oficial\nEstá en la oficina\nde Madrid.\n\nUna frase suelta.")
    assert sections == [Section(("CALIDAD", "Hoja oficial"), ("Está en la oficina de Madrid.", "Una frase suelta."))]


def test_a_sentence_ends_neither_in_an_abbreviation_nor_in_an_address() -> None:
    text = "Está en la calle Alcalá, núm. 40. Entre en 192.168.1.1 o en telenova.es. ¿Y después? Nada."
    assert sentences_of(text) == [
        "Está en la calle Alcalá, núm. 40.",
        "Entre en 192.168.1.1 o en telenova.es.",
        "¿Y después?",
        "Nada.",
    ]


def test_a_long_paragraph_is_cut_between_sentences_and_the_next_passage_begins_with_the_last_one() -> None:
    paragraph = " ".join(f"Esta es la frase número {number} de un párrafo muy largo." for number in range(30))
    passages = passages_of("largo.md", [Section(("Largo",), (paragraph,))])
    assert len(passages) > 1
    assert all(len(passage.text.split()) <= LONGEST for passage in passages)
    for one, following in pairwise(passages):
        assert following.sentences[0] == one.sentences[-1]


def test_a_passage_never_reaches_over_a_heading_and_keeps_its_key_while_its_words_stay() -> None:
    first = [Section(("A",), ("Uno.",)), Section(("B",), ("Dos.",))]
    passages = passages_of("a.md", first)
    assert [passage.text for passage in passages] == ["Uno.", "Dos."]
    again = passages_of("a.md", [*first[:1], Section(("B",), ("Tres.",))])
    assert again[0].key == passages[0].key
    assert again[1].key != passages[1].key
    assert passages_of("b.md", first)[0].key != passages[0].key


def test_a_sentence_without_an_end_is_cut_between_words() -> None:
    passages = passages_of("a.txt", [Section((), (" ".join(f"palabra{number}" for number in range(300)),))])
    assert [len(passage.text.split()) for passage in passages] == [120, 120, 60]
