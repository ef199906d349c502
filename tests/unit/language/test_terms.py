import pytest

from ivr.language.terms import mend_terms


@pytest.mark.parametrize(
    ("heard", "meant"),
    [("y cuando vense", "y cuando vence"), ("el vensimiento", "el vencimiento"), ("quiero la vaja", "quiero la baja")],
)
def test_a_word_that_only_sounds_right_is_mended(heard: str, meant: str) -> None:
    assert mend_terms(heard) == meant


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("quetarifas de fibra tienen", "que tarifas de fibra tienen"),
        ("quiero ver misaldo", "quiero ver mi saldo"),
        ("es sobre lafactura", "es sobre la factura"),
        ("deme losdatos", "deme los datos"),
        ("tengo unaveria", "tengo un averia"),
    ],
)
def test_a_small_word_that_was_written_into_a_term_is_parted_from_it(heard: str, meant: str) -> None:
    assert mend_terms(heard) == meant


@pytest.mark.parametrize(
    "said", ["ahora mismo", "descuentos y amigas", "una conexion", "elegante y alegre", "me desconecta", "un descuento"]
)
def test_words_of_their_own_stay_whole(said: str) -> None:
    assert mend_terms(said) == said
