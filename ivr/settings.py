"""Every environment variable, once.

Read from the process environment, then ``.env``, then the generated ``<IVR_HOME>/secrets.env`` (0600).
A wrong value names the variable and what it may be.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Literal, cast, get_args

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from ivr.errors import ConfigError
from ivr.language.tongues import TONGUES
from ivr.settings_jobs import JobSettings
from ivr.settings_storage import StorageSettings

LlmProvider = Literal["openai", "lm_studio", "mixtral", "anthropic", "llamacpp"]
LLAMACPP_MODEL = "qwen2.5-coder-1.5b-instruct"
"""The model of the store that llama.cpp serves unless another is named."""
DEMO_DOCUMENTS = Path(__file__).with_name("knowledge") / "telenova"
SECRET_NAMES = ("ARI_PASSWORD", "PHONE_PASSWORD", "WEB_API_KEY")


class Settings(StorageSettings, JobSettings):
    """The product's settings; the field name in capitals is the variable's name."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    # where things live
    ivr_home: Path = Field(Path("var"), description="State of this installation: secrets, PBX config, logs, database.")
    ivr_cache: Path = Field(
        Path("~/.cache/ivr"),
        description="Downloads shared between checkouts: weights, the Asterisk root, spoken phrases.",
    )
    database_url: str = Field("", description="SQLAlchemy URL. Empty: SQLite in IVR_HOME.")

    # hearing
    stt_provider: Literal["whisper"] = Field("whisper", description="Speech to text.")
    stt_model: str = Field("base", description="Whisper size (tiny to large-v3) in the model store, or a path.")
    stt_device: Literal["cpu", "cuda", "auto"] = Field("cpu", description="Where Whisper runs.")
    stt_threads: int = Field(0, ge=0, le=64, description="CPU threads of Whisper; 0 = the fastest for this machine.")
    language: Literal["es", "en", "ca", "gl", "pt"] = Field("es", description="What callers speak.")
    languages: str = Field(
        "es,en,ca,gl,pt",
        description="What the agent may go over to when a caller does, with commas, where the persona is translated.",
    )

    # voice
    enable_denoise: bool = Field(
        default=False, description="Take noise out for those listeners that it helps; a tenth of a CPU core a call."
    )
    denoise_provider: Literal["deepfilter", "deepfilternet"] = Field(
        "deepfilter", description="DeepFilterNet3: its C runtime, or PyTorch (pip install 'ivr[deepfilternet]')."
    )
    enable_target_extraction: bool = Field(
        default=False, description="Learn the caller's voice, keep other voices out of words and interruptions."
    )
    speaker_encoder: Literal["d-vectors", "ecapa"] = Field(
        "d-vectors", description="Tells voices apart; ecapa is SpeechBrain's (pip install 'ivr[ecapa]')."
    )
    speaker_filter: Literal["mask", "voxlock"] = Field(
        "mask", description="Takes a second voice out; voxlock wants VOXLOCK_PATH."
    )
    voxlock_path: Path | None = Field(None, description="Folder with VoxLock's weights, when SPEAKER_FILTER=voxlock.")

    # feelings
    enable_prosody_analysis: bool = Field(
        default=True, description="Measure pitch, loudness, pauses and pace of callers' turns, 2-5 ms each."
    )
    enable_sentiment: bool = Field(
        default=True, description="Tell how callers feel, turn by turn, and when their frustration builds up."
    )

    # correcting
    enable_stt_correction: bool = Field(
        default=True, description="Mend misheard words of the field from the correction bank."
    )
    enable_online_correction: bool = Field(
        default=True, description="Mend them while the call runs too (exact entries only), not just after it."
    )
    term_index: Literal["numpy", "faiss"] = Field(
        "numpy", description="Search among the bank's terms after calls; faiss (pip install 'ivr[vectors]') for many."
    )
    correction_terms: Path | None = Field(
        None, description="CSV (term,kind,context) of the house's products, customers, streets: found by their sound."
    )
    correction_corpus: Path | None = Field(
        None, description="Folder of the Fisher/CALLHOME recognition errors that ivr bench speech correction reads."
    )
    tenant: str = Field(
        "default",
        pattern=r"^[a-z0-9][a-z0-9-]{0,39}$",
        description="Whose correction bank: companies that share a database keep their own.",
    )

    redact: Literal["off", "copy", "replace"] = Field(
        "off",
        description="Cover cards, DNI, IBAN, phones and e-mails after calls: in a copy, or in the original's place.",
    )
    retention: Path | None = Field(
        None, description="YAML with the rules of how long recordings are kept (docs/recordings.md); empty: for ever."
    )

    memory_days: int = Field(
        90, ge=0, le=3650, description="Days for which calls of customers are remembered in short; 0 = not at all."
    )

    # asking again
    enable_clarification: bool = Field(
        default=True, description="Ask again for numbers, names, amounts and yes or no that were not heard well."
    )
    clarification_confidence: float = Field(
        0.5, ge=0, le=1, description="Chance of being right under which such a word is in doubt."
    )
    max_clarifications: int = Field(3, ge=0, le=10, description="How often in a call the agent asks again.")

    # knowing
    knowledge: str = Field(
        "",
        description="Folder of Markdown, text and PDF files that callers' questions are answered from; empty: the demo "
        "company's with the demo persona, else none; none: nothing is looked up.",
    )
    knowledge_vectors: bool = Field(
        default=True, description="Search them by meaning (91 MB to fetch), not by their words alone."
    )

    knowledge_index: Literal["numpy", "faiss"] = Field(
        "numpy", description="Search among their passages; faiss (pip install 'ivr[vectors]') for many thousands."
    )

    # thinking
    llm_provider: Literal["local", LlmProvider] = Field(
        "local",
        description="Who decides what to say; local is the built-in engine, which also steps in for the others.",
    )
    llm_fallbacks: str = Field(
        "", description="Who is asked next, in order: PROVIDER or PROVIDER:MODEL, with commas; local is always last."
    )
    llm_turns: Literal["", "all", "unknown"] = Field(
        "",
        description="Which turns hosted models answer: all, or those that the built-in engine does not understand; "
        "empty: all, but for llamacpp the unknown ones.",
    )
    llm_model: str = Field("", description="Model of LLM_PROVIDER; empty: the provider's usual one.")
    llm_base_url: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        description="Address of LLM_PROVIDER's API, up to /v1; empty: the provider's own.",
    )
    openai_api_key: SecretStr = Field(
        SecretStr(""), description="Key for openai, or for a server that LLM_BASE_URL or TTS_BASE_URL names."
    )
    lm_studio_url: str = Field("http://127.0.0.1:1234/v1", pattern=r"^https?://\S+$", description="LM Studio's API.")
    anthropic_api_key: SecretStr = Field(SecretStr(""), description="Key for anthropic.")
    llm_first_token_timeout: float = Field(
        3.0, ge=0.2, le=30, description="Seconds after which a model that gave no sign loses the turn to the next."
    )
    llm_token_timeout: float = Field(
        2.0, ge=0.2, le=30, description="The same when it stands still in the middle of an answer."
    )
    llm_context_tokens: int = Field(
        0,
        ge=0,
        le=2_000_000,
        description="Context of the hosted models; longer calls are summed up. 0 = what each provider has.",
    )
    llm_prices: Path | None = Field(
        None, description="YAML with each model's dollars a million tokens; empty: list prices of known models."
    )
    llm_host: str = Field("127.0.0.1", description="Address that ivr serve llm listens on.")
    llm_threads: int = Field(0, ge=0, le=64, description="CPU threads of ivr serve llm; 0 = all cores but one.")
    llm_port: int = Field(8003, ge=1, le=65535, description="Port of ivr serve llm, and where llamacpp looks for it.")
    persona: str = Field("es", description="Persona file: a name in ivr/dialogue/personas or a path to a YAML file.")

    functions: Path | None = Field(
        None, description="YAML file with business functions of your own (docs/functions.md); empty: none."
    )

    country: Literal["ES", "MX", "AR", "CO", "CL"] = Field(
        "ES", description="Whose telephone numbers, postal codes and money callers mean when they do not say."
    )

    # speaking
    tts_provider: Literal["kokoro", "coqui", "elevenlabs", "openai", "espeak"] = Field(
        "kokoro", description="Text to speech; where it fails, kokoro and then espeak go on (docs/voices.md)."
    )
    tts_voice: str = Field(
        "", description="Voice; empty: its usual one. Kokoro: ef_dora, em_alex, em_santa; ElevenLabs: the voice's id."
    )
    tts_model: str = Field("", description="Model of TTS_PROVIDER, for coqui its folder; empty: the usual one.")
    tts_base_url: str = Field(
        "", description="Address of TTS_PROVIDER's API (openai: up to /v1); empty: the provider's own."
    )
    elevenlabs_api_key: SecretStr = Field(SecretStr(""), description="Key for elevenlabs.")
    tts_first_sound_timeout: float = Field(
        1.2, ge=0.2, le=10, description="Seconds after which a hosted voice that gave no sound loses the clause."
    )
    tts_region: Literal["ES", "MX"] = Field(
        "ES", description="Whose way to say money, hours, phones and letters, and whose accent: Spain's or Mexico's."
    )
    tts_speed: float = Field(1.05, ge=0.5, le=2.0, description="1 = the voice's own pace.")

    # turns
    turn_threshold: float = Field(
        0.9, ge=0, le=1, description="Probability (turn model, words, silence) from which a pause ends the turn."
    )
    turn_timeout: float = Field(1.8, ge=0.3, le=6, description="Seconds of silence that end any turn.")
    dictation_timeout: float = Field(2.5, ge=0.3, le=8, description="The same while a number or e-mail is dictated.")
    no_input_after: float = Field(8.0, ge=2, le=60, description="Seconds of silence after which the agent asks again.")
    max_utterance: float = Field(
        30.0, ge=5, le=120, description="Seconds after which a caller is interrupted politely."
    )
    max_call: float = Field(1800.0, ge=30, description="Seconds after which a call is ended.")

    # telephony
    ari_url: str = Field("http://127.0.0.1:8088/ari", description="ARI of the PBX.")
    ari_user: str = Field("ivr", description="ARI user.")
    ari_password: SecretStr = Field(SecretStr(""), description="ARI password; generated for the local PBX.")
    ari_app: str = Field("ivr", description="Stasis application name.")
    pbx: Literal["local", "external"] = Field(
        "local", description="local: run our own Asterisk; external: use ARI_URL."
    )
    phone_password: SecretStr = Field(SecretStr(""), description="Base of the phones' SIP passwords; generated.")
    sip_host: str = Field("0.0.0.0", description="Address the local PBX listens on for SIP.")  # noqa: S104
    sip_port: int = Field(5060, ge=1, le=65535, description="SIP port (udp and tcp) of the local PBX.")
    external_address: str = Field("", description="Address that phones outside see, when the local PBX is behind NAT.")
    carrier: str = Field("", description="Trunk of the local PBX, HOST or HOST:PORT; empty: nobody dials out.")
    carrier_user: str = Field("", description="Account at the carrier, when it wants one.")
    carrier_password: SecretStr = Field(SecretStr(""), description="Its password.")
    transfer_to: str = Field("2000", description="Extension, queue or outside number (over CARRIER) that takes over.")
    transfer_mode: Literal["warm", "blind"] = Field(
        "warm",
        description="warm: the caller waits with the agent until a person, told what it is about, accepts with a key.",
    )
    handover_limit: float = Field(
        180.0, ge=10, le=900, description="Seconds within which a person takes the caller, or a callback is offered."
    )
    screen_pop_url: str = Field(
        "",
        pattern="^(https?://.+)?$",
        description="Address told by POST who a person is about to speak with.",
    )
    screen_pop_app: str = Field(
        "", pattern="^[A-Za-z0-9_.-]*$", description="ARI application that is told the same; AMI always is."
    )
    agent_in_queue: bool = Field(
        False, description="Whether the agent takes callers of the local PBX's queue 2000 whom no person can take."
    )
    media_transport: Literal["rtp", "websocket"] = Field("rtp", description="How audio goes between Asterisk and us.")
    media_codec: Literal["alaw", "ulaw", "g722"] = Field("alaw", description="Codec of the media leg; g722 is 16 kHz.")
    rtp_host: str = Field("127.0.0.1", description="Our address as Asterisk sees it.")
    rtp_port_min: int = Field(30000, ge=1024, le=65534, description="First RTP port of ours.")
    rtp_port_max: int = Field(30998, ge=1025, le=65535, description="Last RTP port of ours.")
    pbx_rtp_port_min: int = Field(10000, ge=1024, le=65534, description="First RTP port of the local PBX.")
    pbx_rtp_port_max: int = Field(10998, ge=1025, le=65535, description="Last RTP port of the local PBX.")

    # web
    web_host: str = Field("127.0.0.1", description="Address of the API.")
    web_port: int = Field(8000, ge=1, le=65535, description="Port of the API.")
    web_api_key: SecretStr = Field(SecretStr(""), description="Key that clients send as X-API-Key; generated.")

    # logs
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")
    log_format: Literal["text", "json"] = Field("text", description="Log lines for people or for machines.")

    @model_validator(mode="after")
    def _ports_make_sense(self) -> Settings:
        if self.rtp_port_max <= self.rtp_port_min:
            raise ValueError("RTP_PORT_MAX must be greater than RTP_PORT_MIN")
        if self.pbx_rtp_port_max <= self.pbx_rtp_port_min:
            raise ValueError("PBX_RTP_PORT_MAX must be greater than PBX_RTP_PORT_MIN")
        return self

    @field_validator("languages")
    @classmethod
    def _are_languages(cls, value: str) -> str:
        unknown = next((one for one in _listed(value) if one not in TONGUES), None)
        if unknown is not None:
            raise ValueError(f"{unknown!r} is none of {', '.join(TONGUES)}")
        return value

    @property
    def spoken(self) -> tuple[str, ...]:
        """The languages that callers may switch between, the main one first."""
        return tuple(dict.fromkeys((self.language, *_listed(self.languages))))

    @field_validator("llm_fallbacks")
    @classmethod
    def _are_providers(cls, value: str) -> str:
        named = [item.strip().partition(":")[0] for item in value.split(",") if item.strip()]
        unknown = next((name for name in named if name not in get_args(LlmProvider)), None)
        if unknown is not None:
            raise ValueError(f"{unknown!r} is none of {', '.join(get_args(LlmProvider))}")
        return value

    @property
    def llm_chain(self) -> tuple[tuple[LlmProvider, str], ...]:
        """The hosted models in the order in which they are asked, (provider, model); "" = its usual one."""
        if self.llm_provider == "local":
            return ()
        pairs = (item.strip().partition(":") for item in self.llm_fallbacks.split(",") if item.strip())
        further = ((cast("LlmProvider", name), model) for name, _, model in pairs)
        return ((self.llm_provider, self.llm_model), *further)

    @property
    def shares_turns(self) -> bool:
        """Whether the built-in engine answers what it understands, and models the rest."""
        return self.llm_turns == "unknown" or (not self.llm_turns and self.llm_provider == "llamacpp")

    @property
    def serves_llamacpp(self) -> bool:
        """Whether llama.cpp is ours to run beside the calls."""
        elsewhere = self.llm_provider == "llamacpp" and bool(self.llm_base_url)
        return not elsewhere and any(provider == "llamacpp" for provider, _ in self.llm_chain)

    def is_on(self, switch: str) -> bool:
        """Say whether a switch is on: a variable that is true, or ``LLM_PROVIDER=llamacpp:MODEL``, who is asked."""
        _, _, asked = switch.partition("=")
        if asked:
            return asked in {f"{provider}:{model or LLAMACPP_MODEL}" for provider, model in self.llm_chain}
        return bool(getattr(self, switch.lower()))

    @property
    def knowledge_folder(self) -> Path | None:
        """Where the documents are that questions are answered from; None: nothing is looked up."""
        if self.knowledge == "none" or (not self.knowledge and self.persona != "es"):
            return None
        return Path(self.knowledge).expanduser().absolute() if self.knowledge else DEMO_DOCUMENTS

    @property
    def home(self) -> Path:
        """The state directory, absolute."""
        return self.ivr_home.expanduser().absolute()

    @property
    def cache(self) -> Path:
        """The download cache, absolute."""
        return self.ivr_cache.expanduser().absolute()

    @property
    def database(self) -> str:
        """The SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{self.home / 'ivr.sqlite'}"


def _listed(value: str) -> list[str]:
    return [item.strip() for item in value.split(",") if item.strip()]


def load_settings() -> Settings:
    """Read the settings; ConfigError names each wrong variable and what it may be."""
    try:
        home = Settings(_env_file=".env").home
        return Settings(_env_file=(home / "secrets.env", ".env"))
    except ValidationError as error:
        raise ConfigError("; ".join(_explain(item) for item in error.errors())) from None


def _explain(item: object) -> str:
    if not isinstance(item, dict):
        return str(item)
    if not item["loc"]:  # several settings together: what was given is all of them, the secrets too
        return f"{item['msg']}; set them in .env or the environment"
    name = ".".join(str(part) for part in item["loc"]).upper()
    given = "" if name in SECRET_NAMES or "PASSWORD" in name or "KEY" in name else f" (got {item.get('input')!r})"
    return f"{name}: {item['msg']}{given}; set it in .env or the environment"


def ensure_secrets(home: Path) -> Path:
    """Generate the secrets that are missing into ``<home>/secrets.env`` (0600); keeps what is there."""
    path = home / "secrets.env"
    home.mkdir(parents=True, exist_ok=True)
    lines = path.read_text().splitlines() if path.exists() else []
    present = {line.partition("=")[0] for line in lines}
    missing = [name for name in SECRET_NAMES if name not in present]
    if missing:
        lines += [f"{name}={secrets.token_urlsafe(18)}" for name in missing]
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("\n".join(lines) + "\n")
    path.chmod(0o600)
    return path
