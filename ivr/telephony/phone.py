"""A real SIP softphone for demonstrations, trials and tests; an asyncio face on ``phone_process``.

Times are seconds on the recording's axis: 0 is the first tick after the call's audio opened.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Self

from ivr.errors import PhoneError
from ivr.telephony.phone_values import Answer, CallEnd, PhoneConfig, Said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.audio.frame import AudioFrame

REGISTER_WITHIN = 10.0
END_WITHIN = 5.0
OK = 200


class Phone:
    """One softphone in its own process, holding one call at a time. ``async with Phone(config) as phone``."""

    def __init__(self, config: PhoneConfig) -> None:
        self.config = config
        self._process: asyncio.subprocess.Process
        self._reader: asyncio.Task[None]
        self._news = asyncio.Condition()
        self._waiting: dict[int, asyncio.Future[Said]] = {}
        self._utterances = 0
        self._registration: tuple[int, str] | None = None
        self._answer: Answer | None = None
        self._end: CallEnd | None = None
        self._recording: Path | None = None
        self._problem = ""
        self._now = (0.0, 0.0)
        self._closed = self._begun = False
        self.ready = False
        self.in_call = False
        self.incoming = ""
        """SIP address of a caller that rings, until answered."""
        self.digits = ""
        """Keys that the far end pressed."""
        self.sounding = False
        """Whether the far end is making sound now."""
        self.changed_at = 0.0
        """When ``sounding`` last changed."""
        self.sound_starts: list[float] = []
        """When the far end began to make sound, each time in this call."""

    async def __aenter__(self) -> Self:
        """Start the process."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "ivr.telephony.phone_process",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=None if self.config.log_level else asyncio.subprocess.DEVNULL,
        )
        self._reader = asyncio.create_task(self._read())
        self._send(**asdict(self.config))
        await self._until(lambda: self.ready, REGISTER_WITHIN, "the phone's process does not start")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up, unregister and end the process."""
        with contextlib.suppress(ConnectionError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), END_WITHIN)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._reader

    # --- commands ----------------------------------------------------------------------------

    async def register(self) -> None:
        """Register; PhoneError says why the server refused."""
        where = f"{self.config.server}:{self.config.port}"
        self._send(do="register")
        await self._until(
            lambda: self._registration is not None,
            REGISTER_WITHIN,
            f"no SIP server answers at {where} ({self.config.transport}); start it (ivr up) or name another",
        )
        code, reason = self._registration or (0, "")
        if code in {401, 403}:
            raise PhoneError(
                f"{where} refuses user {self.config.user} ({code} {reason}): "
                "the password is wrong or the user unknown; see the right ones with: ivr status --json"
            )
        if code != OK:
            raise PhoneError(f"{where} does not register {self.config.user}: {code} {reason}; is the server up?")

    async def call(self, number: str, record: Path | None = None, ring_for: float = 30.0) -> Answer:
        """Dial and wait for the answer; ``record`` is a stereo WAV, left = said, right = heard.

        Busy, unknown number and the like are answers, not errors. After ``ring_for`` seconds the phone gives up.
        """
        self._begin(record)
        self._send(do="call", number=number, record=str(record or ""))
        try:
            await self._until(lambda: self._answer is not None or self._end is not None, ring_for, "")
        except PhoneError:
            if self._closed or self._problem:
                raise
            await self.hang_up()
            return Answer(answered=False, code=408, reason=f"nobody answered within {ring_for:g} s")
        if self._answer is not None:
            return self._answer
        end = await self.ended(END_WITHIN)
        return Answer(answered=False, code=end.code, reason=end.reason)

    async def answer(self, record: Path | None = None, within: float = 30.0) -> str:
        """Wait for the phone to ring and pick up; answers the caller's SIP address."""
        await self._until(lambda: bool(self.incoming), within, "nobody called")
        caller, self.incoming = self.incoming, ""
        self._begin(record)
        self._send(do="answer", record=str(record or ""))
        await self._until(lambda: self._answer is not None, END_WITHIN, "the call was gone before it was picked up")
        return caller

    async def say(self, speech: AudioFrame) -> Said:
        """Say it and wait until it is said; utterances queue behind each other."""
        if not self.in_call:
            raise PhoneError("there is no call to speak in; call first")
        self._utterances += 1
        number = self._utterances
        future: asyncio.Future[Said] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        self._send(do="say", number=number, pcm=base64.b64encode(speech.pcm).decode(), rate=speech.rate)
        try:
            return await future
        finally:
            self._waiting.pop(number, None)

    def hush(self) -> None:
        """Stop talking at once."""
        self._send(do="hush")

    def press(self, digits: str) -> None:
        """Press keys (RFC 4733), 0-9 * # A-D."""
        self._send(do="press", digits=digits)

    async def hang_up(self) -> CallEnd:
        """End the call; safe to repeat."""
        self._send(do="hang_up")
        return await self.ended(END_WITHIN)

    # --- listening ---------------------------------------------------------------------------

    async def ended(self, within: float) -> CallEnd:
        """Wait for the call's end."""
        if not self._begun:
            raise PhoneError("there was no call; call first")
        await self._until(lambda: self._end is not None, within, f"the call has not ended within {within:g} s")
        if self._end is None:
            raise PhoneError("the phone told no end of the call; report this as a bug")
        return self._end

    async def has_ended(self, within: float) -> bool:
        """Wait for the call's end; False when it still runs after ``within`` seconds."""
        deadline = asyncio.get_running_loop().time() + within
        while self.in_call and (left := deadline - asyncio.get_running_loop().time()) > 0:
            await self._change(left)
        return not self.in_call

    async def heard_quiet(self, seconds: float, within: float, *, after_sounds: int = 0) -> bool:
        """Wait until the far end, having sounded more than ``after_sounds`` times, is silent for ``seconds``.

        False when the call ended or ``within`` ran out first.
        """
        deadline = asyncio.get_running_loop().time() + within
        while asyncio.get_running_loop().time() < deadline and self.in_call:
            quiet_for = self.time - self.changed_at
            if self.sounds > after_sounds and not self.sounding and quiet_for >= seconds:
                return True
            settled = not self.sounding and self.sounds > after_sounds
            wait = seconds - quiet_for if settled else deadline - asyncio.get_running_loop().time()
            await self._change(max(wait, 0.01))
        return False

    async def heard_sound(self, within: float, *, after_sounds: int) -> bool:
        """Wait until the far end has begun to sound more than ``after_sounds`` times."""
        try:
            await self._until(lambda: self.sounds > after_sounds or not self.in_call, within, "")
        except PhoneError:
            return False
        return self.sounds > after_sounds

    @property
    def sounds(self) -> int:
        """How often the far end has begun to make sound in this call."""
        return len(self.sound_starts)

    @property
    def time(self) -> float:
        """Seconds since the call's audio opened (to about 20 ms)."""
        at, clock = self._now
        return at + asyncio.get_running_loop().time() - clock

    # --- the process -------------------------------------------------------------------------

    def _begin(self, record: Path | None) -> None:
        self._begun = True
        self._answer = self._end = None
        self._recording, self._problem, self.digits = record, "", ""
        self.sounding, self.sound_starts, self.changed_at = False, [], 0.0

    def _send(self, **command: Any) -> None:
        if self._closed or self._process.stdin is None:
            raise PhoneError("the phone's process has ended; open the phone anew")
        self._process.stdin.write(json.dumps(command).encode() + b"\n")

    async def _change(self, within: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with self._news:
                await asyncio.wait_for(self._news.wait(), within)

    async def _until(self, condition: Callable[[], object], within: float, complaint: str) -> None:
        try:
            async with self._news:
                await asyncio.wait_for(
                    self._news.wait_for(lambda: condition() or self._closed or self._problem), within
                )
        except TimeoutError:
            raise PhoneError(complaint) from None
        if condition():
            return
        problem, self._problem = self._problem, ""
        raise PhoneError(problem or "the phone's process ended unexpectedly; see why with log_level=4")

    async def _read(self) -> None:
        if self._process.stdout is None:
            return
        async for line in self._process.stdout:
            async with self._news:
                self._take(json.loads(line))
                self._news.notify_all()
        async with self._news:
            self._closed, self.in_call = True, False
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(PhoneError("the phone's process ended while it was speaking"))
            self._news.notify_all()

    def _take(self, event: dict[str, Any]) -> None:
        match event:
            case {"event": "ready"}:
                self.ready = True
            case {"event": "registration", "code": code, "reason": reason}:
                self._registration = (code, reason)
            case {"event": "media"}:
                self._now = (0.0, asyncio.get_running_loop().time())
            case {"event": "answered", "code": code}:
                self._answer, self.in_call = Answer(answered=True, code=code, reason=""), True
            case {"event": "incoming", "caller": caller}:
                self.incoming = caller
            case {"event": "sounding" | "quiet" as kind, "at": at}:
                self.sounding, self.changed_at = kind == "sounding", at
                if self.sounding:
                    self.sound_starts.append(at)
            case {"event": "said", "number": number, "start": start, "end": end, "complete": complete}:
                future = self._waiting.get(number)
                if future is not None and not future.done():
                    future.set_result(Said(start, end, complete))
            case {"event": "digit", "digit": digit}:
                self.digits += digit
            case {"event": "ended", "code": code, "reason": reason, "by": by, "seconds": seconds}:
                self._end, self.in_call = CallEnd(code, reason, by, seconds, self._recording), False
            case {"event": "problem", "message": message}:
                self._problem = message
            case _:
                pass
