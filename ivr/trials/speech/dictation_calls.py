"""The two ways of the dictation trial to the agent: a phone on the PBX, and the channel functions."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from ivr.audio.frame import AudioFrame
from ivr.bootstrap import build_new_model, build_script
from ivr.call.constraining import constrained
from ivr.call.correcting import heard_words
from ivr.db.crm_tools import TOOLS
from ivr.dialogue.conversation import Expectation, Message, Speech
from ivr.dialogue.expectation import infer_expectation, slots_of
from ivr.dialogue.script import load_script
from ivr.dialogue.tools import ToolResult
from ivr.errors import ConfigError, IvrError
from ivr.language.hotwords import choose_hotwords
from ivr.ports import Hints
from ivr.telephony.phone import Phone
from ivr.telephony.phone_values import PhoneConfig
from ivr.trials.evidence import CallEvidence
from ivr.trials.speech.dictation import NO, PERSONA, SLOWLY, YES, Attempt, dictate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ivr.dialogue.tools import ToolCall
    from ivr.ports import LanguageModel
    from ivr.trials.line import TrialLine
    from ivr.trials.speech.bench import SpeechBench
    from ivr.trials.speech.dictated import Dictation

log = logging.getLogger(__name__)

NUMBER = "100"
PATIENCE = 30.0
REACTION = 0.5
"""Seconds from the agent's last sound until the caller speaks."""
LOOK_EVERY = 0.1
NOISE_DBFS = -50.0
SNR_DB = 20
LEAD, TAIL = 0.3, 0.1
"""Seconds of line that the agent's ear keeps before and after speech."""


def questions() -> dict[str, str]:
    """Give the form's questions, kind -> question."""
    return {detail.kind: detail.ask for detail in load_script(PERSONA).persona.form}


class PhoneCalls:
    """Holds the calls on a real line, several at once, each from a phone of its own."""

    def __init__(self, bench: SpeechBench) -> None:
        if bench.line is None:
            raise ConfigError("no system runs for the dictation trial; start it with PERSONA=datos ivr up")
        self._bench = bench
        self._lines = bench.line
        self._folder = bench.settings.home / "bench" / "dictation"

    async def hold(self, calls: Sequence[Sequence[Dictation]]) -> list[Attempt]:
        """Hold all calls; a call that fails loses its values, which count as not understood.

        What became of each value is also kept in ``attempts.jsonl``, as the calls end.
        """
        for values in calls:  # ahead of the calls, so that nobody waits for a voice
            for value in values:
                await self._lines[0].voices.prepare([value.said, YES, NO], value.voice, value.speed)
                slow = [value.again, value.spelled, value.host]
                await self._lines[0].voices.prepare(slow, value.voice, SLOWLY * value.speed)
        self._folder.mkdir(parents=True, exist_ok=True)
        waiting = list(enumerate(calls))
        attempts: list[Attempt] = []

        async def work(line: TrialLine) -> None:
            while waiting:
                number, values = waiting.pop(0)
                held = await self._call(line, number, values)
                self._keep(number, held)
                attempts.extend(held)

        async with asyncio.TaskGroup() as phones:
            for line in self._lines:
                phones.create_task(work(line))
        return attempts

    async def _call(self, line: TrialLine, number: int, values: Sequence[Dictation]) -> list[Attempt]:
        config = PhoneConfig(line.server, line.user, line.password, line.port, line_noise_dbfs=NOISE_DBFS)
        record = self._folder / f"{'-'.join(value.kind for value in values)}-{number:02}.wav"
        try:
            async with Phone(config) as phone:
                await phone.register()
                call = PhoneConversation(phone, line, self._bench.settings.storage_local_path)
                await call.open(record)
                return await dictate(call, values, questions())
        except IvrError as error:
            log.warning("call %s is lost: %s", number, error)
            return [Attempt(value, failure=str(error)) for value in values]

    def _keep(self, number: int, attempts: Sequence[Attempt]) -> None:
        lines = [json.dumps({"call": number} | asdict(attempt), ensure_ascii=False) for attempt in attempts]
        with (self._folder / "attempts.jsonl").open("a", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))


