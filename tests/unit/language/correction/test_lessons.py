import pytest

from ivr.language.correction.lessons import as_entries, lessons
from ivr.language.correction.values import Entry

TERMS = frozenset({"saldo", "cuenta", "wifi", "router"})


def test_each_misheard_word_is_learned_and_common_ones_with_their_neighbours() -> None:
    assert lessons("Necesito revisar el salgo de mi cuesta.", "Necesito revisar el saldo de mi cuenta.", TERMS) == [
        Entry("salgo", "saldo", before=frozenset({"el"}), after=frozenset({"de"})),
        Entry("cuesta", "cuenta", before=frozenset({"mi"}), after=frozenset({"$"})),
    ]


def test_a_word_that_nobody_says_needs_no_neighbours() -> None:
    assert lessons("tengo mal el guifi de casa", "tengo mal el wifi de casa", TERMS) == [Entry("guifi", "wifi")]


def test_words_that_were_cut_apart_or_run_together_are_learned() -> None:
    (entry,) = lessons("no va el rau ter de casa", "no va el router de casa", TERMS)
    assert (entry.heard, entry.meant) == ("rau ter", "router")


def test_part_of_a_longer_term_is_tied_to_the_rest_of_it_alone() -> None:
    terms = frozenset({"fibra brava", "calle claudio coello"})
    assert lessons("la fibra bravo va lenta", "la Fibra Brava va lenta", terms) == [
        Entry("bravo", "Brava", before=frozenset({"fibra"}))
    ]
    assert lessons("en la calle cloro coello", "en la calle Claudio Coello", terms) == [
        Entry("cloro", "Claudio", before=frozenset({"calle"}), after=frozenset({"coello"}))
    ]


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("y quiero eso", "sí quiero eso"),  # short words are misheard as each other both ways
        ("el lunes por la tarde", "el martes por la tarde"),  # another word, not the same one misheard
        ("son cinco euros", "son cincuenta euros"),  # numbers are asked about
        ("quiero el saldo", "quiero el saldo de hoy"),  # more was meant, nothing was misheard
        ("que bueno", "que buena"),  # common words are misheard as each other both ways too
        ("un arto de eso", "un harto de eso"),
        ("Quiero Saldo", "quiero saldo."),
        ("", "saldo"),
        ("saldo", ""),
    ],
)
def test_what_is_no_mishearing_teaches_nothing(heard: str, meant: str) -> None:
    assert lessons(heard, meant, TERMS) == []


def test_a_phrase_is_taken_as_it_is_and_a_sentence_by_its_lessons() -> None:
    phrase = Entry("inter net", "internet")
    assert as_entries(phrase, TERMS) == [phrase]
    (learned,) = as_entries(Entry("soy Ana Echeberría Ruis", "soy Ana Echeverría Ruiz", "person"), TERMS)
    assert (learned.heard, learned.meant, learned.kind) == ("echeberria ruis", "Echeverría Ruiz", "person")
    tied = Entry("el salgo", "el saldo", before=frozenset({"ver"}))
    assert as_entries(tied, TERMS) == [tied]
