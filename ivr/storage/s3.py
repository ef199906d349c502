"""Objects in an S3 bucket: each with the sha256 of its content, checked when it is written and when it is read.

What is larger than a part goes up in parts. A broken upload goes on where it stopped: the server lists the parts that
it has, and those whose MD5 is that of our part are not sent again. Which content an upload belongs to is noted in a
file beside the recordings, since a server does not tell that before the upload is complete.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from ivr.errors import ChecksumMismatch, RecordingNotFound, StorageUnavailable
from ivr.files import sha256_of, sync_folder, translated, write_whole
from ivr.storage.s3_errors import told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

PART_BYTES = 8 << 20
"""S3 wants at least 5 MiB a part, but for the last, and at most 10000 parts: enough for 80 GB."""
CONNECT_WITHIN = 5
READ_WITHIN = 60
PROBE = "ivr-probe"
DIGEST = "sha256"
"""The name under which an object's metadata has the digest of its content."""


@dataclass(frozen=True, slots=True)
class BucketAddress:
    """Where a bucket is and who may use it; ``endpoint`` "" is Amazon's own."""

    bucket: str
    region: str
    endpoint: str
    key_id: str
    secret: str

    @property
    def where(self) -> str:
        """The server, for people."""
        return self.endpoint or f"Amazon ({self.region})"


