import pytest

from ivr.language.correction.bank import CorrectionBank, full_bank
from ivr.language.correction.bank_file import first_entries, first_terms
from ivr.language.correction.exact import ExactLevel
from ivr.language.correction.phonetic import PhoneticLevel
from ivr.language.correction.values import Entry, HeardWord, Term
from ivr.language.correction.vectors import VectorLevel

LIVE = CorrectionBank([ExactLevel(first_entries())])
FULL = CorrectionBank([ExactLevel(first_entries()), VectorLevel(first_terms()), PhoneticLevel(first_terms())])


def said(text: str, confidence: float | None = None) -> list[HeardWord]:
    return [HeardWord(word, confidence) for word in text.split()]


def test_the_live_level_mends_misheard_words_where_their_neighbours_say_so() -> None:
    mended = LIVE.correct(said("Necesito revisar el salgo de mi cuesta."))
    assert mended.text == "Necesito revisar el saldo de mi cuenta."
    assert mended.raw == "Necesito revisar el salgo de mi cuesta."
    assert [(item.heard, item.meant, item.level, item.score) for item in mended.corrections] == [
        ("salgo", "saldo", "exact", 1.0),
        ("cuesta.", "cuenta", "exact", 1.0),
    ]
    assert mended.corrections[0].reason == "between 'el' and 'de'"


@pytest.mark.parametrize(
    "right",
    [
        "salgo de casa a las ocho",
        "cuando salgo de mi casa",
        "eso cuesta mucho",
        "me cuesta entenderlo",
        "cuánto cuesta la tarifa",
        "la cuesta de enero",
        "la fractura de la pierna",
        "voy por esa ruta",
        "el santo de mi madre",
        "el caldo de pollo",
        "mi cuesta está muy empinada",
        "la última captura de pantalla",
        "la última fractura de cadera",
        "el salto de mi hijo",
    ],
)
@pytest.mark.parametrize("confidence", [None, 0.1])
def test_right_words_stay(right: str, confidence: float | None) -> None:
    assert FULL.correct(said(right, confidence)).text == right


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("quiero dar de baca la línea", "quiero dar de baja la línea"),
        ("quiero darme de baca", "quiero darme de baja"),
        ("dígame el salto de mi cuenta", "dígame el saldo de mi cuenta"),
        ("el caldo de mi cuenta", "el saldo de mi cuenta"),
        ("mi última fractura no la entiendo", "mi última factura no la entiendo"),
    ],
)
def test_common_words_are_mended_live_where_both_neighbours_say_so(heard: str, meant: str) -> None:
    assert LIVE.correct(said(heard)).text == meant


def test_a_word_that_the_recogniser_is_sure_of_stays() -> None:
    assert LIVE.correct(said("el salgo de mi cuesta", 0.95)).corrections == ()
    assert len(LIVE.correct(said("el salgo de mi cuesta", 0.4)).corrections) == 2


@pytest.mark.parametrize("never", ["si", "no", "cinco", "612345678", "ana@correo.es", "sí,", "3,5"])
def test_digits_numbers_emails_and_answers_are_never_edited(never: str) -> None:
    entries = [Entry(never.strip(","), "saldo")]
    terms = [Term(never + "n"), Term("saldo")]
    bank = CorrectionBank([ExactLevel(entries), VectorLevel(terms), PhoneticLevel(terms)])
    assert bank.correct(said(never, 0.05)).corrections == ()


def test_a_common_word_without_context_is_never_replaced() -> None:
    assert CorrectionBank([ExactLevel([Entry("casa", "caja")])]).correct(said("mi casa")).corrections == ()


def test_a_name_is_only_put_where_the_dialogue_waits_for_one() -> None:
    bank = CorrectionBank([ExactLevel([Entry("echeberia", "Echeverría", "person")])])
    assert bank.correct(said("me llamo echeberia")).corrections == ()
    assert bank.correct(said("me llamo echeberia"), frozenset({"person"})).text == "me llamo Echeverría"


def test_words_that_were_cut_apart_are_joined() -> None:
    assert LIVE.correct(said("no tengo inter net en casa")).text == "no tengo internet en casa"


def test_signs_and_capitals_around_a_correction_stay() -> None:
    assert LIVE.correct(said("¿Rauter? Guifi, por favor")).text == "¿Router? Wifi, por favor"


def test_the_phonetic_level_finds_a_term_by_its_sound() -> None:
    bank = CorrectionBank([PhoneticLevel(first_terms())])
    (found,) = bank.correct(said("quiero hacer una portavilida ya", 0.4)).corrections
    assert (found.meant, found.level) == ("portabilidad", "phonetic")
    assert found.score > 0.66
    assert "margin" in found.reason


def test_the_vector_level_finds_a_term_by_its_sound() -> None:
    (found,) = CorrectionBank([VectorLevel(first_terms())]).correct(said("la domisiliasion bankaria", 0.4)).corrections
    assert (found.heard, found.meant, found.level) == ("domisiliasion", "domiciliación", "vector")


