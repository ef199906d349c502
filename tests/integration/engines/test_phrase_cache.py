from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.engines.phrase_cache import PhraseCache, unspoken
from ivr.errors import EngineUnavailable
from ivr.ports import VoiceStyle

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

STYLE = VoiceStyle("ef_dora", 1.05)


class Maker:
    """Makes a second of sound a clause, and notes what it was asked for."""

    def __init__(self, *, fails: bool = False) -> None:
        self.made: list[tuple[str, float]] = []
        self.fails = fails

    async def __call__(self, text: str, style: VoiceStyle) -> AsyncGenerator[bytes, None]:
        self.made.append((text, style.speed))
        for _ in range(2):
            yield b"\x01\x00" * 4000
        if self.fails:
            raise EngineUnavailable("broken; mend it", "voice")


async def said(cache: PhraseCache, text: str, style: VoiceStyle, make: Maker) -> bytes:
    return b"".join([frame.pcm async for frame in cache.speak(text, style, make)])


def kept(folder: Path) -> int:
    return len(list(folder.glob("*.pcm")))


def age(folder: Path, seconds: int) -> None:
    """Make the newest file of that age; files of one second would be equally old."""
    newest = max(folder.glob("*.pcm"), key=lambda path: path.stat().st_mtime)
    os.utime(newest, (seconds, seconds))


async def test_what_was_spoken_once_is_not_made_again(tmp_path: Path) -> None:
    cache, make = PhraseCache(tmp_path, 8000), Maker()
    first = await said(cache, "Hola.", STYLE, make)
    assert await said(cache, "Hola.", STYLE, make) == first
    assert len(make.made) == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(STYLE, voice="em_alex"),
        replace(STYLE, speed=0.9),
        replace(STYLE, language="es-MX"),
        replace(STYLE, tone="calm"),
        replace(STYLE, voice="../../etc/passwd"),
    ],
)
async def test_another_voice_speed_language_or_tone_is_another_sound(tmp_path: Path, other: VoiceStyle) -> None:
    cache, make = PhraseCache(tmp_path, 8000), Maker()
    await said(cache, "Hola.", STYLE, make)
    await cache.prepare(["Hola."], other, make)
    assert len(make.made) == 2
    assert kept(tmp_path) == 1


async def test_texts_that_are_read_alike_share_their_sound(tmp_path: Path) -> None:
    cache, make = PhraseCache(tmp_path, 8000), Maker()
    await said(cache, "Son 45 €.", STYLE, make)
    await said(cache, "Son cuarenta y cinco euros.", STYLE, make)
    assert len(make.made) == 1


async def test_a_prepared_phrase_is_there_after_a_restart(tmp_path: Path) -> None:
    make = Maker()
    assert unspoken(["Hola.", "Adiós."], STYLE, tmp_path) == ["Hola.", "Adiós."]
    await PhraseCache(tmp_path, 8000).prepare(["Hola."], STYLE, make)
    assert unspoken(["Hola.", "Adiós."], STYLE, tmp_path) == ["Adiós."]
    await said(PhraseCache(tmp_path, 8000), "Hola.", STYLE, make)
    assert len(make.made) == 1


async def test_a_prepared_phrase_serves_at_once_where_only_the_manner_differs_a_little(tmp_path: Path) -> None:
    cache, make = PhraseCache(tmp_path, 8000), Maker()
    await cache.prepare(["Hola."], STYLE, make)
    await said(cache, "Hola.", replace(STYLE, speed=0.98, tone="calm"), make)
    assert len(make.made) == 1
    await said(cache, "Hola.", replace(STYLE, speed=0.87), make)
    assert make.made[-1] == ("Hola.", 0.87)


async def test_what_broke_off_is_not_kept(tmp_path: Path) -> None:
    cache = PhraseCache(tmp_path, 8000)
    with pytest.raises(EngineUnavailable):
        await said(cache, "Hola.", STYLE, Maker(fails=True))
    make = Maker()
    await said(cache, "Hola.", STYLE, make)
    assert make.made


async def test_memory_and_disk_are_bounded(tmp_path: Path) -> None:
    cache, make = PhraseCache(tmp_path, 8000, memory=40000, disk=40000), Maker()
    for number, text in enumerate(["uno", "dos", "tres", "cuatro"]):
        await cache.prepare([text], STYLE, make)
        age(tmp_path, number)
    assert kept(tmp_path) == 2
    make.made.clear()
    await said(cache, "uno", STYLE, make)
    assert make.made == [("uno", 1.05)]


async def test_a_disk_that_cannot_be_written_keeps_no_call_away(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    cache, make = PhraseCache(tmp_path / "file" / "below", 8000), Maker()
    await cache.prepare(["Hola."], STYLE, make)
    assert "memory only" in caplog.text
    await said(cache, "Hola.", STYLE, make)
    assert len(make.made) == 1
