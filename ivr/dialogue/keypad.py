"""Keys that the caller presses, gathered into one answer."""

from __future__ import annotations

END = "#"


class Keypad:
    """Gathers digits until the end key, the number asked for, or a pause; ``timeout`` in seconds."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._keys = ""
        self.pressed_at = 0.0

    def __bool__(self) -> bool:
        """Tell whether keys wait."""
        return bool(self._keys)

    def press(self, key: str, now: float) -> None:
        """Take a key."""
        self.pressed_at = now
        if key != END:
            self._keys += key

    def complete(self, key: str, wanted: int) -> bool:
        """Tell whether this last key makes the answer whole; ``wanted`` digits, 0 = as many as come."""
        return bool(self._keys) and (key == END or 0 < wanted <= len(self._keys))

    def paused(self, now: float) -> bool:
        """Tell whether keys wait and none has come for a while."""
        return bool(self._keys) and now - self.pressed_at >= self._timeout

    def take(self) -> str:
        """Give the keys and start anew."""
        keys, self._keys = self._keys, ""
        return keys
