"""What a cancellation may follow: an utterance that is a yes from its first word to its last, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language.firm_yes import is_firm_yes


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


CANCELS = _lines("""
    sí
    Sí.
    si
    Sí, sí.
    Sí, sí, sí
    que sí
    Que sí, que sí
    claro
    claro que sí
    por supuesto
    Por supuesto que sí.
    desde luego
    vale
    ok
    de acuerdo
    Vale, de acuerdo.
    confirmo
    lo confirmo
    Sí, confirmo
    Sí, lo confirmo.
    Se lo confirmo
    correcto
    exacto
    Exactamente.
    efectivamente
    afirmativo
    eso es
    así es
    adelante
    Sí, adelante
    hágalo
    Hágalo ya, por favor
    proceda
    cancélelo
    cancélelo ya
    Sí, cancélelo
    sí, cancele
    Sí, cancele el servicio.
    cancele todo ahora mismo
    sí por supuesto cancele todo ahora mismo por favor
    Sí, quiero cancelar
    sí, quiero cancelarlo
    Sí, quiero darme de baja
    Sí, deme de baja
    sí, tramite la baja
    Adelante con la baja
    Pues sí
    bueno, sí
    Sí, estoy seguro
    Estoy completamente segura
    Sí, por favor.
    Sí, sin duda
    Sí, señorita
    perfecto, sí
    Sí, gracias
    Está bien, cancele la línea
    Mire, sí, cancélelo
    Sí, que lo cancele
""")
KEEPS = _lines("""
    está bien, lo dejamos
    vale, me quedo
    sí, manténgalo
    de acuerdo, sigo con ustedes
    claro, es que tengo dudas
    claro, eso me preocupa
    claro, ¿y qué pasa con mi número?
    vale, ¿y me devuelven el dinero?
    sí, ¿eso es para siempre?
    sí, dígame las condiciones
    por supuesto que quiero saber más
    por supuesto que no
    claro que no
    sí, pero antes dígame cuánto cuesta
    sí, pero no
    sí, bueno, no, espere, mejor no
    sí si no cuesta nada
    si no hay más remedio
    si cancelo, ¿qué pasa?
    si me hacen una oferta no
    ¿sí?
    ¿vale?
    ¿Confirmo?
    ¿cancelar?
    ¿cancele?
    ya
    bien
    está bien
    muy bien
    perfecto
    ajá
    mhm
    bueno
    pues
    quiero
    sí, no sé
    no
    no, cancélelo no
    no lo cancele
    mejor no
    vale, gracias
    de acuerdo, gracias
    ok, adiós
    sí, un momento
    sí, un momento, que antes quiero preguntar una cosa
    sí, espere
    espere
    sí, déjeme pensarlo
    claro, lo pienso y les llamo
    vale, lo consulto con mi mujer
    sí, eso me dijeron
    sí, ya lo sé
    sí, ya le he oído
    sí, le escucho
    sí, dígame
    sí, la cuenta es esa
    sí, soy el titular
    sí, me llamo Ana
    sí, cancele el móvil solo
    sí, pero solo la televisión
    correcto, pero quiero cambiar la tarifa
    adelante, dígame
    de acuerdo, páseme con un compañero
    vale, entonces hablo con el responsable
    sí, quiero hablar con alguien
    sí, quiero seguir con ustedes
    sí, quiero quedarme
    sí, quiero pensarlo
    vale, no lo haga
    sí, guárdelo
    anúlelo
    cancelar
    cancele la baja
    déjelo
    sí, déjelo como está
    claro, claro, si yo no digo que no
    vale, vale, ya veremos
    sí, mañana
    sí, a partir de enero
    de momento sí
    creo que sí
    supongo que sí
    a lo mejor sí
    casi que sí
    igual sí
    puede que sí
    depende
    ni sí ni no
    sí o no, no sé
    que sea lo que Dios quiera
    confirmo que no
    me da pena, pero sí que me gusta el servicio
    correcto, es la cuenta de mi padre
    exacto, eso es lo que me preocupa
    eso es una barbaridad
    así es la vida
    de acuerdo no estoy
    sin duda me lo pensaría
    Sí, cancele, ¿no?
""")


@pytest.mark.parametrize("text", CANCELS)
def test_a_whole_yes_may_cancel(text: str) -> None:
    assert is_firm_yes(text)


@pytest.mark.parametrize("text", KEEPS)
def test_a_hedge_a_refusal_or_a_question_cancels_nothing(text: str) -> None:
    assert not is_firm_yes(text)


@given(
    yes=st.sampled_from(CANCELS),
    rest=st.sampled_from(
        _lines("""
            pero no todavía
            aunque me da pena
            si no hay penalización
            y qué pasa con mi número
            cuando acabe el mes
            a ver qué dice mi marido
            no
            espere
            es que me lo estoy pensando
            me quedo
            lo dejamos
            manténgalo
            dígame antes cuánto pago
        """)
    ),
    joint=st.sampled_from([", ", " ", ". ", "... "]),
)
def test_a_yes_with_anything_after_it_cancels_nothing(yes: str, rest: str, joint: str) -> None:
    assert not is_firm_yes(f"{yes}{joint}{rest}")


@given(yes=st.sampled_from(CANCELS))
def test_a_yes_that_is_a_question_cancels_nothing(yes: str) -> None:
    assert not is_firm_yes(f"¿{yes.rstrip('.')}?")


@given(first=st.sampled_from(CANCELS), second=st.sampled_from(CANCELS))
def test_saying_yes_twice_is_still_a_yes(first: str, second: str) -> None:
    assert is_firm_yes(f"{first} {second}")


@pytest.mark.parametrize(
    "text",
    _lines("""
        sí, ese es
        sí, es ese
        ese mismo
        está bien
        perfecto
        sí, todo bien
        sí, guárdelo
        cámbielo
        Sí, ese es mi número
        si es correcto
        muy bien, gracias
    """),
)
def test_a_read_back_value_needs_no_more_than_contentment(text: str) -> None:
    assert is_firm_yes(text, to_cancel=False)


@pytest.mark.parametrize("text", ["está bien, pero no", "no está bien", "ese no es", "bien, ¿y el correo?", "ese era"])
def test_a_read_back_value_is_not_kept_against_the_caller(text: str) -> None:
    assert not is_firm_yes(text, to_cancel=False)
