"""The part of bootstrap that makes the agents of experiments: the same engines with another persona, voice or model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast, get_args

from ivr.bootstrap import build_new_model, build_script, build_tongues
from ivr.bootstrap_llm import build_chat_model, build_thinking
from ivr.bootstrap_tts import build_style
from ivr.call.thinking import Thinking
from ivr.dialogue.persona_file import persona_path
from ivr.engines.store import ModelStore
from ivr.errors import ConfigError, ExperimentRefused
from ivr.experiments.definition import parse_experiment
from ivr.settings import LLAMACPP_MODEL, LlmProvider

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.call.kit import AgentKit
    from ivr.dialogue.script import Script
    from ivr.experiments.definition import Change, Experiment
    from ivr.ports import VoiceStyle
    from ivr.settings import Settings

LOCAL = "local"


def read_experiment(settings: Settings, text: str, source: str, folder: Path) -> Experiment:
    """Read an experiment that this installation can hold; ConfigError or ExperimentRefused say what it cannot."""
    experiment = parse_experiment(text, source, folder, str(persona_path(settings.persona).absolute()))
    language = build_script(settings).persona.language
    for name, variant in experiment.variants.items():
        _demand(settings, f"{source}, variants.{name}", variant, language)
    return experiment


def _demand(settings: Settings, where: str, change: Change, language: str) -> None:
    if change.persona is not None and change.persona.language != language:
        raise ExperimentRefused(
            f"{where}.persona speaks {change.persona.language!r}, but callers are served in {language!r}; "
            "compare personas of one language"
        )
    if change.voice is not None and settings.tts_provider == "kokoro":
        known = [
            file.removesuffix(".bin") for file in ModelStore(settings.cache).manifest.models["kokoro-voices"].files
        ]
        if change.voice not in known:
            raise ExperimentRefused(
                f"{where}.voice: no voice is called {change.voice!r}; give one of {', '.join(known)}"
            )
    if change.model is None:
        return
    provider, _, model = change.model.partition(":")
    if provider not in (LOCAL, *get_args(LlmProvider)):
        known = [LOCAL, *get_args(LlmProvider)]
        raise ExperimentRefused(
            f"{where}.model: nobody is called {provider!r}; give PROVIDER or PROVIDER:MODEL, of {', '.join(known)}"
        )
    if provider == "llamacpp" and not settings.is_on(f"LLM_PROVIDER=llamacpp:{model or LLAMACPP_MODEL}"):
        raise ExperimentRefused(
            f"{where}.model: this model is not served; put llamacpp:{model or LLAMACPP_MODEL} in LLM_PROVIDER or "
            "LLM_FALLBACKS, so that ivr up serves it"
        )
    try:
        build_variant_thinking(settings, change.model)
    except ConfigError as error:
        raise ExperimentRefused(f"{where}.model: {error}") from error


def build_variant_thinking(settings: Settings, model: str) -> Thinking:
    """Open the models of a variant: its own first, then those that the settings name. ConfigError without its key."""
    if model == LOCAL:
        return Thinking()
    name, _, which = model.partition(":")
    provider = cast("LlmProvider", name)
    rest = [pair for pair in settings.llm_chain if pair != (provider, which)]
    fallbacks = ",".join(f"{other}:{its}" if its else other for other, its in rest)
    own_address = settings.llm_base_url if provider == settings.llm_provider else ""
    build_chat_model(settings, provider, which, own_address)
    changed = {
        "llm_provider": provider,
        "llm_model": which,
        "llm_base_url": own_address,
        "llm_fallbacks": fallbacks,
    }
    return build_thinking(settings.model_copy(update=changed))


def build_variant_script(settings: Settings, change: Change) -> Script:
    """Give the words of a variant."""
    script = build_script(settings)
    return script if change.persona is None else replace(script, persona=change.persona)


def build_variant_style(settings: Settings, change: Change) -> VoiceStyle:
    """Say how a variant speaks."""
    changed = {"tts_voice": change.voice, "tts_speed": change.speed}
    return build_style(settings.model_copy(update={name: to for name, to in changed.items() if to is not None}))


def build_variant_kit(settings: Settings, base: AgentKit, change: Change) -> AgentKit:
    """Make a variant's kit of the one that calls share: no engine is loaded again."""
    if not change.fields:
        return base
    script = build_variant_script(settings, change)
    thinking = base.thinking if change.model is None else build_variant_thinking(settings, change.model)
    style = build_variant_style(settings, change)
    own = settings.model_copy(update={"tts_voice": style.voice, "tts_speed": style.speed})
    return replace(
        base,
        lines=script,
        tongues=build_tongues(own, script),
        vocabulary=script.vocabulary,
        style=style,
        new_model=build_new_model(settings, script, thinking, base.recall),
        thinking=thinking,
    )
