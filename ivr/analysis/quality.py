"""Figures of a conversation, measured in its sound."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.analysis.voice_activity import Span

_SHORTEST_SILENCE = 2.0


class Quality(BaseModel):
    """Seconds and shares (0 to 1) of the recording; None where there was nothing to measure."""

    caller_speech: float
    agent_speech: float
    silence_share: float | None
    """Time in which nobody speaks."""
    longest_silence: float
    long_silences: int
    """Silences of two seconds or more."""
    talk_over: float
    """Time in which both speak."""
    response_gaps: list[float]
    """From each end of the caller's speech to the agent's, where the agent answered."""
    response_gap_median: float | None
    response_gap_longest: float | None


def measure_quality(caller: Sequence[Span], agent: Sequence[Span], duration: float) -> Quality:
    """Measure a call of ``duration`` seconds from where each side speaks."""
    caller_speech, agent_speech = (sum(span.duration for span in side) for side in (caller, agent))
    talk_over = sum(mine.overlap(other) for mine in caller for other in agent)
    gaps = response_gaps(caller, agent)
    silences = _silences(caller, agent, duration)
    spoken = caller_speech + agent_speech - talk_over
    return Quality(
        caller_speech=round(caller_speech, 3),
        agent_speech=round(agent_speech, 3),
        silence_share=round(max(0.0, 1 - spoken / duration), 4) if duration else None,
        longest_silence=round(max(silences, default=0.0), 3),
        long_silences=sum(silence >= _SHORTEST_SILENCE for silence in silences),
        talk_over=round(talk_over, 3),
        response_gaps=gaps,
        response_gap_median=round(median(gaps), 3) if gaps else None,
        response_gap_longest=max(gaps, default=None),
    )


def response_gaps(caller: Sequence[Span], agent: Sequence[Span]) -> list[float]:
    """List the silences between the caller's last sound and the agent's first after it."""
    gaps = []
    for number, span in enumerate(caller):
        resumes = caller[number + 1].start if number + 1 < len(caller) else float("inf")
        busy = any(other.start <= span.end < other.end for other in agent)
        answer = next((other.start for other in agent if other.start > span.end), None)
        if not busy and answer is not None and answer < resumes:
            gaps.append(round(answer - span.end, 3))
    return gaps


def _silences(caller: Sequence[Span], agent: Sequence[Span], duration: float) -> list[float]:
    found, end = [], 0.0
    for span in sorted([*caller, *agent], key=lambda span: span.start):
        if span.start > end:
            found.append(span.start - end)
        end = max(end, span.end)
    if duration > end:
        found.append(duration - end)
    return found
