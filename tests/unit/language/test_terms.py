import pytest

from ivr.language.terms import mend_terms


@pytest.mark.parametrize(
    ("heard", "meant"),
    [("y cuando vense", "y cuando vence"), ("el vensimiento", "el vencimiento"), ("quiero la vaja", "quiero la baja")],
)
def test_a_word_that_only_sounds_right_is_mended(heard: str, meant: str) -> None:
    assert mend_terms(heard) == meant
