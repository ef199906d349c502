"""The only place where settings become objects: one ``match`` a provider, no registry."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, assert_never

from ivr.bootstrap_llm import build_thinking
from ivr.bootstrap_tools import build_functions, build_tools
from ivr.bootstrap_tts import build_style, build_voices, demand_key
from ivr.call.attempt import Bridge
from ivr.call.clarifying import ClarifyingModel
from ivr.call.consoling import ConsolingModel
from ivr.call.constraining import ConstrainedTranscriber
from ivr.call.correcting import CorrectingTranscriber, house_terms
from ivr.call.kit import AgentKit, CallPolicy, HandoverPolicy, Tongue, VoiceEngines
from ivr.call.recorder import RecordingWriter
from ivr.call.relay import Relay
from ivr.call.remembering import remembering
from ivr.call.sharing import SharedTurns
from ivr.db.corrections import active_entries, ship
from ivr.db.crm_seed import seed
from ivr.db.memory import Memories
from ivr.db.migrate import migrate
from ivr.db.session import open_database, reading, writing
from ivr.dialogue.clarifying import CaseFold
from ivr.dialogue.form import FormDialogue
from ivr.dialogue.local import LocalDialogue, LocalEngine
from ivr.dialogue.prompt import system_prompt
from ivr.dialogue.script import Script, load_script, with_guides, with_translations
from ivr.dialogue.turn_policy import TurnPolicy
from ivr.engines.silero import SileroDetector
from ivr.engines.smart_turn import SmartTurn
from ivr.engines.store import ModelStore
from ivr.engines.word_confidence import CalibratedTranscriber, confidence_weights
from ivr.functions.screen_hook import HttpScreenHook
from ivr.language.clarification import ClarificationPolicy
from ivr.language.correction.bank import full_bank, live_bank
from ivr.language.correction.bank_file import first_terms
from ivr.language.correction.vectors import ExactIndex
from ivr.rtp.link import PortRange
from ivr.telephony.ari import AriClient, AriConfig
from ivr.telephony.callflow_values import FlowPolicy
from ivr.telephony.media import NewRtpLink
from ivr.telephony.switchboard import SwitchboardConfig

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from ivr.call.remembering import Recall
    from ivr.call.thinking import Thinking
    from ivr.language.correction.bank import CorrectionBank
    from ivr.ports import (
        Denoiser,
        Interpreter,
        LanguageModel,
        SpeakerEncoder,
        SpeakerFilter,
        Transcriber,
        TurnDetector,
        VoiceDetector,
    )
    from ivr.settings import Settings
    from ivr.telephony.media import NewLink


def build_models(settings: Settings) -> ModelStore:
    """Open the model store."""
    return ModelStore(settings.cache)


def build_detector(settings: Settings) -> VoiceDetector:
    """Load the voice activity detector."""
    return SileroDetector(build_models(settings))


def build_turn_detector(settings: Settings) -> TurnDetector:
    """Load the turn-end model."""
    return SmartTurn(build_models(settings))


def build_transcriber(settings: Settings, *, live: bool = True) -> Transcriber:
    """Load speech-to-text whose words carry the chance that they are right; not ``live``: it gives way to calls."""
    return rate_words(build_recogniser(settings, live=live), settings)


def rate_words(recogniser: Transcriber, settings: Settings) -> Transcriber:
    """Calibrate the confidences of a recogniser's words, where weights for its model are known."""
    model, weights = confidence_weights()
    return CalibratedTranscriber(recogniser, weights) if model == f"whisper-{settings.stt_model}" else recogniser


def build_recogniser(settings: Settings, *, live: bool = True) -> Transcriber:
    """Load speech-to-text as its model is."""
    match settings.stt_provider:
        case "whisper":
            from ivr.engines.whisper import AT_LEISURE, LIVE, WhisperTranscriber

            return WhisperTranscriber(
                build_models(settings),
                settings.stt_model,
                device=settings.stt_device,
                threads=settings.stt_threads,
                niceness=LIVE if live else AT_LEISURE,
            )
        case never:
            assert_never(never)


def build_hearing(settings: Settings, database: Engine, *, live: bool) -> Transcriber:
    """Load speech-to-text with the correction bank behind it: exact entries in calls, all levels after them."""
    transcriber = build_transcriber(settings, live=live)
    if live and settings.enable_clarification:
        transcriber = ConstrainedTranscriber(transcriber, dt.datetime.now, settings.country)
    if not settings.enable_stt_correction or (live and not settings.enable_online_correction):
        return transcriber
    return CorrectingTranscriber(transcriber, lambda: read_bank(settings, database, live=live))


