"""Renders Asterisk's configuration files, for the local PBX or for somebody's own."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ivr.errors import ConfigError
from ivr.telephony.pbx_config import bracketed

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.telephony.pbx_config import PbxConfig

PROJECT = Path(__file__).resolve().parents[2]
TEMPLATES = (PROJECT / "asterisk_conf", PROJECT / "dialplans")
EXISTING = "existing"
"""Folder of what an existing PBX adds to its own configuration."""
NOTICE = "recording-notice.wav"
NOT_EVERYWHERE = frozenset({"chan_websocket", "res_websocket_client", "codec_opus", "codec_opus_open_source"})
"""Not loaded unless known to be there: an Asterisk that lacks one logs an error."""
RESTRICTIONS_SINCE = {20: 20, 22: 10, 23: 4}
"""Asterisk release -> the version of it from which http.conf can shut a path off to the network."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where Asterisk sees its files; an empty ``base``: where its own build put them."""

    base: str
    """The instance's directory as Asterisk sees it."""
    data_dir: str = "/usr/share/asterisk"
    moh_dir: str = ""
    module_dir: str = ""
    certificate: str = ""
    private_key: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """The Asterisk that is to read the files; no modules: not known."""

    release: tuple[int, int] = (0, 0)
    modules: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    """Modules that are known to be there though the others are not known."""

    def has(self, module: str) -> bool:
        """Whether a module can be loaded."""
        if self.modules:
            return module in self.modules
        return module not in NOT_EVERYWHERE or module in self.also

    @property
    def restricts_paths(self) -> bool:
        """Whether http.conf can shut a path off to the network."""
        major, minor = self.release
        return major > max(RESTRICTIONS_SINCE) or minor >= RESTRICTIONS_SINCE.get(major, 1 << 16)


def render(config: PbxConfig, places: Places, out: Path, target: Target | None = None) -> list[Path]:
    """Write a PBX's whole configuration into ``out``, readable by its owner alone; answers the paths."""
    return _render_all(config, places, out, target or Target(), lambda name: "/" not in name)


def render_additions(config: PbxConfig, out: Path) -> list[Path]:
    """Write what an existing PBX adds to its own configuration into ``out/existing``; answers the paths."""
    files = _render_all(config, Places(""), out, Target(), lambda name: name.startswith(f"{EXISTING}/"))
    notice = out / EXISTING / NOTICE
    shutil.copyfile(notice_of(config.language), notice)
    return [*files, notice]


def notice_of(language: str) -> Path:
    """Find the prompt that says that a call is recorded."""
    return TEMPLATES[0] / "sounds" / f"recording-notice.{language}.wav"


def _render_all(
    config: PbxConfig, places: Places, out: Path, target: Target, wanted: Callable[[str], bool]
) -> list[Path]:
    jinja = _environment()
    names = sorted(filter(wanted, jinja.list_templates(extensions=["j2"])))
    if not names:
        raise ConfigError(
            f"the configuration templates are not in {TEMPLATES[0]} and {TEMPLATES[1].name}; "
            "run from a checkout of the project (pip install -e .)"
        )
    values = _values(config, places, target)
    return [_write(out / name.removesuffix(".j2"), jinja.get_template(name).render(values)) for name in names]


def _environment() -> Environment:
    jinja = Environment(  # noqa: S701 - these are configuration files, not HTML
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    jinja.filters["conf"] = escaped
    jinja.filters["bracketed"] = bracketed
    return jinja


def _values(config: PbxConfig, places: Places, target: Target) -> dict[str, Any]:
    return {
        "config": config,
        "places": places,
        "has": target.has,
        "tls": bool(places.certificate) and target.has("res_srtp"),
        "opus": target.has("codec_opus") or target.has("codec_opus_open_source"),
        # Where paths cannot be shut off, the browsers' port would open ARI to the network: keep it at home.
        "https_host": config.sip_host if target.restricts_paths else config.http_host,
        "restricts_paths": target.restricts_paths,
        "trunk_host": config.carrier.rpartition(":")[0] if ":" in config.carrier else config.carrier,
    }


def escaped(value: str) -> str:
    """Write a value so that Asterisk reads it back unchanged; ConfigError where that cannot be."""
    if value != value.strip() or any(character < " " for character in value):
        raise ConfigError("a value for Asterisk begins or ends with a space, or holds a line break; take it out")
    return value.replace(";", "\\;")


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)
    return path