class PhoneConversation:
    """One real call; what the agent said is read in the call's own journal, the caller's ears being a machine's."""

    def __init__(self, phone: Phone, line: TrialLine, store: Path) -> None:
        self._phone = phone
        self._line = line
        self._since = time.time()
        self._evidence = CallEvidence(store, line.user, self._since)
        self._read = 0
        self._journal: Path | None = None

    async def open(self, record: Path) -> None:
        """Dial."""
        answer = await self._phone.call(NUMBER, record)
        if not answer.answered:
            raise IvrError(f"{NUMBER} did not answer: {answer.code} {answer.reason}; is the system up (ivr status)?")
        self._journal = await self._evidence.journal()

    async def listen(self) -> str:
        """Wait until the agent has finished, then read what it said."""
        deadline = time.monotonic() + PATIENCE
        while self._phone.in_call and time.monotonic() < deadline:
            turns = self._agent_turns()
            if len(turns) > self._read:
                said, self._read = turns[self._read :], len(turns)
                await asyncio.sleep(REACTION)
                return " ".join(said)
            await asyncio.sleep(LOOK_EVERY)
        return ""

    def _agent_turns(self) -> list[str]:
        if self._journal is None or not self._journal.exists():
            return []
        *lines, _ = self._journal.read_bytes().split(b"\n")
        entries = [json.loads(line) for line in lines if line.strip()]
        turns = [entry["data"] for entry in entries if entry["kind"] == "turn"]
        return [turn["heard"] for turn in turns if turn["who"] == "agent"]

    async def speak(self, text: str, voice: str, speed: float) -> None:
        """Say it on the line."""
        if self._phone.in_call:
            await self._phone.say(await self._line.voices.line(text, voice, speed))

    async def noted(self) -> dict[str, str]:
        """Hang up, and read in the call's metadata what was written down."""
        await self._phone.hang_up()
        recording = self._journal.name.partition(".")[0] if self._journal is not None else ""
        metadata = await self._evidence.metadata(recording=recording)
        noted = [tool.arguments for tool in metadata.tools if tool.name == "note_detail" and tool.ok]
        return {str(arguments["kind"]): str(arguments["value"]) for arguments in noted}


class ChannelCalls:
    """Holds the calls without a line: sound through the channel functions, the agent's hearing and mind beside it."""

    def __init__(self, bench: SpeechBench) -> None:
        self._bench = bench
        settings = bench.settings.model_copy(update={"persona": PERSONA, "llm_provider": "local"})
        self._new_model = build_new_model(settings, build_script(settings))

    async def hold(self, calls: Sequence[Sequence[Dictation]]) -> list[Attempt]:
        """Hold all calls, one after the other."""
        attempts: list[Attempt] = []
        for number, values in enumerate(calls):
            call = ChannelConversation(self._bench, self._new_model(), number)
            attempts += await dictate(call, values, questions())
        return attempts


class ChannelConversation:
    """One call in text and sound, without a clock."""

    def __init__(self, bench: SpeechBench, model: LanguageModel, number: int) -> None:
        self._bench = bench
        self._model = model
        self._number = number
        self._messages: list[Message] = []
        self._expects, self._digits = Expectation.ANY, 0
        self._noted: dict[str, str] = {}
        self._over = False

    async def listen(self) -> str:
        """Let the agent answer, its functions included."""
        said: list[str] = []
        calling = not self._over
        while calling:
            calling = False
            async for piece in self._model.reply(self._messages, TOOLS):
                if isinstance(piece, Speech):
                    said.append(piece.text)
                    self._expect(piece)
                else:
                    self._enter(" ".join(said), piece)
                    calling = not self._over
                    break
        if said:
            self._messages.append(Message("assistant", " ".join(said)))
        return " ".join(said)

    def _expect(self, speech: Speech) -> None:
        if speech.expects is not None:
            self._expects, self._digits = speech.expects, speech.digits
        elif "?" in speech.text:
            self._expects, self._digits = infer_expectation(speech.text)

    def _enter(self, said: str, call: ToolCall) -> None:
        del said
        if call.name == "note_detail":
            self._noted[str(call.arguments["kind"])] = str(call.arguments["value"])
        self._over = call.name == "end_call"
        result = ToolResult(call.call_id, call.name, ok=True)
        self._messages += [Message("assistant", call=call), Message("tool", result=result)]

    async def speak(self, text: str, voice: str, speed: float) -> None:
        """Say it through the telephone, with somebody talking in the background in every third call."""
        spoken = await self._bench.voices.line(text, voice, speed)
        channel = self._bench.channel
        sound = AudioFrame.join([AudioFrame.silence(LEAD, spoken.rate), spoken, AudioFrame.silence(TAIL, spoken.rate)])
        if self._number % 3 == 1:
            sound = channel.mix(sound, channel.noise("babble", sound.duration, self._number), SNR_DB, self._number)
        slots = slots_of(self._expects, self._digits)
        names = () if self._expects is Expectation.YES_NO else choose_hotwords(slots, (), ())
        heard = await self._bench.transcriber.transcribe(
            channel.telephone(sound), Hints(names, slots=slots, words=True)
        )
        chosen = constrained(heard, slots, dt.datetime.now())  # noqa: DTZ005 - the call center's own time
        words = tuple(heard_words(chosen.text, chosen.words))
        others = tuple(text for text in dict.fromkeys((heard.text, *heard.alternatives)) if text != chosen.text)
        self._messages.append(Message("user", chosen.text, words=words, alternatives=others))

    async def noted(self) -> dict[str, str]:
        """Give what was written down."""
        return self._noted
