from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.call.thinking import Price
from ivr.dialogue.chat_model import Usage
from ivr.engines.llm_prices import load_prices, price_of
from ivr.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

LISTED = load_prices(None)


@pytest.mark.parametrize(
    ("model", "like"),
    [
        ("gpt-4o-mini", "gpt-4o-mini"),
        ("gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("gpt-4.1-mini", "gpt-4.1-mini"),
    ],
)
def test_a_model_costs_what_its_name_or_the_name_it_is_a_version_of_costs(model: str, like: str) -> None:
    assert price_of(model, LISTED) == LISTED[like]


@pytest.mark.parametrize("model", ["mixtral", "gpt-4o-audio", "gpt"])
def test_another_model_has_no_price(model: str) -> None:
    assert price_of(model, LISTED) is None


def test_what_came_from_the_cache_costs_less() -> None:
    assert Price(2.0, 0.5, 8.0).of(Usage(1_000_000, 400_000, 100_000)) == pytest.approx(1.2 + 0.2 + 0.8)


@pytest.mark.parametrize("text", ["gpt: 3", "gpt: {read: 1}", "gpt: {read: -1, cached: 0, written: 0}", "- a", "a: {"])
def test_a_table_that_is_none_names_the_setting_and_the_mend(text: str, tmp_path: Path) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"LLM_PRICES.*copy"):
        load_prices(path)


def test_a_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="LLM_PRICES"):
        load_prices(tmp_path / "none.yaml")
