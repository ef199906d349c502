from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from ivr.bootstrap import build_new_model, build_script
from ivr.bootstrap_llm import build_serving, build_thinking
from ivr.bootstrap_tts import build_style, build_voices, demand_key
from ivr.db.crm_tools import TOOLS
from ivr.dialogue.conversation import Message, Speech
from ivr.errors import ConfigError, ModelMissing
from ivr.language.correction.values import HeardWord
from ivr.settings import Settings, load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.dialogue.tools import ToolCall

QUESTION = Message("assistant", "¿Cuál es su número de teléfono?")
DOUBTFUL = tuple(HeardWord(word, 0.4) for word in ["612", "34", "56", "78"])


async def replies(persona: str, **changes: object) -> list[Speech | ToolCall]:
    settings = Settings().model_copy(update={"persona": persona, "llm_provider": "local"} | changes)
    model = build_new_model(settings, build_script(settings))()
    messages = [QUESTION, Message("user", "612 34 56 78", words=DOUBTFUL)]
    return [piece async for piece in model.reply(messages, TOOLS)]


@pytest.mark.parametrize("persona", ["es", "datos"])
async def test_a_doubtful_number_is_read_back_before_the_engine_acts(persona: str) -> None:
    (piece,) = await replies(persona, enable_clarification=True)
    assert isinstance(piece, Speech)
    assert piece.clarifies == "yes_no"
    assert "seis uno dos" in piece.text


def test_the_country_is_a_setting() -> None:
    assert build_script(Settings()).country == "ES"
    assert build_script(Settings().model_copy(update={"country": "MX"})).phone_digits == 10


def test_an_unknown_country_is_refused_with_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTRY", "FR")
    with pytest.raises(ConfigError, match=r"COUNTRY: .*'ES', 'MX', 'AR', 'CO' or 'CL' \(got 'FR'\)"):
        load_settings()


async def test_clarification_can_be_switched_off() -> None:
    pieces = await replies("datos", enable_clarification=False)
    noted = [piece for piece in pieces if not isinstance(piece, Speech)]
    assert [call.arguments["value"] for call in noted] == ["612345678"]


@pytest.mark.parametrize("change", [{"clarification_confidence": 0.3}, {"max_clarifications": 0}])
async def test_how_doubtful_and_how_often_are_settings(change: dict[str, object]) -> None:
    pieces = await replies("es", enable_clarification=True, **change)
    assert not any(isinstance(piece, Speech) and piece.clarifies for piece in pieces)


def chosen(**changes: object) -> list[tuple[str, str]]:
    settings = Settings().model_copy(update=changes)
    return [(provider.name, provider.model.model) for provider in build_thinking(settings).providers]


def test_without_a_hosted_model_the_built_in_engine_decides_alone() -> None:
    assert chosen(llm_provider="local", llm_fallbacks="llamacpp") == []


def test_hosted_models_are_asked_in_the_order_of_the_settings() -> None:
    fallbacks = "anthropic:claude-sonnet-4-5, lm_studio, mixtral:mistral-small,llamacpp"
    assert chosen(
        llm_provider="openai",
        llm_model="gpt-4o",
        llm_fallbacks=fallbacks,
        openai_api_key=SecretStr("sk-x"),
        anthropic_api_key=SecretStr("sk-y"),
    ) == [
        ("openai", "gpt-4o"),
        ("anthropic", "claude-sonnet-4-5"),
        ("lm_studio", "local-model"),
        ("mixtral", "mistral-small"),
        ("llamacpp", "qwen2.5-coder-1.5b-instruct"),
    ]


@pytest.mark.parametrize(
    ("changes", "variable"),
    [
        ({"llm_provider": "openai"}, "OPENAI_API_KEY"),
        ({"llm_provider": "anthropic"}, "ANTHROPIC_API_KEY"),
        ({"llm_provider": "llamacpp", "llm_fallbacks": "anthropic"}, "ANTHROPIC_API_KEY"),
    ],
)
def test_a_missing_key_is_refused_at_start_with_the_mend(changes: dict[str, object], variable: str) -> None:
    empty = {"openai_api_key": SecretStr(""), "anthropic_api_key": SecretStr("")}
    with pytest.raises(ConfigError, match=f"{variable}: set it in .env"):
        chosen(**empty, **changes)


