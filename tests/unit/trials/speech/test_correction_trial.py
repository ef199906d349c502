import pytest

from ivr.language.correction.bank import CorrectionBank, live_bank
from ivr.language.correction.bank_file import first_entries, first_terms
from ivr.language.correction.firing import Firing, bare
from ivr.language.correction.values import Entry, HeardWord, Term
from ivr.trials.speech.correction_learning import active_after, lessons_of, wrong
from ivr.trials.speech.correction_methods import DistanceLevel, letter_distance, methods, tune, vector_distance
from ivr.trials.speech.correction_scores import Case, effect
from ivr.trials.speech.correction_set import glossary, read_sentences


def case(said: str, heard: str, *planted: str, confidence: float | None = 0.2) -> Case:
    return Case(said, tuple(HeardWord(word, confidence) for word in heard.split()), planted)


WIFI = live_bank([Entry("guifi", "wifi"), Entry("ruta", "router", before=frozenset({"la"}))])


def test_a_right_correction_is_told_from_a_false_one() -> None:
    mended = effect([case("el wifi va mal", "el guifi va mal", "wifi")], WIFI)
    assert (mended.fired, mended.mended, mended.broke, mended.right_words) == (1, 1, 0, 3)
    assert (mended.precision, mended.recall) == (1.0, 1.0)
    assert mended.after[0].errors == 0
    broken = effect([case("miro la ruta", "miro la ruta")], WIFI)
    assert (broken.fired, broken.mended, broken.broke) == (1, 0, 1)
    assert broken.false_per_thousand == pytest.approx(1000 / 3)
    assert broken.after[0].errors == 1


def test_a_wrong_word_made_another_wrong_word_is_no_false_correction() -> None:
    done = effect([case("el wisconsin", "el guifi", "wisconsin")], WIFI)
    assert (done.fired, done.mended, done.broke) == (1, 0, 0)
    assert done.recall == 0.0


def test_where_nothing_was_wrong_or_fired_there_is_no_share() -> None:
    done = effect([case("el wifi", "el wifi", "wifi")], WIFI)
    assert (done.precision, done.recall) == (None, None)


def test_the_sets_share_no_sentence_and_plant_known_terms_only() -> None:
    known = {bare(term.text) for term in glossary()}
    sets = {name: read_sentences(name) for name in ("tuning", "reporting")}
    assert not {one.text for one in sets["tuning"]} & {one.text for one in sets["reporting"]}
    planted = [term for one in sets["reporting"] for term in one.planted]
    assert len(planted) >= 200
    assert {bare(term) for term in planted} <= known
    assert all(term.lower() in one.text.lower() for one in sets["reporting"] for term in one.planted)
    assert read_sentences("reporting")[0].slots == {"product"}


def test_no_planted_sentence_is_in_the_bank() -> None:
    taught = {entry.heard for entry in first_entries()}
    assert not [one for one in read_sentences("reporting") if bare(one.text) in taught]


def test_people_teach_what_they_put_right_and_the_bank_uses_it() -> None:
    cases = [case("tengo mal el wifi", "tengo mal el guaifai"), case("vale", "vale")]
    taught = lessons_of(wrong(cases), frozenset({"wifi"}))
    assert [(entry.heard, entry.meant) for entry in taught] == [("guaifai", "wifi")]
    entries = active_after(taught, first_entries())
    assert len(entries) == len(first_entries()) + 1
    assert len(active_after(taught * 3, ())) == 1
    assert active_after([Entry("salgo", "saldo")], ()) == []


@pytest.mark.parametrize("kind", ["cosine", "L2", "L1"])
def test_each_distance_is_zero_for_the_term_itself_and_larger_for_others(kind: str) -> None:
    terms = [Term("router"), Term("portabilidad")]
    distance = vector_distance(kind, terms)
    assert distance("router") == pytest.approx([0.0, distance("router")[1]], abs=1e-9)
    assert 0 < distance("ruter")[0] < distance("ruter")[1] <= 1


def test_a_distance_level_finds_the_nearest_term_within_its_limits() -> None:
    terms = [Term("router"), Term("portabilidad"), Term("Echeverría", "person")]
    words = [HeardWord(word, 0.1) for word in ["mi", "routter", "no", "va"]]
    near = DistanceLevel(terms, letter_distance(terms), Firing(distance=0.2))
    assert [item.meant for item in CorrectionBank([near]).correct(words).corrections] == ["router"]
    far = DistanceLevel(terms, letter_distance(terms), Firing(distance=0.1))
    assert CorrectionBank([far]).correct(words).corrections == ()


def test_limits_are_chosen_that_mend_and_do_not_break() -> None:
    cases = [
        case("la portabilidad va", "la portavilidat va", "portabilidad"),
        case("el trobador va", "el trobador va"),
    ]
    make = methods(first_entries(), first_terms())["Levenshtein"]
    done = effect(cases, make(tune(make, cases)))
    assert (done.mended, done.broke) == (1, 0)
