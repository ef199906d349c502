from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.audio.frame import AudioFrame

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ivr.engines.smart_turn import SmartTurn

pytestmark = pytest.mark.engine

SENTENCES = (
    "Quiero cancelar el servicio de televisión, por favor.",
    "Buenos días, quería consultar el saldo de mi cuenta.",
    "Prefiero que me llamen mañana a las once de la mañana.",
    "Necesito una copia del contrato que firmé en septiembre.",
    "No funciona internet desde ayer por la tarde.",
)


@pytest.mark.parametrize("seconds", [0.0, 0.05, 8.0, 31.0])
async def test_any_length_gets_a_probability(smart_turn: SmartTurn, seconds: float) -> None:
    assert 0 <= await smart_turn.complete(AudioFrame.silence(seconds, 8000)) <= 1


async def test_only_the_last_eight_seconds_count(
    smart_turn: SmartTurn, say: Callable[..., Awaitable[AudioFrame]]
) -> None:
    line = await say(SENTENCES[0])
    short = AudioFrame(bytes(8 * 2 * 8000 - len(line.pcm)) + line.pcm, 8000)
    long = AudioFrame(bytes(20 * 2 * 8000) + line.pcm, 8000)
    assert await smart_turn.complete(long) == pytest.approx(await smart_turn.complete(short), abs=0.02)
