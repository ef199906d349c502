"""The keys of recordings: one data key each, wrapped by a master key out of a file (or another MasterKey: a KMS).

``keys/<recording_id>.json`` holds the wrapped key. Removing it makes the recording's files unreadable for ever.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ivr.errors import ConfigError, KeyProblem
from ivr.files import translated, write_whole
from ivr.storage.sealing import KEY_BYTES

if TYPE_CHECKING:
    from pathlib import Path

NONCE_BYTES = 12
READABLE_BY_OTHERS = 0o077


class MasterKey(Protocol):
    """Wraps recordings' data keys: out of a file, or a KMS. ``context`` (the recording's id) must be the same again."""

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt a data key."""
        ...

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt a data key; KeyProblem."""
        ...


class FileMaster:
    """A MasterKey out of a file: base64 keys, one a line; the first wraps, all of them unwrap."""

    def __init__(self, path: Path) -> None:
        """Read the file; ConfigError says what is wrong with it."""
        self.path = path.expanduser().absolute()
        try:
            if self.path.stat().st_mode & READABLE_BY_OTHERS:
                raise ConfigError(f"others may read STORAGE_KEY_FILE: run chmod 600 {self.path}")
            self._keys = [base64.b64decode(line, validate=True) for line in self.path.read_text().split()]
        except OSError as error:
            raise ConfigError(
                f"STORAGE_KEY_FILE {self.path} cannot be read ({error.strerror}): put the key back from its copy, or "
                "make the first one with ivr recordings key create"
            ) from error
        except (binascii.Error, UnicodeDecodeError) as error:
            raise ConfigError(f"STORAGE_KEY_FILE {self.path} is no key: put it back from its copy") from error
        if not self._keys or any(len(key) != KEY_BYTES for key in self._keys):
            raise ConfigError(f"STORAGE_KEY_FILE {self.path} has no keys of 32 bytes: put it back from its copy")

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt a data key with the first key of the file."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self._keys[0]).encrypt(nonce, key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt a data key; KeyProblem when none of the file's keys wrapped it."""
        for key in self._keys:
            try:
                return AESGCM(key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], context)
            except InvalidTag:
                continue
        raise KeyProblem(f"no key in {self.path} opens it: add the key that it was recorded under as a further line")


def new_master(path: Path) -> None:
    """Write a new key before those that the file has; readable by its owner alone."""
    path = path.expanduser().absolute()
    with translated(path):
        old = path.read_bytes() if path.exists() else b""
    write_whole(path, base64.b64encode(os.urandom(KEY_BYTES)) + b"\n" + old, 0o600)


class KeyRing:
    """The wrapped keys under ``root/keys``."""

    def __init__(self, root: Path, master: MasterKey) -> None:
        self._folder = root / "keys"
        self._master = master

    def key_of(self, recording_id: str) -> bytes:
        """Give a recording's data key; KeyProblem when it is missing, destroyed or wrapped by another master."""
        path = self._folder / f"{recording_id}.json"
        try:
            wrapped = base64.b64decode(json.loads(path.read_bytes())["wrapped"])
        except FileNotFoundError:
            raise KeyProblem(
                f"the key of {recording_id} is not there, so its files stay closed: restore {path}"
            ) from None
        except (ValueError, KeyError, TypeError) as error:
            raise KeyProblem(f"{path} is no key: restore it from a copy") from error
        return self._master.unwrap(wrapped, recording_id.encode())

    def key_for(self, recording_id: str) -> bytes:
        """Give a recording's data key, a new one where it has none."""
        if (self._folder / f"{recording_id}.json").exists():
            return self.key_of(recording_id)
        key = os.urandom(KEY_BYTES)
        self._keep(recording_id, key)
        return key

    def rewrap(self, recording_id: str) -> None:
        """Wrap a data key with the master key of today."""
        self._keep(recording_id, self.key_of(recording_id))

    def ids(self) -> list[str]:
        """Name the recordings that have a key."""
        return sorted(path.stem for path in self._folder.glob("*.json") if not path.name.startswith("."))

    def _keep(self, recording_id: str, key: bytes) -> None:
        wrapped = base64.b64encode(self._master.wrap(key, recording_id.encode())).decode()
        document = {"schema_version": 1, "algorithm": "AES-256-GCM", "wrapped": wrapped}
        write_whole(self._folder / f"{recording_id}.json", json.dumps(document).encode())