def read_bank(settings: Settings, database: Engine, *, live: bool) -> CorrectionBank:
    """Read the tenant's correction bank as it is now."""
    with reading(database) as session:
        entries = active_entries(session, settings.tenant)
    if live:
        return live_bank(entries)
    terms = (*first_terms(), *house_terms(settings.correction_terms))
    match settings.term_index:
        case "numpy":
            return full_bank(entries, terms, ExactIndex)
        case "faiss":
            from ivr.engines.term_index import FaissIndex

            return full_bank(entries, terms, FaissIndex)
        case never:
            assert_never(never)


def build_denoiser(settings: Settings) -> Denoiser | None:
    """Load noise reduction, where it is switched on."""
    if not settings.enable_denoise:
        return None
    match settings.denoise_provider:
        case "deepfilter":
            from ivr.engines.deepfilter import DeepFilter

            return DeepFilter(build_models(settings))
        case "deepfilternet":
            from ivr.engines.deepfilternet import DeepFilterNet

            return DeepFilterNet(build_models(settings))
        case never:
            assert_never(never)


def build_voice(settings: Settings) -> VoiceEngines:
    """Load what is done to the caller's sound: noise reduction, telling voices apart, isolation."""
    denoiser = build_denoiser(settings)
    if not settings.enable_target_extraction:
        return VoiceEngines(denoiser)
    return VoiceEngines(denoiser, *build_speaker_engines(settings))


def build_speaker_engines(settings: Settings) -> tuple[SpeakerEncoder, SpeakerFilter]:
    """Load what tells voices apart, and what takes other voices out."""
    from ivr.engines.d_vectors import DVectors

    vectors = DVectors(build_models(settings))
    encoder: SpeakerEncoder = vectors
    if settings.speaker_encoder == "ecapa":
        from ivr.engines.ecapa import Ecapa

        encoder = Ecapa(settings.cache / "models" / "ecapa")
    match settings.speaker_filter:
        case "mask":
            from ivr.engines.voice_isolation import VoiceIsolation

            return encoder, VoiceIsolation(vectors)
        case "voxlock":
            from ivr.engines.voxlock import VoxLock

            return encoder, VoxLock(settings.voxlock_path)
        case never:
            assert_never(never)


def build_interpreter(settings: Settings) -> Interpreter | None:
    """Start the thread that tells how callers speak and feel, where one of them is switched on."""
    if not (settings.enable_sentiment or settings.enable_prosody_analysis):
        return None
    from ivr.engines.interpreter import Interpreter

    return Interpreter(voice=settings.enable_prosody_analysis)


def build_script(settings: Settings) -> Script:
    """Read the persona, and the operator's functions that it leads callers through."""
    knows = settings.knowledge_folder is not None
    script = replace(load_script(settings.persona), country=settings.country, knows=knows)
    script = with_translations(script, settings.persona, settings.spoken)
    declared = build_functions(settings)
    return with_guides(script, declared.guides) if declared is not None else script


def build_tongues(settings: Settings, script: Script) -> dict[str, Tongue]:
    """Say with which lines and voice each language is spoken that callers may switch to."""
    return {
        language: Tongue(other, build_style(settings, language, other.persona.voice))
        for language, other in script.translations.items()
    }


def build_new_model(
    settings: Settings, script: Script, thinking: Thinking | None = None, recall: Recall | None = None
) -> Callable[[], LanguageModel]:
    """Choose who decides what to say, who asks again before that, and who knows the customer's last call."""
    if script.persona.form:
        new_engine: Callable[[], LanguageModel] = partial(FormDialogue, script, dt.datetime.now)
    else:
        new_engine = partial(LocalDialogue, script, dt.datetime.now)
        thinking = thinking or build_thinking(settings)
        if thinking.providers:
            new_engine = partial(_relayed, new_engine, script, thinking, shares=settings.shares_turns)
    if settings.enable_sentiment:
        new_engine = partial(_consoling, new_engine, script)
    if recall is not None:
        new_engine = remembering(new_engine, recall)
    if not settings.enable_clarification:
        return new_engine
    policy = ClarificationPolicy(settings.clarification_confidence, settings.max_clarifications)
    fold = CaseFold(script, policy, frozenset(detail.kind for detail in script.persona.form))
    return lambda: ClarifyingModel(new_engine(), fold, dt.datetime.now)


