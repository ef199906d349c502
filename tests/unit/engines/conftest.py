from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from ivr.engines.manifest import Manifest, Model, ModelFile, Package
from ivr.engines.store import ModelStore

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"weights of a small model"


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    """Make a store that knows one model of one file, not yet there."""
    digest = hashlib.sha256(CONTENT).hexdigest()
    model = Model(
        what="A small model",
        licence="MIT",
        wheels=(Package(package="small", version="1", size=1, sha256="0"),),
        files={"model.bin": ModelFile(parts=("a", "b"), sha256=digest)},
    )
    return ModelStore(tmp_path, Manifest(models={"small": model}, elsewhere={"whisper-small": "Systran/small"}))
