"""What models cost, from a YAML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ivr.call.thinking import Price
from ivr.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

LIST_PRICES = Path(__file__).with_name("llm_prices.yaml")


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")
    read: float = Field(ge=0)
    cached: float = Field(ge=0)
    written: float = Field(ge=0)


_TABLE = TypeAdapter(dict[str, _Line])


def load_prices(path: Path | None) -> Mapping[str, Price]:
    """Read a price table, None = the list prices that we know; ConfigError."""
    source = path or LIST_PRICES
    try:
        table = _TABLE.validate_python(yaml.safe_load(source.expanduser().read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(f"LLM_PRICES: {source} cannot be read ({error.strerror}); correct the path") from None
    except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ConfigError(f"LLM_PRICES: {source} is no price table ({reason}); copy {LIST_PRICES}") from None
    return {name: Price(line.read, line.cached, line.written) for name, line in table.items()}


def price_of(model: str, prices: Mapping[str, Price]) -> Price | None:
    """Find a model's price, by its name or by that of which it is a dated version; None = not known."""
    named = [
        name for name in prices if model == name or (model.startswith(f"{name}-") and model[len(name) + 1].isdigit())
    ]
    return prices[max(named, key=len)] if named else None
