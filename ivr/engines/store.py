"""The model store: weights under ``<cache>/models/<name>``, checked by sha256 when they come and when they are used."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from ivr.engines.manifest import load_manifest
from ivr.errors import ModelCorrupt, ModelMissing
from ivr.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from ivr.engines.manifest import Manifest

SEEN = ".verified.json"


def mend(model: str) -> str:
    """Say how a model's files are mended."""
    return f"run: ivr models pull {model}"


class ModelStore:
    """Models at rest. A file is hashed again only when its size or time of change is another."""

    def __init__(self, cache: Path, manifest: Manifest | None = None) -> None:
        self.root = cache / "models"
        self.manifest = manifest or load_manifest()

    def file(self, model: str, name: str) -> Path:
        """Give the path of a verified file; ModelMissing or ModelCorrupt tell the mend."""
        path = self.root / model / name
        if not path.is_file():
            raise ModelMissing(f"{path} is not there; {mend(model)}")
        self._check(model, name, path)
        return path

    def folder(self, model: str) -> Path:
        """Give a model's folder; files of the manifest are verified, a folder put there by hand is taken as it is."""
        folder = self.root / model
        known = self.manifest.models.get(model)
        if known is None:
            if not folder.is_dir():
                raise ModelMissing(self._unknown(model, folder))
            return folder
        for name in known.files:
            self.file(model, name)
        return folder

    def missing(self, names: Iterable[str] | None = None) -> list[str]:
        """Name the models, of these or of all that are not optional, of which a file is not there."""
        return [
            name
            for name in (self.manifest.usual if names is None else names)
            if any(not (self.root / name / file).is_file() for file in self.manifest.models[name].files)
        ]

    def verify(self, needed: Collection[str]) -> Iterator[tuple[str, str, str]]:
        """Hash every file of the models that are needed or here: (model, file, what is wrong or the empty string)."""
        for name, model in self.manifest.models.items():
            if name not in needed and name in self.missing([name]):
                continue
            for file, expected in model.files.items():
                path = self.root / name / file
                if not path.is_file():
                    yield name, file, f"missing; {mend(name)}"
                elif sha256_of(path) != expected.sha256:
                    yield name, file, f"corrupt (sha256 differs); {mend(name)}"
                else:
                    yield name, file, ""

    def versions(self) -> dict[str, str]:
        """Say what every model is, for the metadata of a call: the first 12 hex digits of its first file's sha256."""
        return {name: next(iter(model.files.values())).sha256[:12] for name, model in self.manifest.models.items()}

    def _unknown(self, model: str, folder: Path) -> str:
        repository = self.manifest.elsewhere.get(model)
        if repository is not None:
            return (
                f"{model} is not there, and no package registry carries it; "
                f"run: hf download {repository} --local-dir {folder}"
            )
        known = ", ".join(sorted({*self.manifest.models, *self.manifest.elsewhere}))
        return f"no model is called {model!r}; take one of {known}, or put its files into {folder}"

    def _check(self, model: str, name: str, path: Path) -> None:
        known = self.manifest.models.get(model)
        expected = known.files.get(name) if known else None
        if expected is None:
            return
        status = path.stat()
        stamp = [status.st_size, status.st_mtime_ns, expected.sha256]
        seen_path = path.parent / SEEN
        seen = _read(seen_path)
        if seen.get(name) == stamp:
            return
        if sha256_of(path) != expected.sha256:
            raise ModelCorrupt(f"{path} is not the file it should be (sha256 differs); {mend(model)}")
        seen[name] = stamp
        with suppress(OSError):  # a store that may only be read is hashed again at each start
            fresh = seen_path.with_suffix(".new")
            fresh.write_text(json.dumps(seen))
            fresh.replace(seen_path)


def _read(path: Path) -> dict[str, list[object]]:
    """Read what was verified before; a file that cannot be read only means verifying again."""
    try:
        document = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
