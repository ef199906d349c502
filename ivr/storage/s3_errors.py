"""What an S3 server or the way to it says, as our own errors with the mend."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

from ivr.errors import BucketRefused, IvrError, RecordingNotFound, StorageUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

WRONG_KEYS = frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "AuthFailure"})
FORBIDDEN = frozenset({"AccessDenied", "403", "Forbidden", "AllAccessDisabled", "AccountProblem"})
NO_BUCKET = frozenset({"NoSuchBucket", "InvalidBucketName"})
MISSING = frozenset({"NoSuchKey", "404", "NotFound"})
ELSEWHERE = frozenset(
    {"PermanentRedirect", "301", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
)
SKEWED = frozenset({"RequestTimeTooSkewed"})


@contextmanager
def told(bucket: str, where: str) -> Iterator[None]:
    """Turn the client's errors into BucketRefused, RecordingNotFound or StorageUnavailable."""
    try:
        yield
    except ClientError as error:
        raise explain(error, bucket, where) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise BucketRefused("S3 has no keys to sign with: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY") from error
    except (BotoCoreError, OSError) as error:
        raise StorageUnavailable(
            f"S3 at {where} does not answer ({error}): start it, look at the network, or correct S3_ENDPOINT_URL; "
            "what waits is uploaded then"
        ) from error


def explain(error: ClientError, bucket: str, where: str) -> IvrError:
    """Say what a refusal means and what can be done about it."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    said = f"S3 at {where} said {code or 'no'}"
    if code in MISSING:
        return RecordingNotFound(f"{said}: it is not in the bucket {bucket}; ivr recordings upload sends it again")
    if code in NO_BUCKET:
        return BucketRefused(f"{said}: make the bucket {bucket}, or correct S3_BUCKET")
    if code in WRONG_KEYS:
        return BucketRefused(f"{said}: correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    if code in FORBIDDEN:
        return BucketRefused(
            f"{said}: allow these keys to get, put, list and delete objects in {bucket}, "
            "or correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    if code in ELSEWHERE:
        return BucketRefused(f"{said}: set S3_REGION to the region of the bucket {bucket}")
    if code in SKEWED:
        return BucketRefused(f"{said}: set the clock of this machine right (timedatectl set-ntp true)")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return StorageUnavailable(f"{said} (HTTP {status}): it is tried again; look at the server if this goes on")
