"""Telephone codecs: G.711 A-law and mu-law, G.722, linear 16-bit in network order."""

from __future__ import annotations

import warnings
from typing import Protocol

import numpy as np
from G722 import G722

from ivr.errors import ConfigError

with warnings.catch_warnings():
    # The standard library drops audioop in 3.13; audioop-lts keeps it under the same name.
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

__all__ = ["WIDTH", "Alaw", "Codec", "Linear", "RawLinear", "Ulaw", "Wideband", "audioop", "new_codec", "scaled"]

WIDTH = 2


class Codec(Protocol):
    """Turns 16-bit PCM into payload and back; holds the state of both directions of one call.

    ``rate`` is the sound's rate; ``clock_rate`` RTP's (8000 for G.722, by RFC 3551's old mistake).
    """

    name: str
    payload_type: int
    rate: int
    clock_rate: int

    def encode(self, pcm: bytes) -> bytes:
        """Turn PCM into payload."""
        ...

    def decode(self, payload: bytes) -> bytes:
        """Turn payload into PCM."""
        ...


class Alaw:
    """G.711 A-law, 8 kHz."""

    name = "alaw"
    payload_type = 8
    rate = clock_rate = 8000

    def encode(self, pcm: bytes) -> bytes:
        """Turn PCM into one byte a sample."""
        return audioop.lin2alaw(pcm, WIDTH)

    def decode(self, payload: bytes) -> bytes:
        """Turn one byte a sample into PCM."""
        return audioop.alaw2lin(payload, WIDTH)


class Ulaw:
    """G.711 mu-law, 8 kHz."""

    name = "ulaw"
    payload_type = 0
    rate = clock_rate = 8000

    def encode(self, pcm: bytes) -> bytes:
        """Turn PCM into one byte a sample."""
        return audioop.lin2ulaw(pcm, WIDTH)

    def decode(self, payload: bytes) -> bytes:
        """Turn one byte a sample into PCM."""
        return audioop.ulaw2lin(payload, WIDTH)


class Wideband:
    """G.722 at 64 kbit/s, 16 kHz."""

    name = "g722"
    payload_type = 9
    rate = 16000
    clock_rate = 8000

    def __init__(self) -> None:
        self._encoder = G722(self.rate, 64000)
        self._decoder = G722(self.rate, 64000)

    def encode(self, pcm: bytes) -> bytes:
        """Turn PCM into one byte for two samples."""
        return bytes(self._encoder.encode(np.frombuffer(pcm, np.int16)))

    def decode(self, payload: bytes) -> bytes:
        """Turn one byte into two samples of PCM."""
        return np.asarray(self._decoder.decode(payload), np.int16).tobytes()


class Linear:
    """L16: samples as they are, in network byte order; Asterisk's slin at 8 kHz."""

    name = "slin"
    payload_type = 10
    rate = clock_rate = 8000

    def encode(self, pcm: bytes) -> bytes:
        """Swap to network order."""
        return audioop.byteswap(pcm, WIDTH)

    def decode(self, payload: bytes) -> bytes:
        """Swap from network order; half a sample at the end is dropped."""
        return audioop.byteswap(payload[: len(payload) // WIDTH * WIDTH], WIDTH)


class RawLinear:
    """Samples as they are, in this machine's order, without RTP: what Asterisk's media websocket carries."""

    payload_type = -1

    def __init__(self, name: str, rate: int) -> None:
        self.name = name
        self.rate = self.clock_rate = rate

    def encode(self, pcm: bytes) -> bytes:
        """Change nothing."""
        return pcm

    def decode(self, payload: bytes) -> bytes:
        """Change nothing; half a sample at the end is dropped."""
        return payload[: len(payload) // WIDTH * WIDTH]


def scaled(pcm: bytes, factor: float) -> bytes:
    """Make 16-bit PCM louder or softer."""
    return audioop.mul(pcm, WIDTH, factor)


def new_codec(name: str) -> Codec:
    """Make a codec by Asterisk's name for it: alaw, ulaw, g722 or slin."""
    match name:
        case "alaw":
            return Alaw()
        case "ulaw":
            return Ulaw()
        case "g722":
            return Wideband()
        case "slin":
            return Linear()
        case _:
            raise ConfigError(f"no codec is called {name!r}; set MEDIA_CODEC to alaw, ulaw or g722")
