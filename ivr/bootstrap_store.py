"""Where recordings rest: the folder, the bucket, and the jobs that bring them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.db.leases import KEEP, DatabaseQueue
from ivr.db.session import open_database
from ivr.errors import ConfigError
from ivr.storage.keys import FileMaster, KeyRing
from ivr.storage.local import LocalStore
from ivr.storage.mirrored import MirroredStore

if TYPE_CHECKING:
    from ivr.settings import Settings
    from ivr.storage.s3 import S3Bucket

UPLOADS = "uploads"
"""The folder, beside the recordings, of notes about uploads under way."""


def build_keys(settings: Settings) -> KeyRing | None:
    """Open the recordings' keys, where recordings are encrypted; ConfigError when the master key cannot be used."""
    if settings.storage_key_file is None:
        return None
    root = settings.storage_local_path.expanduser().absolute()
    return KeyRing(root, FileMaster(settings.storage_key_file))


def build_store(settings: Settings) -> LocalStore:
    """Open the recording store; ConfigError when S3 is wanted and its library is missing."""
    if settings.storage_backend == "local":
        return LocalStore(settings.storage_local_path, build_keys(settings))
    jobs = DatabaseQueue(open_database(settings.database))
    return MirroredStore(
        settings.storage_local_path,
        build_bucket(settings),
        lambda recording_id, later: jobs.put_off(KEEP, recording_id, later),
        stays=settings.storage_backend == "both",
        keys=build_keys(settings),
    )


def build_bucket(settings: Settings) -> S3Bucket:
    """Open the S3 bucket; nothing is asked of it yet."""
    try:
        from ivr.storage.s3 import BucketAddress, S3Bucket
    except ModuleNotFoundError:
        raise ConfigError(
            f"STORAGE_BACKEND={settings.storage_backend} needs boto3: pip install 'ivr[s3]', or set it to local"
        ) from None
    address = BucketAddress(
        settings.s3_bucket,
        settings.s3_region,
        settings.s3_endpoint_url,
        settings.aws_access_key_id.get_secret_value(),
        settings.aws_secret_access_key.get_secret_value(),
    )
    return S3Bucket(address, settings.storage_local_path.expanduser().absolute() / UPLOADS)
