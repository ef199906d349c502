from __future__ import annotations

from ivr.dialogue.conversation import Expectation
from ivr.dialogue.turn_policy import TurnPolicy
from ivr.trials.speech.turn_evidence import Silence
from ivr.trials.speech.turn_live import Lived, live
from ivr.trials.speech.turn_set import Line

ANY = Line(("",), Expectation.ANY, 0)
WORDS_AFTER = 0.6


def silence(turn: int, text: str, judged: float, seconds: float, *, is_end: bool = False, line: Line = ANY) -> Silence:
    return Silence(turn, 0, line, seconds, is_end, judged, text)


def lived(*silences: Silence, policy: TurnPolicy | None = None) -> list[Lived]:
    return live(silences, policy or TurnPolicy(), WORDS_AFTER)


def test_a_clear_end_is_taken_as_soon_as_the_words_are_there() -> None:
    (end,) = lived(silence(0, "Quiero saber mi saldo, por favor.", 0.98, 3, is_end=True))
    assert end.ended is not None
    assert WORDS_AFTER <= end.ended <= WORDS_AFTER + 0.04


def test_a_thinking_pause_is_waited_out_and_the_turn_taken_after_it() -> None:
    hold, end = lived(
        silence(0, "Quiero cambiar la", 0.1, 1.2), silence(0, "Quiero cambiar la tarifa, gracias.", 0.9, 3, is_end=True)
    )
    assert hold.ended is None
    assert end.ended is not None


def test_a_hold_that_looks_like_an_end_is_a_cut_off_and_the_call_goes_on() -> None:
    hold, end = lived(
        silence(0, "Quiero mi factura, por favor.", 0.98, 1.5), silence(0, "Gracias.", 0.98, 3, is_end=True)
    )
    assert hold.ended is not None
    assert end.ended is not None


def test_dictation_in_progress_is_waited_for() -> None:
    number = Line(("",), Expectation.DIGITS, 9)
    hold, end = lived(
        silence(0, "654", 0.98, 1.3, line=number), silence(0, "654 321 987", 0.5, 3, is_end=True, line=number)
    )
    assert hold.ended is None
    assert end.ended is not None
    assert end.ended < 0.7


def test_a_slow_thinker_is_waited_for_longer_after_some_turns() -> None:
    pauses = [silence(turn, "Quiero cambiar la", 0.1, 1.4) for turn in range(6)]
    doubtful = silence(7, "La tarifa de este año", 0.3, 3, is_end=True)
    taught = lived(*pauses, doubtful)[-1].ended
    untaught = lived(*pauses, doubtful, policy=TurnPolicy(learns=False))[-1].ended
    assert taught is not None
    assert untaught is not None
    assert taught > untaught


def test_a_reply_is_prepared_before_a_doubtful_turn_is_taken() -> None:
    (end,) = lived(silence(0, "La tarifa de este año", 0.3, 3, is_end=True))
    assert end.prepared is not None
    assert end.ended is not None
    assert end.prepared < end.ended
