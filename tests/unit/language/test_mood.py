"""The mood of a call: trend, frustration, alert."""

from __future__ import annotations

from ivr.audio.prosody_baseline import Manner
from ivr.language.mood import Mood, with_voice
from ivr.language.sentiment import NEUTRAL, sentiment_of


def after(*texts: str) -> Mood:
    mood = Mood()
    for text in texts:
        mood = mood.after(text, sentiment_of(text))
    return mood


def alerts(*texts: str) -> list[bool]:
    mood, found = Mood(), []
    for text in texts:
        mood = mood.after(text, sentiment_of(text))
        found.append(mood.alert)
    return found


def test_someone_who_is_upset_raises_the_alert_at_once() -> None:
    assert alerts("Quiero cancelar mi servicio", "Estoy molesto con el servicio") == [False, True]


def test_small_complaints_build_up() -> None:
    assert alerts("No me funciona internet", "El técnico no vino", "Se corta la llamada") == [False, False, True]


def test_a_single_complaint_is_no_alert() -> None:
    assert alerts("Hola, mi internet no funciona", "Mi cuenta es la 123456", "Sí, gracias") == [False] * 3


def test_saying_the_same_again_frustrates() -> None:
    once = after("No me llega la factura de octubre", "Vale")
    again = after("No me llega la factura de octubre", "No me llega la factura de octubre")
    assert again.frustration > after("No me llega la factura de octubre", "No me llega el pedido").frustration
    assert once.frustration < again.frustration


def test_praise_and_time_take_frustration_away() -> None:
    angry = after("Estoy harto")
    assert angry.frustration > after("Estoy harto", "Mi cuenta es la 123456").frustration
    assert after("Estoy harto", "Muchas gracias, perfecto").frustration < 0.4


def test_an_alert_is_told_again_only_after_a_calm() -> None:
    calm = ["Mi cuenta es la 123456", "Gracias", "Perfecto, muchas gracias", "De acuerdo"]
    told = alerts("Estoy harto", "Es una vergüenza", *calm, "Es indignante, estoy harto")
    assert told == [True, False, False, False, False, False, True]


def test_the_trend_follows_slowly() -> None:
    mood = after("Muy bien, perfecto", "Es una vergüenza")
    assert -0.3 < mood.trend < 0.3
    assert after("Es una vergüenza", "Pésimo", "Un desastre").level == "very_negative"


def test_a_heated_voice_makes_blame_worse_and_is_heard_in_plain_words() -> None:
    heated = Manner(pitch=2, loudness=2, rate=2)
    cross = sentiment_of("Mi internet no funciona")
    assert with_voice(cross, heated).score < cross.score
    assert with_voice(NEUTRAL, heated).score < 0
    assert with_voice(NEUTRAL, Manner(pitch=-2, loudness=-2, rate=-2)).score == 0
    assert with_voice(cross, Manner()) == cross


def test_the_score_stays_within_its_bounds() -> None:
    assert with_voice(sentiment_of("pésimo, un asco, ladrones, es una vergüenza"), Manner(4, 4, 4)).score >= -1
