from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.audio.frame import AudioFrame
from ivr.call.correcting import CorrectingTranscriber, heard_words, house_terms
from ivr.dialogue.conversation import Expectation, Message, Speech
from ivr.errors import ConfigError, StorageUnavailable
from ivr.language.correction.bank import live_bank
from ivr.language.correction.bank_file import first_entries
from ivr.language.correction.values import Entry, Term
from ivr.ports import HangUp, Hints, Transcript, Word

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.language.correction.bank import CorrectionBank
    from tests.unit.call.conftest import FakeCall

SOUND = AudioFrame(bytes(320), 8000)


class Hearing:
    """A Transcriber that hears one sentence, each word with the same confidence."""

    def __init__(self, text: str, confidence: float = 0.5, language: str = "es") -> None:
        words = tuple(Word(word, n, n + 1, confidence) for n, word in enumerate(text.split()))
        self.heard = Transcript(text, words, confidence, language=language)

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        assert speech is SOUND
        assert hints.words
        return self.heard


def shipped() -> CorrectionBank:
    return live_bank(first_entries())


async def hear(text: str, confidence: float = 0.5) -> Transcript:
    return await CorrectingTranscriber(Hearing(text, confidence), shipped).transcribe(SOUND, Hints(words=True))


async def test_misheard_words_of_the_field_are_mended_and_what_was_recognised_is_kept() -> None:
    heard = await hear("necesito revisar el salgo de mi cuesta")
    assert heard.text == "necesito revisar el saldo de mi cuenta"
    assert heard.raw == "necesito revisar el salgo de mi cuesta"
    assert [word.text for word in heard.words] == heard.raw.split()
    told = [item.record() for item in heard.corrections]
    assert [(item["heard"], item["meant"], item["level"], item["score"]) for item in told] == [
        ("salgo", "saldo", "exact", 1.0),
        ("cuesta", "cuenta", "exact", 1.0),
    ]
    assert all(item["reason"] for item in told)


async def test_right_words_stay_and_the_transcript_is_the_recognisers_own() -> None:
    hearing = Hearing("salgo de casa a las ocho")
    heard = await CorrectingTranscriber(hearing, shipped).transcribe(SOUND, Hints(words=True))
    assert heard is hearing.heard


async def test_words_that_the_recogniser_is_sure_of_stay() -> None:
    assert (await hear("el salgo de mi cuesta", confidence=0.95)).corrections == ()


async def test_other_languages_and_empty_texts_are_left_alone() -> None:
    for hearing in (Hearing("el salgo", language="en"), Hearing("")):
        transcriber = CorrectingTranscriber(hearing, shipped)
        assert await transcriber.transcribe(SOUND, Hints(words=True)) is hearing.heard


async def test_a_name_is_mended_only_in_the_slot_that_waits_for_it() -> None:
    transcriber = CorrectingTranscriber(
        Hearing("soy Echeberia"), lambda: live_bank([Entry("echeberia", "Echeverría", "person")])
    )
    plain = await transcriber.transcribe(SOUND, Hints(words=True))
    named = await transcriber.transcribe(SOUND, Hints(words=True, slots=frozenset({"person"})))
    assert (plain.text, named.text) == ("soy Echeberia", "soy Echeverría")


async def test_what_was_taught_meanwhile_is_used_soon() -> None:
    banks = iter([live_bank([]), live_bank([Entry("guifi", "wifi")])])
    transcriber = CorrectingTranscriber(Hearing("el guifi"), lambda: next(banks), renew_after=0)
    first = await transcriber.transcribe(SOUND, Hints(words=True))
    renewal = transcriber._renewal
    assert renewal is not None
    await renewal
    assert first.text == "el guifi"
    assert (await transcriber.transcribe(SOUND, Hints(words=True))).text == "el wifi"


async def test_a_bank_that_cannot_be_read_anew_stays_as_it_was() -> None:
    reads = 0

    def load() -> CorrectionBank:
        nonlocal reads
        reads += 1
        if reads > 1:
            raise StorageUnavailable("the database is away: start it")
        return live_bank([Entry("guifi", "wifi")])

    transcriber = CorrectingTranscriber(Hearing("el guifi"), load, renew_after=0)
    for _ in range(3):
        assert (await transcriber.transcribe(SOUND, Hints(words=True))).text == "el wifi"
        if transcriber._renewal is not None:
            await asyncio.wait([transcriber._renewal])
    assert reads > 1


def test_each_word_of_the_text_gets_its_own_confidence() -> None:
    rated = [Word("el", 0, 1, 0.9), Word("saldo", 1, 2, 0.4)]
    words = heard_words("el  mi saldo", rated)
    assert [(word.text, word.confidence) for word in words] == [("el", 0.9), ("mi", None), ("saldo", 0.4)]


def test_live_correction_takes_well_under_a_millisecond_a_word_in_a_large_bank() -> None:
    bank = live_bank([*first_entries(), *(Entry(f"zurbi{n}x".translate(DIGITS), "saldo") for n in range(50_000))])
    words = heard_words("necesito revisar el salgo de mi cuesta porque no entiendo la fatura de este mes " * 10, ())
    bank.correct(words)
    began = time.perf_counter()
    bank.correct(words)
    assert (time.perf_counter() - began) / len(words) < 0.001


DIGITS = str.maketrans("0123456789", "abcdefghij")


async def test_a_call_uses_the_mended_text_and_its_record_keeps_both(call: FakeCall) -> None:
    call.session._kit = replace(call.session._kit, transcriber=CorrectingTranscriber(call.ear, shipped))
    await call.start()
    await call.ticks(1)
    await call.say("Necesito revisar el salgo de mi cuesta.", [Speech("Claro.")])
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
    assert call.model.asked[-1][-1] == Message("user", "Necesito revisar el saldo de mi cuenta.")
    kept = call.book.metadata
    assert kept is not None
    turn = next(turn for turn in kept.turns if turn.who == "caller")
    assert turn.text == "Necesito revisar el saldo de mi cuenta."
    assert turn.raw == "Necesito revisar el salgo de mi cuesta."
    segment = next(part for part in kept.transcription.segments if part.who == "caller")
    assert (segment.raw, segment.text) == (turn.raw, turn.text)
    assert segment.corrections == turn.corrections == kept.transcription.corrections
    assert [(item["meant"], item["level"], item["score"]) for item in turn.corrections] == [
        ("saldo", "exact", 1.0),
        ("cuenta", "exact", 1.0),
    ]


def test_the_house_gives_its_own_terms_and_broken_rows_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert house_terms(None) == ()
    file = tmp_path / "terms.csv"
    file.write_text("term,kind\nPack Nube,product\n,product\n")
    assert house_terms(file) == (Term("Pack Nube", "product"),)
    assert "line 3: the term has no word" in caplog.text
    file.write_text("a;b\n")
    for wrong in (file, tmp_path / "nowhere.csv"):
        with pytest.raises(ConfigError, match="CORRECTION_TERMS"):
            house_terms(wrong)


async def test_the_record_keeps_what_the_dialogue_waited_for(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    await call.say("Hola.", [Speech("¿Cómo se llama?", expects=Expectation.NAME)])
    await call.ticks(1)
    await call.say("Me llamo Ana.", [Speech("Gracias.")])
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
    kept = call.book.metadata
    assert kept is not None
    assert [turn.awaited for turn in kept.turns if turn.who == "caller"] == [[], ["person"]]
