"""``/calls``: the calls in progress and those that are over."""

from __future__ import annotations

from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Query

from ivr.errors import ChannelGone
from ivr.telephony.moving import Move
from ivr.telephony.spying import Spy
from ivr.web.backend import Backend, CallFilter, backend_of
from ivr.web.metrics import describe_call
from ivr.web.problems import Problem
from ivr.web.schemas import Call, CallPage, Ended, SpyStarted, SpyWanted, TransferStarted, TransferWanted

router = APIRouter(prefix="/calls", tags=["calls"])
REFUSED: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "That cannot be done with this call now."}
}


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


@router.post("/{call_id}/spy", status_code=202, responses=REFUSED)
async def spy_on(call_id: str, wanted: SpyWanted, backend: Annotated[Backend, Depends(backend_of)]) -> SpyStarted:
    """Ring a supervisor's phone and put it on the call, with the agent or with the person it handed the caller to.

    404 when the caller has left; 409 when there is nobody to whisper to, or no such phone.
    """
    call = (await to_thread.run_sync(backend.records.conversation, call_id)).call
    if not call.channel_id:
        raise ChannelGone(f"call {call_id} has no line; GET /calls?active=true lists those in progress")
    await backend.line.spy(call.channel_id, Spy(wanted.extension, wanted.mode))
    return SpyStarted(call_id=call_id, extension=wanted.extension, mode=wanted.mode)


@router.post("/{call_id}/transfer", status_code=202, responses=REFUSED)
async def transfer(
    call_id: str, wanted: TransferWanted, backend: Annotated[Backend, Depends(backend_of)]
) -> TransferStarted:
    """Move the caller to an extension, a queue or an outside number, once the agent has finished and announced it.

    404 when there is no such call, or it is over; 409 when the caller is with a person or on the way to one, or
    nobody is moved to that target; 503 when the worker that holds the call does not answer.
    """
    call = (await to_thread.run_sync(backend.records.conversation, call_id)).call
    if call.ended_at is not None or not call.channel_id:
        raise ChannelGone(f"call {call_id} is over already; GET /calls?active=true lists those in progress")
    await backend.line.move(call.channel_id, Move(wanted.target, wanted.mode))
    return TransferStarted(call_id=call_id, target=wanted.target, mode=wanted.mode)
