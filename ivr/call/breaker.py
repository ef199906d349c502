"""A circuit breaker: whoever fails again and again is left alone for a while, then tried by one call."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Breaker:
    """Opens after ``limit`` failures in a row, for ``pause`` seconds; all times are the caller's monotonic seconds.

    After the pause one reply in each further pause may try: the first that succeeds closes it for all.
    """

    limit: int = 3
    pause: float = 30.0
    failures: int = 0
    open_until: float | None = None

    def admits(self, now: float) -> bool:
        """Say whether to ask now; where that is the try after a pause, it is taken by asking."""
        if self.open_until is None:
            return True
        if now < self.open_until:
            return False
        self.open_until = now + self.pause
        return True

    def succeeded(self) -> None:
        """Close: it works."""
        self.failures, self.open_until = 0, None

    def failed(self, now: float) -> None:
        """Count a failure."""
        self.failures += 1
        if self.failures >= self.limit:
            self.rest(now, self.pause)

    def rest(self, now: float, seconds: float) -> None:
        """Open for ``seconds`` at least, as the other side asked for."""
        self.open_until = max(self.open_until or 0.0, now + seconds)
