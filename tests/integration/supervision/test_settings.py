"""Where the settings come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.settings import ensure_secrets, load_settings

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


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
