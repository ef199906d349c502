from __future__ import annotations

from ivr.telephony.event_queue import EventQueue
from ivr.telephony.events import UserEvent

FIRST, SECOND = UserEvent("first"), UserEvent("second")


async def test_events_come_in_their_order_and_what_was_put_before_the_end_is_still_taken() -> None:
    queue = EventQueue(4)
    assert queue.put(FIRST)
    assert queue.put(SECOND)
    queue.close("the socket broke")
    assert [await queue.get(), await queue.get(), await queue.get()] == [FIRST, SECOND, None]


async def test_a_full_queue_takes_no_more() -> None:
    queue = EventQueue(1)
    assert queue.put(FIRST)
    assert not queue.put(SECOND)
    assert await queue.get() == FIRST
    assert queue.put(SECOND)


async def test_the_first_reason_holds() -> None:
    queue = EventQueue(1)
    queue.close("no events reach us")
    queue.close("the socket broke")
    assert queue.reason == "no events reach us"
