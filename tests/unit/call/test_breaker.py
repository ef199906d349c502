from __future__ import annotations

from ivr.call.breaker import Breaker


def test_it_opens_after_failures_in_a_row_and_one_reply_may_try_after_the_pause() -> None:
    breaker = Breaker(limit=3, pause=30)
    for now in (0.0, 1.0, 2.0):
        assert breaker.admits(now)
        breaker.failed(now)
    assert not breaker.admits(2.1)
    assert not breaker.admits(31.9)
    assert breaker.admits(32.0)
    assert not breaker.admits(32.1)


def test_the_try_that_succeeds_closes_it() -> None:
    breaker = Breaker(limit=1, pause=10)
    breaker.failed(0)
    assert breaker.admits(10)
    breaker.succeeded()
    assert breaker.admits(10.1)
    assert breaker.failures == 0


def test_the_try_that_fails_opens_it_for_another_pause() -> None:
    breaker = Breaker(limit=2, pause=10)
    breaker.failed(0)
    breaker.failed(0)
    assert breaker.admits(10)
    breaker.failed(11)
    assert not breaker.admits(20.9)
    assert breaker.admits(21)


def test_a_try_that_was_given_up_lets_another_try_after_a_pause() -> None:
    breaker = Breaker(limit=1, pause=10)
    breaker.failed(0)
    assert breaker.admits(10)
    assert not breaker.admits(19.9)
    assert breaker.admits(20)


def test_successes_between_failures_keep_it_closed() -> None:
    breaker = Breaker(limit=2, pause=10)
    for now in range(10):
        breaker.failed(now)
        breaker.succeeded()
    assert breaker.admits(10)


def test_it_rests_for_as_long_as_the_other_side_asks_at_once() -> None:
    breaker = Breaker(limit=3, pause=30)
    breaker.failed(0)
    breaker.rest(0, 90)
    assert not breaker.admits(89)
    assert breaker.admits(90)
