"""E-mail addresses in what callers say: with numbers, remarks on their writing and letters called by name."""

import pytest

from ivr.language.email_dictation import dictated_email
from ivr.language.emails import find_emails

SAID = [
    ("es maria garcia ochenta y seis arroba yahoo punto es", "mariagarcia86@yahoo.es"),
    ("ana treinta y uno arroba hotmail punto com", "ana31@hotmail.com"),
    ("be u erre guion bajo cincuenta y cinco arroba gmail punto com", "bur_55@gmail.com"),
    ("jose luis todo junto arroba gmail punto com", "joseluis@gmail.com"),
    ("pedro ruiz sin espacios noventa y dos arroba gmail punto com", "pedroruiz92@gmail.com"),
    ("es jota garcia arroba gmail punto com", "jgarcia@gmail.com"),
    ("mi correo es ene lopez arroba yahoo punto es", "nlopez@yahoo.es"),
    ("pe e erre e zeta con zeta arroba gmail punto com", "perez@gmail.com"),
]


@pytest.mark.parametrize(("said", "address"), SAID)
def test_an_address_is_read_alike_in_a_sentence_and_as_an_answer(said: str, address: str) -> None:
    assert [found.value for found in find_emails(said)] == [address]
    assert dictated_email(said) == address


def test_a_known_host_needs_no_ending() -> None:
    assert [found.value for found in find_emails("mi email es laura arroba outlook")] == ["laura@outlook.com"]


def test_an_address_is_found_where_it_was_said() -> None:
    said = "pues apunte: ana treinta y uno arroba hotmail punto com, y ya está"
    (found,) = find_emails(said)
    assert said[found.start : found.end] == "ana treinta y uno arroba hotmail punto com"
