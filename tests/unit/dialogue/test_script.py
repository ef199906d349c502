from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.dialogue.phrases import PHRASES
from ivr.dialogue.sentences import clauses

if TYPE_CHECKING:
    from ivr.dialogue.script import Script


def test_variants_follow_the_turn(script: Script) -> None:
    assert script.say("one_moment", 0) != script.say("one_moment", 1)
    assert script.say("one_moment", 0) == script.say("one_moment", 3)


def test_slots_are_filled(script: Script) -> None:
    assert "diez euros" in script.say("balance", 0, {"amount": "diez euros"})


def test_every_reply_with_slots_begins_with_ready_audio(script: Script) -> None:
    fixed = set(script.fixed_phrases())
    for name, slots in PHRASES.items():
        for turn in range(3) if slots else ():
            assert clauses(script.say(name, turn))[0] in fixed, name


def test_fixed_phrases_have_no_slots(script: Script) -> None:
    phrases = script.fixed_phrases()
    assert len(phrases) == len(set(phrases)) > 100
    assert not any("{" in phrase for phrase in phrases)
