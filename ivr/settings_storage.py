"""The settings of where recordings rest; part of ``Settings``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings


class StorageSettings(BaseSettings):
    """Folder, bucket and keys."""

    storage_backend: Literal["local", "s3", "both"] = Field(
        "local", description="Where recordings rest; s3 and both want pip install 'ivr[s3]' and the S3_ settings."
    )
    storage_local_path: Path = Field(
        Path("recordings"), description="The local recording store; with s3 what waits for the bucket, and metadata."
    )
    s3_bucket: str = Field("", pattern=r"^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$", description="Bucket of recordings.")
    s3_region: str = Field("us-east-1", description="Region of S3_BUCKET.")
    s3_endpoint_url: str = Field(
        "", pattern=r"^(https?://\S+)?$", description="Address of an S3 server of your own; empty: Amazon's."
    )
    aws_access_key_id: SecretStr = Field(SecretStr(""), description="Key of S3; empty: as the AWS tools find it.")
    aws_secret_access_key: SecretStr = Field(SecretStr(""), description="Its secret.")

    storage_key_file: Path | None = Field(
        None, description="Master key of encrypted recordings (ivr recordings key create); empty: not encrypted."
    )
    archive_after_days: int = Field(
        0, ge=0, le=36500, description="Days after which a recording's WAV gives way to FLAC; 0 = never."
    )
    archive_opus: bool = Field(default=False, description="Keep a small Opus copy of archived recordings besides.")

    @model_validator(mode="after")
    def _bucket_is_named(self) -> Self:
        if self.storage_backend != "local" and not self.s3_bucket:
            raise ValueError(f"STORAGE_BACKEND={self.storage_backend} needs S3_BUCKET, the name of a bucket")
        if bool(self.aws_access_key_id.get_secret_value()) != bool(self.aws_secret_access_key.get_secret_value()):
            raise ValueError("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together: set both or neither")
        return self
