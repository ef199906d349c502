from __future__ import annotations

from ivr.dialogue.keypad import Keypad


def pressed(keys: str) -> Keypad:
    keypad = Keypad(timeout=2.5)
    for number, key in enumerate(keys):
        keypad.press(key, now=float(number))
    return keypad


def test_the_end_key_completes_and_is_no_digit() -> None:
    keypad = pressed("12#")
    assert keypad.complete("#", wanted=0)
    assert keypad.take() == "12"


def test_the_number_asked_for_completes() -> None:
    assert pressed("123").complete("3", wanted=3)
    assert not pressed("12").complete("2", wanted=3)


def test_an_end_key_alone_is_no_answer() -> None:
    assert not pressed("#").complete("#", wanted=0)


def test_a_pause_completes_what_was_keyed() -> None:
    assert not pressed("12").paused(now=3.0)
    assert pressed("12").paused(now=3.6)
    assert not Keypad(timeout=2.5).paused(now=9.0)


def test_what_was_taken_is_gone() -> None:
    keypad = pressed("12")
    keypad.take()
    assert not keypad
