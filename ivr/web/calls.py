"""``/calls``: the calls in progress and those that are over."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Query

from ivr.errors import ChannelGone
from ivr.telephony.spying import Spy
from ivr.web.backend import Backend, CallFilter, backend_of
from ivr.web.metrics import describe_call
from ivr.web.schemas import Call, CallPage, Ended, SpyStarted, SpyWanted

router = APIRouter(prefix="/calls", tags=["calls"])


@router.get("")
def list_calls(wanted: Annotated[CallFilter, Query()], backend: Annotated[Backend, Depends(backend_of)]) -> CallPage:
    """List calls, newest first; ``active=true`` gives those in progress."""
    found, total = backend.records.calls(wanted)
    return CallPage(
        items=[describe_call(item) for item in found], total=total, limit=wanted.limit, offset=wanted.offset
    )


@router.get("/{call_id}")
def show_call(call_id: str, backend: Annotated[Backend, Depends(backend_of)]) -> Call:
    """Show one call."""
    return describe_call(backend.records.conversation(call_id))


@router.post("/{call_id}/hangup", status_code=202)
async def hang_up(call_id: str, backend: Annotated[Backend, Depends(backend_of)]) -> Ended:
    """End a call in progress; 404 when it is over already."""
    call = (await to_thread.run_sync(backend.records.conversation, call_id)).call
    if call.ended_at is not None or not call.channel_id:
        raise ChannelGone(f"call {call_id} is over already; GET /calls?active=true lists those in progress")
    await backend.line.hang_up(call.channel_id)
    return Ended(call_id=call_id)


@router.post("/{call_id}/spy", status_code=202)
async def spy_on(call_id: str, wanted: SpyWanted, backend: Annotated[Backend, Depends(backend_of)]) -> SpyStarted:
    """Ring a supervisor's phone and put it on the call, with the agent or with the person it handed the caller to.

    404 when the caller has left; 409 when there is nobody to whisper to, or no such phone.
    """
    call = (await to_thread.run_sync(backend.records.conversation, call_id)).call
    if not call.channel_id:
        raise ChannelGone(f"call {call_id} has no line; GET /calls?active=true lists those in progress")
    await backend.line.spy(call.channel_id, Spy(wanted.extension, wanted.mode))
    return SpyStarted(call_id=call_id, extension=wanted.extension, mode=wanted.mode)
