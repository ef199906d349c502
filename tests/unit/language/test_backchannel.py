from __future__ import annotations

import pytest

from ivr.language.backchannel import is_backchannel, is_stop_word

BACKCHANNELS = """Ajá.|Aha|Sí, sí.|vale|Bale|Mm|Mhm.|ok|Okey|claro|ya|Ya, ya.|entiendo|de acuerdo|Ah, vale.|sí
Ajá, sí, claro.|Hmm|ya veo|muy bien|perfecto|exacto|Sí, claro.|órale|ándale|mm hm|uhu|claro que sí"""
STOPS = """espera|Espere, espere.|para|un momento|Un momento, por favor.|no, no|No, no, no.|oiga|Perdona|escucha
espera un momento|Oiga, perdone.|déjeme hablar|alto|perdón, un segundo|Espérate|basta|Pero espere"""
NEITHER = """para mañana|sí, quiero saber mi saldo|no|no quiero|esperaba otra cosa||quiero cancelar|para nada
sí pero no|a las diez|ya no quiero|claro que no|un momento del día|123456|oiga, ¿cuánto debo?
bien caro me sale"""


@pytest.mark.parametrize("text", BACKCHANNELS.replace("\n", "|").split("|"))
def test_a_listener_is_told_from_a_speaker(text: str) -> None:
    assert is_backchannel(text)
    assert not is_stop_word(text)


@pytest.mark.parametrize("text", STOPS.replace("\n", "|").split("|"))
def test_a_wish_to_stop_is_heard(text: str) -> None:
    assert is_stop_word(text)
    assert not is_backchannel(text)


@pytest.mark.parametrize("text", NEITHER.replace("\n", "|").split("|"))
def test_everything_else_is_neither(text: str) -> None:
    assert not is_stop_word(text)
    assert not is_backchannel(text)
