"""Where the settings come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.errors import ConfigError
from ivr.settings import ensure_secrets, load_settings

if TYPE_CHECKING:
    from pathlib import Path


def test_the_secrets_of_a_home_that_is_set_in_the_env_file_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "elsewhere"
    ensure_secrets(home)
    (tmp_path / ".env").write_text(f"IVR_HOME={home}\n")
    monkeypatch.chdir(tmp_path)
    for name in ("IVR_HOME", "ARI_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    settings = load_settings()
    assert settings.home == home
    assert f"ARI_PASSWORD={settings.ari_password.get_secret_value()}" in (home / "secrets.env").read_text()
    assert settings.ari_password.get_secret_value()


def test_a_wrong_setting_is_told_without_a_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ARI_PASSWORD", "PHONE_PASSWORD", "WEB_API_KEY"):
        monkeypatch.setenv(name, "hunter2-is-secret")
    monkeypatch.setenv("RTP_PORT_MIN", "40000")
    monkeypatch.setenv("RTP_PORT_MAX", "30001")
    with pytest.raises(ConfigError, match="RTP_PORT_MAX must be greater than RTP_PORT_MIN") as several:
        load_settings()
    monkeypatch.setenv("RTP_PORT_MAX", "many")
    with pytest.raises(ConfigError, match=r"RTP_PORT_MAX: .*\(got 'many'\)") as one:
        load_settings()
    assert "hunter2" not in f"{several.value}{one.value}"
