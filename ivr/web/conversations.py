"""``/conversations``: what was said, and the figures of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from ivr.metadata import RecordingMetadata  # noqa: TC001 - FastAPI reads annotations
from ivr.web.backend import Backend, backend_of
from ivr.web.metrics import measure
from ivr.web.schemas import ConversationMetrics  # noqa: TC001 - FastAPI reads annotations

router = APIRouter(prefix="/conversations", tags=["conversations"])


@router.get("/{conversation_id}")
def show_conversation(conversation_id: str, backend: Annotated[Backend, Depends(backend_of)]) -> RecordingMetadata:
    """Show a conversation with its turns, functions and interruptions."""
    return backend.records.conversation(conversation_id)


@router.get("/{conversation_id}/metrics")
def conversation_metrics(conversation_id: str, backend: Annotated[Backend, Depends(backend_of)]) -> ConversationMetrics:
    """Show the figures of a conversation."""
    return measure(backend.records.conversation(conversation_id))
