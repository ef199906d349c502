"""How a call ended: a closed list."""

from enum import StrEnum


class Outcome(StrEnum):
    """The first five end a conversation, the rest explain why there was none."""

    COMPLETED = "completed"
    """The agent said goodbye and hung up."""
    CALLER_HUNG_UP = "caller_hung_up"
    TRANSFERRED = "transferred"
    NO_INPUT = "no_input"
    """The caller never spoke, or stopped answering."""
    CALLER_NEVER_STOPPED = "caller_never_stopped"
    NO_MEDIA = "no_media"
    """The call was answered but no audio ever came."""
    INCOMPATIBLE_MEDIA = "incompatible_media"
    """The phone offered only video or codecs that we do not have."""
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    INVALID_NUMBER = "invalid_number"
    UNREACHABLE = "unreachable"
    CONGESTION = "congestion"
    PBX_FAILED = "pbx_failed"
    """Asterisk restarted or its connection was lost during the call."""
    AGENT_FAILED = "agent_failed"
    """Our own process ended or a session broke."""
    TIME_LIMIT = "time_limit"
    """The call reached MAX_CALL."""