class S3Bucket:
    """One bucket. Its methods raise BucketRefused, StorageUnavailable, RecordingNotFound or ChecksumMismatch.

    ``pending`` is a folder for notes about uploads under way; ``part`` the bytes in a part.
    """

    def __init__(self, address: BucketAddress, pending: Path, part: int = PART_BYTES) -> None:
        self.address = address
        self._pending = pending
        self._part = part
        self._client = boto3.client(
            "s3",
            region_name=address.region,
            endpoint_url=address.endpoint or None,
            aws_access_key_id=address.key_id or None,
            aws_secret_access_key=address.secret or None,
            config=Config(
                connect_timeout=CONNECT_WITHIN,
                read_timeout=READ_WITHIN,
                retries={"mode": "standard", "total_max_attempts": 2},
                s3={"addressing_style": "path" if address.endpoint else "auto"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def digest(self, name: str) -> str | None:
        """Tell the sha256 of an object's content as it was put; None when there is no such object, "" without one."""
        try:
            with self._told():
                head = self._client.head_object(Bucket=self.address.bucket, Key=name)
        except RecordingNotFound:
            return None
        return str(head["Metadata"].get(DIGEST, ""))

    def put(self, name: str, source: Path) -> str:
        """Keep a file, unless the bucket has it already; answers its sha256."""
        with translated(source):
            digest, size = sha256_of(source), source.stat().st_size
        if self.digest(name) == digest:
            return digest
        with self._told(), source.open("rb") as file:
            if size > self._part:
                self._put_parts(name, file, digest)
            else:
                content = file.read()
                md5 = hashlib.md5(content, usedforsecurity=False).digest()
                self._client.put_object(
                    **self._checked(name, digest), Body=content, ContentMD5=base64.b64encode(md5).decode()
                )
        if self.digest(name) != digest:
            raise StorageUnavailable(f"{name} did not arrive whole in {self.address.bucket}: it is sent again")
        return digest

    def fetch(self, name: str, target: Path) -> str:
        """Write an object's content to ``target``, whole or not at all; answers its sha256."""
        fresh, found = target.with_name(f".{target.name}.{os.getpid()}.new"), hashlib.sha256()
        try:
            with self._told():
                answer = self._client.get_object(Bucket=self.address.bucket, Key=name)
                with translated(target):
                    target.parent.mkdir(parents=True, exist_ok=True)
                    file = fresh.open("wb")
                with file:
                    for block in answer["Body"].iter_chunks(1 << 20):
                        found.update(block)
                        with translated(target):
                            file.write(block)
                    with translated(target):
                        file.flush()
                        os.fsync(file.fileno())
            if found.hexdigest() != answer["Metadata"].get(DIGEST):
                raise ChecksumMismatch(
                    f"{name} in {self.address.bucket} is not what was uploaded: restore it from a copy, "
                    "then run ivr recordings upload"
                )
            with translated(target):
                fresh.replace(target)
                sync_folder(target.parent)
        finally:
            fresh.unlink(missing_ok=True)
        return found.hexdigest()

    def delete(self, name: str) -> None:
        """Remove an object, and what was uploaded of it so far; one that is not there is removed already."""
        with self._told():
            self._abort_all(name)
            self._client.delete_object(Bucket=self.address.bucket, Key=name)
        self._note(name).unlink(missing_ok=True)

    def names(self, prefix: str) -> Iterator[str]:
        """Name the objects whose names begin so."""
        with self._told():
            for page in self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.address.bucket, Prefix=prefix
            ):
                yield from (item["Key"] for item in page.get("Contents", ()))

    def probe(self) -> None:
        """Write, read and remove a small object: whether uploads can work."""
        with self._told():
            self._client.list_objects_v2(Bucket=self.address.bucket, MaxKeys=1)
            self._client.put_object(**self._named(PROBE), Body=b"ivr")
            self._client.get_object(**self._named(PROBE))["Body"].read()
            self._client.delete_object(**self._named(PROBE))

    # --- parts -----------------------------------------------------------------------------

    def _put_parts(self, name: str, file: IO[bytes], digest: str) -> None:
        upload = self._begun(name, digest) or self._begin(name, digest)
        there = self._parts(name, upload)
        parts, number = [], 0
        while block := file.read(self._part):
            number += 1
            md5 = hashlib.md5(block, usedforsecurity=False).hexdigest()
            tag = there.get(number, "")
            if tag.strip('"') != md5:
                tag = self._send(name, upload, number, block)
            parts.append({"PartNumber": number, "ETag": tag})
        self._client.complete_multipart_upload(**self._named(name), UploadId=upload, MultipartUpload={"Parts": parts})
        self._note(name).unlink(missing_ok=True)

    def _send(self, name: str, upload: str, number: int, block: bytes) -> str:
        """Send one part; answers its tag."""
        md5 = base64.b64encode(hashlib.md5(block, usedforsecurity=False).digest()).decode()
        sent = self._client.upload_part(
            **self._named(name), UploadId=upload, PartNumber=number, Body=block, ContentMD5=md5
        )
        return str(sent["ETag"])

    def _begun(self, name: str, digest: str) -> str:
        """Give the upload of this very content that broke off; "" when there is none."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            noted = json.loads(self._note(name).read_text())
            if noted[DIGEST] == digest and noted["upload"] in self._uploads(name):
                return str(noted["upload"])
        return ""

    def _begin(self, name: str, digest: str) -> str:
        self._abort_all(name)
        upload = str(self._client.create_multipart_upload(**self._checked(name, digest))["UploadId"])
        write_whole(self._note(name), json.dumps({DIGEST: digest, "upload": upload}).encode())
        return upload

    def _parts(self, name: str, upload: str) -> dict[int, str]:
        pages = self._client.get_paginator("list_parts").paginate(**self._named(name), UploadId=upload)
        return {part["PartNumber"]: part["ETag"] for page in pages for part in page.get("Parts", ())}

    def _uploads(self, name: str) -> list[str]:
        pages = self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self.address.bucket, Prefix=name)
        return [item["UploadId"] for page in pages for item in page.get("Uploads", ()) if item["Key"] == name]

    def _abort_all(self, name: str) -> None:
        for upload in self._uploads(name):
            self._client.abort_multipart_upload(**self._named(name), UploadId=upload)

    def _note(self, name: str) -> Path:
        return self._pending / f"{name.replace('/', '-')}.json"

    def _named(self, name: str) -> dict[str, str]:
        return {"Bucket": self.address.bucket, "Key": name}

    def _checked(self, name: str, digest: str) -> dict[str, Any]:
        return {**self._named(name), "Metadata": {DIGEST: digest}}

    def _told(self) -> AbstractContextManager[None]:
        return told(self.address.bucket, self.address.where)
