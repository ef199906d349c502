"""The part of bootstrap that chooses hosted language models; light, for whoever only looks whether they are there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from ivr.call.thinking import Patience, Provider, Thinking
from ivr.engines.anthropic_messages import AnthropicMessages, anthropic_service
from ivr.engines.llamacpp import LlamaCppChat
from ivr.engines.llamacpp_server import CONTEXT, Serving
from ivr.engines.llm_prices import load_prices, price_of
from ivr.engines.openai_chat import MOST_TOKENS, OpenAiChat, openai_service
from ivr.engines.store import ModelStore
from ivr.errors import ConfigError, ModelMissing
from ivr.settings import LLAMACPP_MODEL

if TYPE_CHECKING:
    from ivr.dialogue.chat_model import ChatModel
    from ivr.settings import LlmProvider, Settings

GGUF = "model.gguf"
CONTEXTS = {"openai": 128_000, "anthropic": 200_000, "llamacpp": CONTEXT, "lm_studio": 8192, "mixtral": 8192}
"""Tokens of context by provider; for servers of one's own what they usually are set to at least."""
OPENAI, OLLAMA, ANTHROPIC = "https://api.openai.com/v1", "http://127.0.0.1:11434/v1", "https://api.anthropic.com"


def build_chat_model(settings: Settings, provider: LlmProvider, model: str, url: str = "") -> ChatModel:
    """Open a hosted model; an empty ``model`` or ``url`` is the provider's usual one. ConfigError without a key."""
    key = settings.openai_api_key.get_secret_value()
    match provider:
        case "openai":
            if not (key or url):
                raise ConfigError(_lacking_key(provider, "OPENAI_API_KEY"))
            limit = {"max_tokens": MOST_TOKENS} if url else {"max_completion_tokens": MOST_TOKENS}
            return OpenAiChat(openai_service(provider, url or OPENAI, key), model or "gpt-4.1-mini", limit)
        case "lm_studio":
            service = openai_service(provider, url or settings.lm_studio_url, "", "LM_STUDIO_URL")
            return OpenAiChat(service, model or "local-model")
        case "mixtral":
            return OpenAiChat(openai_service(provider, url or OLLAMA, key if url else ""), model or provider)
        case "anthropic":
            secret = settings.anthropic_api_key.get_secret_value()
            if not secret:
                raise ConfigError(_lacking_key(provider, "ANTHROPIC_API_KEY"))
            service = anthropic_service(url.rstrip("/").removesuffix("/v1") or ANTHROPIC, secret)
            return AnthropicMessages(service, model or "claude-haiku-4-5")
        case "llamacpp":
            return LlamaCppChat(url or f"http://{settings.llm_host}:{settings.llm_port}/v1", model or LLAMACPP_MODEL)
        case never:
            assert_never(never)


def _lacking_key(provider: str, variable: str) -> str:
    return f"{provider} needs {variable}: set it in .env or the environment, or set LLM_PROVIDER=local"


def build_serving(settings: Settings, host: str | None, port: int | None, model: str | None) -> Serving:
    """Say which model llama.cpp serves: one of the store, verified, or any GGUF by its path."""
    asked = next((name for provider, name in settings.llm_chain if provider == "llamacpp"), "")
    name = model or asked or LLAMACPP_MODEL
    path = Path(name).expanduser()
    if path.suffix != ".gguf":
        path = ModelStore(settings.cache).file(name, GGUF)
    if not path.is_file():
        raise ModelMissing(f"{path} is not there; name a GGUF that is, with --model or LLM_MODEL")
    return Serving(
        path.stem if path.name != GGUF else name,
        path,
        host or settings.llm_host,
        port or settings.llm_port,
        settings.llm_threads,
    )


def build_thinking(settings: Settings) -> Thinking:
    """Open the hosted models in the order in which they are asked; none with LLM_PROVIDER=local. ConfigError."""
    prices = load_prices(settings.llm_prices)
    patience = Patience(settings.llm_first_token_timeout, settings.llm_token_timeout)
    models = [
        build_chat_model(settings, provider, model, settings.llm_base_url if number == 0 else "")
        for number, (provider, model) in enumerate(settings.llm_chain)
    ]
    return Thinking(
        [
            Provider(
                model,
                patience,
                price=price_of(model.model, prices),
                context=settings.llm_context_tokens or CONTEXTS[model.provider],
            )
            for model in models
        ]
    )
