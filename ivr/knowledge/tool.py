"""``search_knowledge``: the knowledge base as a business function."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ivr.dialogue.tools import SEARCH, Tool, ToolCall, ToolResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.knowledge.library import Findings, Library
    from ivr.ports import CallContext

LONGEST_QUESTION = 400
TIMEOUT = 2.0
"""Seconds for a search."""
READ_WITHIN = 1.0
"""Seconds that a question waits for changed files; what takes longer serves the next one."""


class SearchArguments(BaseModel):
    """``search_knowledge``."""

    model_config = ConfigDict(extra="forbid")
    question: str = Field(
        min_length=2,
        max_length=LONGEST_QUESTION,
        description="What the caller wants to know, as a whole question in the caller's language.",
    )


_TOOL = Tool(
    SEARCH,
    "Look up prices, conditions and how things are done in the company's documents, not a customer's account.",
    SearchArguments.model_json_schema(),
    arguments=SearchArguments,
    timeout=TIMEOUT,
)

log = logging.getLogger(__name__)


class KnowledgeTools:
    """A ToolRunner. Searching and reading files run in threads, never on the event loop."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._reading: asyncio.Task[bool] | None = None

    def read_ahead(self) -> asyncio.Task[bool]:
        """Begin to read in the background, unless that goes on already; to be called on the event loop."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(asyncio.to_thread(self._library.refresh), name="knowledge")
        return self._reading

    @property
    def tools(self) -> Sequence[Tool]:
        """What can be called."""
        return (_TOOL,)

    async def run(self, call: ToolCall, context: CallContext) -> ToolResult:
        """Search; a question that is none is told in ``error``."""
        del context
        try:
            question = SearchArguments.model_validate(dict(call.arguments)).question
        except ValidationError:
            error = f"question: must be the caller's question, in 2 to {LONGEST_QUESTION} characters"
            return ToolResult(call.call_id, call.name, ok=False, data={"code": "arguments"}, error=error)
        await self._look_for_changes()
        found = await asyncio.to_thread(self._library.search, question)
        _cite(found)
        return ToolResult(call.call_id, call.name, ok=True, data=found.data())

    async def _look_for_changes(self) -> None:
        _, unfinished = await asyncio.wait([self.read_ahead()], timeout=READ_WITHIN)
        if unfinished and not self._library.catalogue.stamps:
            log.warning("knowledge: the documents are still being read for the first time; nothing is found until then")


def _cite(found: Findings) -> None:
    if found.answer:
        log.info("knowledge: answered from %s (%.2f)", found.found[0].passage.place, found.chance)
    else:
        nearest = found.found[0].passage.place if found.found else "nothing"
        log.info("knowledge: no answer (%.2f); nearest %s", found.chance, nearest)
