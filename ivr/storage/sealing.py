"""Encrypted files: AES-256-GCM in chunks, so that a long call does not sit in memory.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizar 2015), as age uses it: a key of the file's own is derived
from the recording's data key, a random salt and the file's name (HKDF-SHA256); chunk n of 64 KiB is sealed under the
nonce n with a flag on the last one. Chunks that are changed, moved, left out or cut off are found out.
"""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ivr.errors import KeyProblem

if TYPE_CHECKING:
    from pathlib import Path

MAGIC = b"IVRSEAL1"
SALT_BYTES = 16
KEY_BYTES = 32
CHUNK = 64 << 10
TAG_BYTES = 16


def is_sealed(path: Path) -> bool:
    """Tell whether a file is an encrypted one; OSError."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def seal(key: bytes, name: str, source: IO[bytes], target: IO[bytes]) -> None:
    """Encrypt what can be read; ``key`` has 32 bytes."""
    salt = os.urandom(SALT_BYTES)
    target.write(MAGIC + salt)
    cipher, number = _cipher(key, salt, name), 0
    block = source.read(CHUNK)
    while True:
        following = source.read(CHUNK)
        target.write(cipher.encrypt(_nonce(number, last=not following), block, MAGIC))
        if not following:
            return
        block, number = following, number + 1


def unseal(key: bytes, name: str, source: IO[bytes], target: IO[bytes]) -> None:
    """Decrypt; KeyProblem when the key is another one, or the file was changed or cut off."""
    header = source.read(len(MAGIC) + SALT_BYTES)
    cipher, number = _cipher(key, header[len(MAGIC) :], name), 0
    block = source.read(CHUNK + TAG_BYTES)
    while True:
        following = source.read(CHUNK + TAG_BYTES)
        try:
            target.write(cipher.decrypt(_nonce(number, last=not following), block, MAGIC))
        except InvalidTag as error:
            raise KeyProblem(
                f"{name} was changed or cut off, or is sealed with another key: restore it from a copy"
            ) from error
        if not following:
            return
        block, number = following, number + 1


def _cipher(key: bytes, salt: bytes, name: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt, b"ivr " + name.encode()).derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