def _relayed(
    new_engine: Callable[[], LanguageModel], script: Script, thinking: Thinking, *, shares: bool
) -> LanguageModel:
    abroad = {language: sorted(other.lines_of("please_wait")) for language, other in script.translations.items()}
    bridge = Bridge(sorted(script.lines_of("please_wait")), abroad=abroad)
    brief = system_prompt(script, dt.datetime.now())  # noqa: DTZ005 - local time
    engine = LocalEngine(script)
    relay: LanguageModel = Relay(thinking, new_engine(), brief, bridge, script.subjects)
    if script.persona.refuses:
        relay = SharedTurns(engine.refuses, new_engine(), relay, dt.datetime.now)
    return SharedTurns(engine.understands, new_engine(), relay, dt.datetime.now) if shares else relay


def build_recall(settings: Settings, database: Engine) -> Recall | None:
    """Open what is remembered of customers, where anything is."""
    return Memories(database, settings.tenant, settings.memory_days) if settings.memory_days else None


def _consoling(new_engine: Callable[[], LanguageModel], script: Script) -> LanguageModel:
    return ConsolingModel(new_engine(), script)


def open_db(settings: Settings) -> Engine:
    """Open the database, brought up to date, with the demo customers and the first corrections in it."""
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database)
    migrate(engine)
    seed(engine, dt.date.today())  # noqa: DTZ011 - the call center's own day
    with writing(engine) as session:
        ship(session, settings.tenant)
    return engine


def build_policy(settings: Settings) -> CallPolicy:
    """Say how calls are held."""
    turns = TurnPolicy(
        threshold=settings.turn_threshold,
        timeout=settings.turn_timeout,
        dictation_timeout=settings.dictation_timeout,
        no_input_after=settings.no_input_after,
        max_utterance=settings.max_utterance,
        max_call=settings.max_call,
    )
    return CallPolicy(
        turns,
        language=settings.language,
        country=settings.country,
        sentiment=settings.enable_sentiment,
        handover=HandoverPolicy(settings.transfer_mode, settings.handover_limit),
    )


async def build_kit(settings: Settings, database: Engine) -> AgentKit:
    """Load everything that calls share, warmed up."""
    script = build_script(settings)
    style = build_style(settings)
    thinking = build_thinking(settings)
    recall = build_recall(settings, database)
    demand_key(settings)
    async with asyncio.TaskGroup() as loading:
        transcriber = loading.create_task(asyncio.to_thread(build_hearing, settings, database, live=True))
        voices = loading.create_task(asyncio.to_thread(build_voices, settings))
        voice = loading.create_task(asyncio.to_thread(build_voice, settings))
    return AgentKit(
        detector=build_detector(settings),
        turn_detector=build_turn_detector(settings),
        transcriber=transcriber.result(),
        new_model=build_new_model(settings, script, thinking, recall),
        recall=recall,
        tools=build_tools(settings, database, read_later=True),
        synthesizer=voices.result(),
        speaking=voices.result(),
        lines=script,
        policy=build_policy(settings),
        style=style,
        tongues=build_tongues(settings, script),
        versions=build_models(settings).versions(),
        voice=voice.result(),
        vocabulary=script.vocabulary,
        interpreter=build_interpreter(settings),
        thinking=thinking,
        screen_hook=HttpScreenHook(settings.screen_pop_url) if settings.screen_pop_url else None,
    )


def build_writer(settings: Settings) -> RecordingWriter:
    """Start the thread that writes recordings."""
    return RecordingWriter(settings.storage_local_path)


def open_ari(settings: Settings) -> AriClient:
    """Make the ARI client; it connects when entered."""
    return AriClient(
        AriConfig(settings.ari_url, settings.ari_user, settings.ari_password.get_secret_value(), settings.ari_app)
    )


def build_new_link(settings: Settings) -> NewLink:
    """Choose how a call's audio comes to us."""
    match settings.media_transport:
        case "rtp":
            ports = PortRange(settings.rtp_host, settings.rtp_port_min, settings.rtp_port_max)
            return NewRtpLink(ports, settings.rtp_host, settings.media_codec)
        case "websocket":
            from ivr.telephony.media_websocket import MediaServer
            from ivr.telephony.media_websocket_leg import NewWebsocketLink

            return NewWebsocketLink(MediaServer.beside(settings.ari_url), settings.media_codec)
        case never:
            assert_never(never)


def build_switchboard_config(settings: Settings) -> SwitchboardConfig:
    """Say how calls are set up."""
    return SwitchboardConfig(FlowPolicy(app=settings.ari_app, screen_app=settings.screen_pop_app))
