"""Every error this product raises, as one tree.

IvrError
|- ConfigError                a setting is missing, wrong or contradictory: refuse to start
|- MisuseError                our own code drove a state machine wrongly: a bug
|- TelephonyError             AriUnavailable (r) . AriRefused . AriUnauthorized . ChannelGone . SpyRefused
|                             PbxError . PhoneError
|- MediaError                 BadPacket (counted and dropped, never raised past ``rtp``) . PortsExhausted (r)
|- EngineError(.engine)       EngineUnavailable (r) . EngineBusy (r) . EngineTimeout (r) . EngineRefused
|                             UnusableAnswer
|- ModelError                 ModelMissing . ModelCorrupt
|- StorageError               RecordingNotFound . StorageFull (r) . StorageUnavailable (r) . ChecksumMismatch
|                             BucketRefused (r) . KeyProblem
|                             JobNotFound . BrokerUnavailable (r)
|                             CorrectionNotFound . CorrectionRefused . ExperimentNotFound . ExperimentRefused
|                             SearchRefused . RecordingHeld
|- UnreadableDocument         a file of the knowledge base cannot be used
`- ToolError                  a business function failed or was called wrongly

(r) = retryable. Every message ends with the mend: what the reader can do about it.
Busy, no answer, machine and hang-up are outcomes (``ivr.metadata.Outcome``), never exceptions.
Foreign exceptions are translated once, in the adapter that meets them.
"""

from typing import ClassVar


class IvrError(Exception):
    """Root of every error the product raises on purpose."""

    retryable: ClassVar[bool] = False


class ConfigError(IvrError):
    """A setting is missing, wrong or contradictory."""


class MisuseError(IvrError):
    """Our own code drove a state machine wrongly."""


class TelephonyError(IvrError):
    """Asterisk, ARI or the local PBX failed us."""


class AriUnavailable(TelephonyError):
    """Nothing answers at ``ARI_URL``, or it did not answer in time."""

    retryable = True


class AriUnauthorized(TelephonyError):
    """Asterisk refused the ARI user or password."""


class AriRefused(TelephonyError):
    """Asterisk understood the command and refused it."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class ChannelGone(TelephonyError):
    """The channel or bridge ended before the command reached it."""


class SpyRefused(TelephonyError):
    """A supervisor cannot be put on the call that way."""


class TransferRefused(TelephonyError):
    """A caller cannot be moved there, or not now."""


class PbxError(TelephonyError):
    """The local PBX could not be installed, rendered, started or stopped."""


class PhoneError(TelephonyError):
    """The softphone could not start, register or do what it was asked."""


class MediaError(IvrError):
    """Something is wrong with a call's audio path."""


class BadPacket(MediaError):
    """A datagram is not the RTP it should be."""


class UnreadableSound(MediaError):
    """A sound file is empty, broken, or written in a way that is not known here."""


class PortsExhausted(MediaError):
    """Every RTP port in the configured range is in use."""

    retryable = True


class EngineError(IvrError):
    """A speech or language engine failed."""

    def __init__(self, message: str, engine: str) -> None:
        super().__init__(message)
        self.engine = engine


class EngineUnavailable(EngineError):
    """The engine cannot be reached or is overloaded."""

    retryable = True


class EngineBusy(EngineUnavailable):
    """The engine has too much to do, and said after how many seconds it may be asked again."""

    def __init__(self, message: str, engine: str, retry_after: float) -> None:
        super().__init__(message, engine)
        self.retry_after = retry_after


class EngineTimeout(EngineError):
    """The engine did not answer within its deadline."""

    retryable = True


class EngineRefused(EngineError):
    """The engine understood the request and refused it."""


class UnusableAnswer(EngineError):
    """The engine answered with something that cannot be used."""


class ModelError(IvrError):
    """A model file in the store cannot be used."""


class ModelMissing(ModelError):
    """A model file is not in the store."""


class ModelCorrupt(ModelError):
    """A model file's sha256 is not the manifest's."""


class StorageError(IvrError):
    """Recordings or metadata could not be kept or read."""


class RecordingNotFound(StorageError):
    """No recording has that id."""


class JobNotFound(StorageError):
    """No job that failed has that id."""


class BrokerUnavailable(StorageError):
    """Celery's broker cannot be reached."""

    retryable = True


class CorrectionNotFound(StorageError):
    """The correction bank has no correction with that number."""


class CorrectionRefused(StorageError):
    """A correction cannot be kept as it is."""


class ExperimentNotFound(StorageError):
    """No experiment has that name."""


class ExperimentRefused(StorageError):
    """An experiment cannot be kept or started as it is."""


class SearchRefused(StorageError):
    """A search asks for what cannot be."""


class RecordingHeld(StorageError):
    """A recording is held for a legal case and must not go."""


class StorageFull(StorageError):
    """The disk that holds the recordings is full."""

    retryable = True


class StorageUnavailable(StorageError):
    """The store or the database cannot be reached."""

    retryable = True


class BucketRefused(StorageError):
    """The S3 server does not let us in, or has no such bucket; once that is mended, what waits goes on by itself."""

    retryable = True


class KeyProblem(StorageError):
    """The key that recordings are encrypted with is missing, wrong or destroyed."""


class ChecksumMismatch(StorageError):
    """A stored file is not the one that was written."""


class UnreadableDocument(IvrError):
    """A file of the knowledge base cannot be used; the others are."""


class ToolError(IvrError):
    """A business function failed or was called wrongly."""


class WrongProof(ToolError):
    """What a caller gave to prove who they are does not fit; a function that checks it raises this."""