def test_a_server_of_ones_own_needs_no_key() -> None:
    own = {"llm_provider": "openai", "llm_model": "qwen", "llm_base_url": "http://127.0.0.1:9/v1"}
    assert chosen(**own, openai_api_key=SecretStr("")) == [("openai", "qwen")]


async def test_with_its_model_down_a_call_is_answered_by_the_built_in_engine() -> None:
    own = {"llm_provider": "openai", "llm_base_url": "http://127.0.0.1:9/v1", "enable_clarification": False}
    settings = Settings().model_copy(update={"persona": "es"} | own)
    thinking = build_thinking(settings)
    model = build_new_model(settings, build_script(settings), thinking)()
    pieces = [piece async for piece in model.reply([Message("user", "Quiero saber mi saldo.")], TOOLS)]
    await thinking.aclose()
    assert isinstance(pieces[0], Speech)
    assert "cuenta" in " ".join(piece.text for piece in pieces if isinstance(piece, Speech))
    assert thinking.facts(0.0)["local"]["answered"] == 1


def test_a_gguf_that_is_not_there_is_told_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="--model"):
        build_serving(Settings(), None, None, str(tmp_path / "none.gguf"))
    with pytest.raises(ModelMissing, match="ivr models pull"):
        build_serving(Settings(ivr_cache=tmp_path), None, None, None)


def test_any_gguf_may_be_served(tmp_path: Path) -> None:
    gguf = tmp_path / "mistral-7b.gguf"
    gguf.touch()
    serving = build_serving(Settings(), "0.0.0.0", 9000, str(gguf))  # noqa: S104 - nothing listens
    assert (serving.model, serving.path, serving.host, serving.port) == ("mistral-7b", gguf, "0.0.0.0", 9000)  # noqa: S104


KEYLESS = {"openai_api_key": SecretStr(""), "elevenlabs_api_key": SecretStr("")}


@pytest.mark.parametrize(("provider", "variable"), [("elevenlabs", "ELEVENLABS_API_KEY"), ("openai", "OPENAI_API_KEY")])
def test_a_missing_key_of_a_voice_is_refused_at_start_with_the_mend(provider: str, variable: str) -> None:
    settings = Settings().model_copy(update=KEYLESS | {"tts_provider": provider})
    with pytest.raises(ConfigError, match=f"{variable}.*set it in .env.*TTS_PROVIDER=kokoro"):
        demand_key(settings)


def test_a_voice_server_of_ones_own_needs_no_key() -> None:
    own = {"tts_provider": "openai", "tts_base_url": "http://127.0.0.1:9/v1"}
    demand_key(Settings().model_copy(update=KEYLESS | own))


@pytest.mark.parametrize(
    ("provider", "voice"),
    [("kokoro", "ef_dora"), ("espeak", ""), ("coqui", "Ana Florence"), ("openai", "coral")],
)
def test_each_provider_has_a_usual_voice(provider: str, voice: str) -> None:
    settings = Settings().model_copy(update={"tts_provider": provider, "tts_voice": "", "language": "es"})
    assert build_style(settings).voice == voice
    assert build_style(settings.model_copy(update={"tts_voice": "mine"})).voice == "mine"


def test_the_region_chooses_the_accent() -> None:
    settings = Settings().model_copy(update={"language": "es"})
    assert build_style(settings).language == "es"
    assert build_style(settings.model_copy(update={"tts_region": "MX"})).language == "es-MX"


def test_espeak_stands_behind_every_voice_and_kokoro_where_it_is(tmp_path: Path) -> None:
    hosted = {"tts_provider": "openai", "tts_base_url": "http://127.0.0.1:9/v1", "ivr_cache": tmp_path}
    chain = build_voices(Settings().model_copy(update=KEYLESS | hosted))
    assert [voice.name for voice in chain.voices] == ["openai", "espeak"]
    assert [voice.name for voice in build_voices(Settings().model_copy(update={"tts_provider": "espeak"})).voices] == [
        "espeak"
    ]
