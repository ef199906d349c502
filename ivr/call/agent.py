"""The agent's mind during a call: conversation, model, business functions, speech."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.audio.frame import AudioFrame
from ivr.call.filling import FILL_AFTER, FILL_AGAIN, without
from ivr.call.speaking import BUFFERED, NOTE_SWITCH
from ivr.dialogue.abroad import in_spanish
from ivr.dialogue.conversation import UNRATED, Expectation, Hearing, Message, Speech
from ivr.dialogue.delivery import deliver
from ivr.dialogue.expectation import infer_expectation, slots_of
from ivr.dialogue.outcome import Outcome
from ivr.dialogue.permission import may_call, without_proofs
from ivr.dialogue.sentences import ClauseSplitter
from ivr.dialogue.tools import Effect, ToolCall, ToolResult
from ivr.errors import IvrError, UnusableAnswer
from ivr.language.gist import gist
from ivr.language.hotwords import choose_hotwords
from ivr.language.identifiers import phone as normal_phone
from ivr.language.mood import Mood
from ivr.metadata import ToolRecord
from ivr.ports import Hints

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from ivr.call.kit import AgentKit, Lines
    from ivr.call.ledger import Spoken
    from ivr.call.playout import Playout
    from ivr.dialogue.delivery import Delivery
    from ivr.metadata import VoiceSwitchRecord
    from ivr.ports import CallContext, VoiceStyle

log = logging.getLogger(__name__)

MAX_TOOL_CALLS = 6
"""Business functions one reply may run before it counts as nonsense."""
CLAUSE_GAP = {",": 0.10, ";": 0.14, ":": 0.14}
SENTENCE_GAP = 0.22


class Agent:
    """One call's conversation. Replies are coroutines; only the session cancels them."""

    def __init__(self, kit: AgentKit, context: CallContext, playout: Playout, tasks: asyncio.TaskGroup) -> None:
        self._kit = kit
        self._context = context
        self._playout = playout
        self._tasks = tasks
        self._model = kit.new_model()
        self._offered = tuple(tool for tool in kit.tools.tools if may_call(tool, context.direction, context.caller))
        self._effects = {tool.name: tool.effect for tool in kit.tools.tools}
        self.language = kit.policy.language
        """What is spoken now; the caller may switch."""
        self._tells = (kit.policy.language, *kit.tongues) if kit.tongues else ()
        self._about_caller = from_number(context)
        self.messages: list[Message] = came_back() if context.returned else []
        self.expects = Expectation.ANY
        self.digits = 0
        self.clarifies = ""
        """The strategy with which the present reply asks again what was not heard well, if it does."""
        self.final: Outcome | None = None
        self.transfer_to: str | None = None
        self.first_text_at: float | None = None
        self._filler_of = {tool.name: tool.filler for tool in kit.tools.tools}
        self._fillers: list[str] = []
        """What the present reply said while functions ran; no part of the conversation."""
        self._running: set[asyncio.Task[ToolResult]] = set()
        self._wanted = asyncio.Event()
        self._wanted.set()
        self.mood: Callable[[], Mood] = Mood
        """How the caller feels by now; it sets the tone and the pace of what is said."""
        self.on_switch: Callable[[VoiceSwitchRecord], None] = lambda _record: None
        self.on_tool: Callable[[ToolRecord], None] = lambda _record: None

    # --- the conversation ------------------------------------------------------------------

    def hear(self, text: str, heard: Hearing = UNRATED, *, by_keys: bool = False, upset: bool = False) -> None:
        """Enter what the caller said and how it was heard, or keyed; ``upset``: has just had enough."""
        self.messages.append(
            Message(
                "user",
                text,
                by_keys=by_keys,
                words=heard.words,
                alternatives=heard.alternatives,
                upset=upset,
                language=self.language,
            )
        )

    def retract(self) -> None:
        """Take the caller's last entry back: it was not finished."""
        for place in reversed(range(len(self.messages))):
            if self.messages[place].role == "user":
                del self.messages[place]
                return
            if self.messages[place].text:  # answered already; results may have come in after it
                return

    def hints(self, expects: Expectation, digits: int) -> Hints:
        """Say what the caller's next words may hold; a bare yes or no needs no names."""
        slots = slots_of(expects, digits, self._kit.policy.country)
        known = [message.result.data for message in self.messages if message.result is not None and message.result.ok]
        at_home = self.language == self._kit.policy.language
        wanted = at_home and expects is not Expectation.YES_NO
        names = choose_hotwords(slots, known, self._kit.vocabulary) if wanted else ()
        return Hints(names, slots=slots, language=self.language, words=True, tells=self._tells)

    @property
    def lines(self) -> Lines:
        """The persona's fixed lines in the language that is spoken."""
        tongue = self._kit.tongues.get(self.language)
        return tongue.lines if tongue else self._kit.lines

    def said(self, spoken: Spoken) -> None:
        """Enter what the caller really heard of a reply."""
        if heard := without(spoken.heard, self._fillers):
            self.messages.append(Message("assistant", heard, language=self.language))

    # --- replies ---------------------------------------------------------------------------

    def begin(self) -> None:
        """Forget what the last reply intended."""
        self.final = self.transfer_to = self.first_text_at = None
        self.expects, self.digits, self.clarifies = Expectation.ANY, 0, ""
        self._fillers = []
        self._wanted.set()

    def hold(self) -> None:
        """Let the reply run no function until it is released: the caller's turn may not be over."""
        self._wanted.clear()

    def release(self) -> None:
        """Let it run functions: the turn is over. What was written ahead counts as written now."""
        self._wanted.set()
        if self.first_text_at is not None:
            self.first_text_at = time.monotonic()

    async def reply(self) -> None:
        """Answer the conversation: stream the model into the playout, running functions as they come.

        A function that a dropped reply began is waited for: asked without its result, a model would call it again.
        """
        if self._running:
            await self._fill_until(self._running, "")
        for _ in range(MAX_TOOL_CALLS + 1):
            call = await self._say_until_call()
            if call is None:
                return
            await self._wanted.wait()
            await self._run(call)
            if self.final is not None:
                return
        raise UnusableAnswer(f"the model asked for more than {MAX_TOOL_CALLS} functions in one reply", "llm")

    async def recite(self, speech: Speech) -> None:
        """Say a fixed line."""
        splitter = ClauseSplitter()
        for clause in (*splitter.feed(speech.text), *splitter.flush()):
            await self._speak(clause, interruptible=speech.interruptible)

    async def _say_until_call(self) -> ToolCall | None:
        splitter = ClauseSplitter()
        interruptible = True
        async with aclosing(self._model.reply((*self._about_caller, *self.messages), self._offered)) as pieces:
            async for piece in pieces:
                if isinstance(piece, ToolCall):
                    await self._speak_all(splitter.flush(), interruptible=interruptible)
                    return piece
                if piece.interruptible != interruptible:
                    await self._speak_all(splitter.flush(), interruptible=interruptible)
                    interruptible = piece.interruptible
                self._expect(piece)
                await self._speak_all(splitter.feed(piece.text + " "), interruptible=interruptible)
        await self._speak_all(splitter.flush(), interruptible=interruptible)
        return None

    def _expect(self, speech: Speech) -> None:
        self.clarifies = self.clarifies or speech.clarifies
        if speech.expects is not None:
            self.expects, self.digits = speech.expects, speech.digits
        elif "?" in speech.text:
            self.expects, self.digits = infer_expectation(gist(speech.text, self.language), self._kit.policy.country)

    async def _speak_all(self, clauses: list[str], *, interruptible: bool) -> None:
        for clause in clauses:
            await self._speak(clause, interruptible=interruptible)

    async def _speak(self, text: str, *, interruptible: bool) -> None:
        clause = text.strip()
        if not clause:
            return
        self.first_text_at = self.first_text_at or time.monotonic()
        BUFFERED.set(lambda: self._playout.buffered)
        NOTE_SWITCH.set(self.on_switch)
        writer = self._playout.clause(clause, interruptible=interruptible)
        try:
            async with aclosing(self._kit.synthesizer.speak(clause, self._style(clause))) as frames:
                rate = await _copy(frames, writer.write)
        except IvrError:
            await writer.complete()  # what there is of it ends here, or the line would wait for the rest
            raise
        await writer.write(AudioFrame.silence(CLAUSE_GAP.get(clause[-1], SENTENCE_GAP), rate))
        await writer.complete()

    def _style(self, clause: str) -> VoiceStyle:
        tongue = self._kit.tongues.get(self.language)
        return in_manner(tongue.style if tongue else self._kit.style, deliver(clause, self.messages, self.mood()))

    # --- business functions ----------------------------------------------------------------

    async def _run(self, call: ToolCall) -> None:
        """Run a function to its end, even if the reply is dropped meanwhile; its result is entered once."""
        begun = asyncio.Event()
        work = self._tasks.create_task(self._run_and_enter(call, begun), name=f"tool {call.name}")
        self._running.add(work)
        work.add_done_callback(self._running.discard)
        try:
            await self._fill_until({work}, self._filler_of.get(call.name, ""))
            result = work.result()
        except asyncio.CancelledError:
            if not begun.is_set():  # the reply was dropped before its function ran: now it never does
                work.cancel()
            raise
        if self._effects.get(call.name) is not Effect.CALL or not result.ok:
            return
        target = result.data.get("target")
        self.transfer_to = str(target) if target else None
        self.final = Outcome.TRANSFERRED if target else Outcome.COMPLETED

    async def _fill_until(self, work: set[asyncio.Task[ToolResult]], filler: str) -> None:
        """Wait for functions; whenever silence has lasted, say that it goes on: the function's own words come first."""
        patience = FILL_AFTER
        while True:
            _, running = await asyncio.wait(work, timeout=self._playout.buffered + patience)
            if not running:
                return
            if self._playout.buffered or not self._wanted.is_set():
                continue  # something sounds still, or nothing may sound yet
            text = filler or self._kit.lines.line("please_wait", len(self._fillers)).text
            filler, patience = "", FILL_AGAIN
            self._fillers.append(text)
            try:
                await self._speak(text, interruptible=True)
            except IvrError as error:
                log.warning("nothing is said while a function runs: %s", error)

    async def _run_and_enter(self, call: ToolCall, begun: asyncio.Event) -> ToolResult:
        begun.set()
        started = time.monotonic()
        result = await self._kit.tools.run(call, replace(self._context, conversation=in_spanish(self.messages)))
        self.messages += [Message("assistant", call=call), Message("tool", result=result)]
        self.on_tool(
            ToolRecord(
                name=call.name,
                arguments=without_proofs(call, self._kit.tools.tools),
                ok=result.ok,
                data=dict(result.data),
                error=result.error,
                duration_ms=(time.monotonic() - started) * 1000,
            )
        )
        log.info("function %s %s", call.name, "ok" if result.ok else f"failed: {result.error}")
        return result


def from_number(context: CallContext) -> list[Message]:
    """Tell which number the call comes from, where it is one that can be called back."""
    number = normal_phone(context.caller) if context.direction == "inbound" else None
    if number is None:
        return []
    told = f"La llamada viene del número {number}. Eso no demuestra quién llama; si piden que les llamen a este mismo"
    return [Message("system", f"{told} número, es ese.", caller=number)]


def came_back() -> list[Message]:
    """Begin a conversation with a caller whom the agent had sent to a person that did not answer."""
    call = ToolCall("transfer_to_agent", {}, "returned")
    failed = ToolResult(call.call_id, call.name, ok=False, error="nobody answered; the caller is back")
    return [Message("assistant", call=call), Message("tool", result=failed)]


def in_manner(usual: VoiceStyle, delivery: Delivery) -> VoiceStyle:
    """Give the agent's usual style as a clause is delivered."""
    return replace(usual, speed=round(usual.speed * delivery.pace, 3), tone=delivery.tone)


async def _copy(frames: AsyncIterator[AudioFrame], write: Callable[[AudioFrame], Awaitable[None]]) -> int:
    rate = 8000
    async for frame in frames:
        rate = frame.rate
        await write(frame)
    return rate