def test_the_less_a_word_sounds_like_a_term_the_more_it_must_be_doubted() -> None:
    level = PhoneticLevel(first_terms())
    for near, doubt in (("una portabilidat", 0.9), ("una porcaviliza", 0.6)):
        assert level.find(said(near, 0.97), frozenset()) == []
        assert [item.meant for item in level.find(said(near, doubt), frozenset())] == ["portabilidad"]
    assert level.find(said("una porcaviliza", 0.9), frozenset()) == []


def test_a_confidence_that_nobody_knows_is_no_doubt() -> None:
    assert PhoneticLevel(first_terms()).find(said("una portavilida"), frozenset()) == []


HOUSE = [Term("Tarifa Lince", "product"), Term("Garmendia", "person"), Term("calle Uría", "address"), *first_terms()]


@pytest.mark.parametrize(
    ("heard", "slot", "meant"),
    [
        ("la tarifa linse sube", "product", "la Tarifa Lince sube"),
        ("soy Carmen Dia", "person", "soy Garmendia"),
        ("la calle juría quince", "address", "la calle Uría quince"),
    ],
)
def test_where_a_value_is_awaited_plain_words_that_are_doubted_may_be_one(heard: str, slot: str, meant: str) -> None:
    bank = CorrectionBank([PhoneticLevel(HOUSE)])
    assert bank.correct(said(heard, 0.4), frozenset({slot})).text == meant
    assert bank.correct(said(heard, 0.4)).text == heard
    assert bank.correct(said(heard, 1.0), frozenset({slot})).text == heard


def test_a_term_that_stands_there_is_neither_changed_nor_doubled() -> None:
    bank = CorrectionBank([VectorLevel(HOUSE), PhoneticLevel(HOUSE)])
    for right in ("la tarifa lince se paga", "mi tarifa ya", "la calle uría si"):
        assert bank.correct(said(right, 0.2), frozenset({"product", "address"})).text == right


def test_two_terms_that_sound_alike_leave_the_word_alone() -> None:
    level = PhoneticLevel([Term("tarifal"), Term("tarifan")])
    assert level.find(said("tarifax", 0.2), frozenset()) == []


def test_vectors_put_vaca_nearer_to_baca_than_to_toro() -> None:
    level = VectorLevel([Term("toro"), Term("vaca")])
    nearest = level.nearest("baca", frozenset(), frozenset())
    assert nearest is not None
    assert nearest[0].text == "vaca"
    assert nearest[1] == pytest.approx(0, abs=1e-6)


def test_context_decides_between_terms_that_sound_alike() -> None:
    level = VectorLevel([Term("fibra"), Term("libra", context=frozenset({"esterlina"}))])
    nearest = level.nearest("bibra", frozenset({"esterlina"}), frozenset())
    alone = level.nearest("bibra", frozenset(), frozenset())
    assert nearest is not None
    assert alone is not None
    assert nearest[2] != alone[2]


def test_an_empty_bank_and_an_empty_utterance_are_no_trouble() -> None:
    bank = CorrectionBank([ExactLevel([]), VectorLevel([]), PhoneticLevel([])])
    assert bank.correct(said("una portavilida", 0.1)).text == "una portavilida"
    assert FULL.correct([]).text == ""


def test_a_lesson_on_a_part_of_a_term_does_not_keep_the_whole_term_away() -> None:
    lesson = Entry("mobil", "Móvil", "product")
    bank = CorrectionBank([ExactLevel([lesson]), PhoneticLevel([Term("Móvil Infinito", "product")])])
    mended = bank.correct(said("tengo el mobil infinido", 0.3), frozenset({"product"}))
    assert mended.text == "tengo el Móvil Infinito"
    assert [(item.heard, item.level) for item in mended.corrections] == [("mobil infinido", "phonetic")]


def test_a_part_that_was_taught_is_no_term_of_its_own_beside_the_whole_one() -> None:
    lessons = [Entry("safiro", "Zafiro", "product"), Entry("zubizarretallamo", "Zubizarreta llamo", "person")]
    bank = full_bank(lessons, [Term("Router Zafiro", "product"), Term("Zubizarreta", "person")])
    assert bank.correct(said("el ruder safiro", 0.3), frozenset({"product"})).text == "el Router Zafiro"
    heard = said("subizarreta, llamo", 0.3)
    assert bank.correct(heard, frozenset({"person"})).text == "Zubizarreta, llamo"


def test_the_longer_of_two_windows_that_mean_the_same_takes_no_word_more() -> None:
    bank = CorrectionBank([ExactLevel([Entry("ruamin", "roaming")]), PhoneticLevel([Term("roaming")])])
    assert bank.correct(said("el ruamin en", 0.2)).text == "el roaming en"


def test_what_was_taught_is_not_undone_by_a_longer_term_that_says_otherwise() -> None:
    lesson = Entry("mobil", "Muvil", "product")
    bank = CorrectionBank([ExactLevel([lesson]), PhoneticLevel([Term("Móvil Infinito", "product")])])
    assert bank.correct(said("tengo el mobil infinido", 0.3), frozenset({"product"})).text == "tengo el Muvil infinido"
