"""The nearest of many vectors by FAISS: the same answers as ``ExactIndex``, for 10,000 terms or sentences and more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ivr.errors import ConfigError

if TYPE_CHECKING:
    from numpy.typing import NDArray


class FaissIndex:
    """A TermIndex on FAISS's exact inner-product search (Johnson, Douze, Jégou, arXiv 1702.08734).

    ConfigError when FAISS is not installed.
    """

    def __init__(self, rows: NDArray[np.float32]) -> None:
        try:
            import faiss
        except ImportError:
            raise ConfigError(
                "FAISS is not installed: pip install 'ivr[vectors]', or set TERM_INDEX and KNOWLEDGE_INDEX to numpy"
            ) from None
        self._index = faiss.IndexFlatIP(rows.shape[1])
        self._index.add(np.ascontiguousarray(rows, np.float32))

    def search(self, query: NDArray[np.float32], count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Take (n, dimensions); give scores and row numbers (n, count), best first."""
        scores, rows = self._index.search(np.ascontiguousarray(query, np.float32), min(count, self._index.ntotal))
        return scores, rows
