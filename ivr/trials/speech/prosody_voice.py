"""What is measured of a voice against what is known of it: pace, pauses, tone.

Synthetic voices have a known text, known pauses and no feelings: pace and pauses can be right or wrong, a tone can
only be falsely heard, or follow a change that was made to the sound on purpose.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.frame import AudioFrame
from ivr.audio.prosody import measure_prosody
from ivr.audio.prosody_baseline import Baseline
from ivr.audio.prosody_tone import tone_scores
from ivr.audio.resample import resample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.audio.prosody import Prosody
    from ivr.audio.prosody_tone import Tone
    from ivr.trials.speech.question_set import Utterance
    from ivr.trials.speech.turn_set import CallerTurn

HEARD_PAUSE = 0.4
"""Seconds of a silence that have passed when its kind is asked: as early as a turn may end."""
SHORTEST = 0.25
NEAR = 0.15
"""Seconds between where a pause is found and where it was put."""
FIRST = 4
"""Utterances of a caller that make the baseline before any is judged."""
ROOM = 0.4
"""Share of full scale that is left for a louder voice."""
_NUCLEUS = re.compile(r"[íú]|[iu]?[aeoáéó][iu](?![aeoáéóíú])|[iu]?[aeoáéó]|[iu]+")


def syllables(text: str) -> int:
    """Count the syllables of written Spanish: vowels that are one nucleus count once, "ía" and "eo" twice."""
    plain = re.sub(r"y\b", "i", text.lower())
    plain = re.sub(r"qu(?=[eiéí])", "q", re.sub(r"gu(?=[eiéí])", "g", plain)).replace("ü", "u")
    return sum(len(_NUCLEUS.findall(word)) for word in re.findall(r"\w+", plain))


def pace(said: Sequence[Utterance]) -> list[float]:
    """Give the syllables found for each one that was said."""
    return [one.prosody.syllables / syllables(one.text) for one in said if one.prosody is not None]


def pace_changes(said: Sequence[Utterance], higher: float) -> list[float]:
    """Say how much quicker each sound is found when it is played quicker by so many semitones (12 = twice)."""
    found = []
    for one in said:
        usual, other = measure_prosody(changed(one.sound)), measure_prosody(changed(one.sound, higher=higher))
        if usual and other and usual.rate and other.rate:
            found.append(other.rate / usual.rate)
    return found


# --- pauses ------------------------------------------------------------------------------


def pauses(turns: Sequence[CallerTurn]) -> list[tuple[bool, str]]:
    """Ask for each silence, ``HEARD_PAUSE`` into it, what it is: (it ends the turn, the kind; "" = not found)."""
    found = []
    for turn in turns:
        for number, silence in enumerate(turn.silences):
            if silence.duration < SHORTEST:
                continue
            until = min(silence.end, silence.start + HEARD_PAUSE)
            prosody = measure_prosody(turn.sound.cut(0, round(until * turn.sound.rate)))
            found.append((number == len(turn.silences) - 1, _kind(prosody, silence.start)))
    return found


def _kind(prosody: Prosody | None, start: float) -> str:
    near = [pause for pause in (prosody.pauses if prosody else ()) if abs(pause.start - start) <= NEAR]
    return near[-1].kind if near else ""


# --- tone ----------------------------------------------------------------------------------


def tones(said: Sequence[Utterance], gain_db: float = 0.0, higher: float = 0.0) -> list[Tone]:
    """Name the tone of what each caller says after the baseline, words telling nothing.

    ``gain_db`` makes it louder; ``higher``, in semitones, higher and quicker at once, as a record played too fast.
    """
    found: list[Tone] = []
    for _, group in groupby(sorted(said, key=lambda one: one.caller), key=lambda one: one.caller):
        own = list(group)
        baseline = Baseline()
        for one in own[:FIRST]:
            usual = measure_prosody(changed(one.sound))
            baseline = baseline.with_utterance(usual) if usual else baseline
        for one in own[FIRST:]:
            prosody = measure_prosody(changed(one.sound, gain_db, higher), baseline.pitch)
            if prosody is not None:
                found.append(tone_scores(baseline.manner(prosody), 0.0).tone)
    return found


def changed(sound: AudioFrame, gain_db: float = 0.0, higher: float = 0.0) -> AudioFrame:
    """Change loudness and speed of a sound; what is unchanged is turned down all the same, so that none clips."""
    samples = np.frombuffer(sound.pcm, np.int16) * (ROOM * 10 ** (gain_db / 20))
    pcm = np.clip(samples, -32768, 32767).astype(np.int16).tobytes()
    return resample(AudioFrame(pcm, round(sound.rate * 2 ** (higher / 12))), sound.rate)
