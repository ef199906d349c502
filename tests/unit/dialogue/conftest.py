"""A caller who talks to the engine in text; business functions answer from a small table."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from ivr.dialogue.conversation import Message, Speech
from ivr.dialogue.local import LocalEngine
from ivr.dialogue.script import Script, load_script
from ivr.dialogue.tools import ToolCall, ToolResult

if TYPE_CHECKING:
    from ivr.dialogue.state import State

NOW = dt.datetime(2026, 11, 23, 17, 0)  # noqa: DTZ001 - the engine works in local time. A Monday.
ACCOUNTS: dict[str, dict[str, Any]] = {
    "123456": {"balance": "45.50", "due_date": "2027-02-15", "status": "active", "plan": "fibra 600", "price": "30.00"},
    "654321": {"balance": "37.80", "due_date": "2026-12-01", "status": "outage", "plan": "fibra 300", "price": "25.00"},
    "345678": {"balance": "0.00", "status": "suspended", "plan": "fibra 300", "price": "25.00"},
}
LAST = {"end_call", "transfer_to_agent", "transfer_to_manager"}


class Caller:
    """Talks to an engine; ``messages`` is the conversation as it was heard."""

    def __init__(self, engine: LocalEngine) -> None:
        self.engine = engine
        self.messages: list[Message] = []
        self.calls: list[ToolCall] = []
        self.failing: dict[str, str] = {}
        self.heard = ""
        self.over = False
        self.listen()

    def says(self, text: str) -> str:
        """Say something; answers what the agent said."""
        self.messages.append(Message("user", text))
        return self.listen()

    def keys(self, digits: str) -> str:
        self.messages.append(Message("user", digits, by_keys=True))
        return self.listen()

    def agent_said(self, text: str) -> None:
        """Enter words of another model, or a line of the session."""
        self.messages.append(Message("assistant", text))

    def cut(self, words: int) -> None:
        """Interrupt: of the last reply, only the first words were heard."""
        self.messages[-1] = Message("assistant", " ".join(self.messages[-1].text.split()[:words]))

    def unheard(self) -> None:
        """Interrupt before the first sound of the last reply."""
        self.messages.pop()

    def listen(self) -> str:
        said: list[str] = []
        for _ in range(8):
            call = None
            pieces = self.engine.respond(self.messages, NOW)
            for piece in pieces:
                if isinstance(piece, ToolCall):
                    call = piece
                    break
                said.append(piece.text)
            if call is None:
                break
            self.calls.append(call)
            result = self.run(call)
            self.messages += [Message("assistant", call=call), Message("tool", result=result)]
            if result.ok and call.name in LAST:
                self.over = True
                break
        self.heard = " ".join(said)
        if said:
            self.messages.append(Message("assistant", self.heard))
        return self.heard

    def run(self, call: ToolCall) -> ToolResult:
        if call.name in self.failing:
            return ToolResult(call.call_id, call.name, ok=False, data={"code": self.failing[call.name]}, error="no")
        account = call.arguments.get("account_id")
        if account is not None and account not in ACCOUNTS:
            return ToolResult(
                call.call_id, call.name, ok=False, data={"code": "unknown_account"}, error="no such account"
            )
        data: dict[str, Any] = dict(call.arguments)
        if call.name.startswith("get_"):
            data |= ACCOUNTS[account or ""]
        elif call.name == "cancel_service":
            data["ends_on"] = "2026-11-30"
        return ToolResult(call.call_id, call.name, ok=True, data=data)

    @property
    def state(self) -> State:
        return self.engine.fold(self.messages, NOW)[0]

    @property
    def called(self) -> list[str]:
        return [call.name for call in self.calls]

    def pieces(self) -> list[Speech | ToolCall]:
        return self.engine.respond(self.messages, NOW)


@pytest.fixture(scope="session")
def script() -> Script:
    return load_script("es")


@pytest.fixture(scope="session")
def engine(script: Script) -> LocalEngine:
    return LocalEngine(script)


@pytest.fixture
def caller(engine: LocalEngine) -> Caller:
    return Caller(engine)


@pytest.fixture
def now() -> dt.datetime:
    return NOW
