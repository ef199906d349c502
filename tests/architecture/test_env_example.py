from __future__ import annotations

import re
from pathlib import Path

from ivr.settings import Settings
from ivr.supervision.env_example import render

ROOT = Path(__file__).parents[2]


def test_env_example_is_what_the_settings_say() -> None:
    assert (ROOT / ".env.example").read_text() == render(), (
        "refresh it: .venv/bin/python -m ivr.supervision.env_example > .env.example"
    )


def test_every_setting_has_a_sentence_and_a_line_of_its_own() -> None:
    example = (ROOT / ".env.example").read_text()
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert re.search(rf"^#{name.upper()}=", example, re.MULTILINE), name


def test_no_other_module_reads_the_environment_for_settings() -> None:
    ours = {"IVR_HOME", "IVR_PART", "IVR_SUPERVISED", "IVR_CACHE"}
    theirs = {"NPM_CONFIG_REGISTRY", "PIP_INDEX_URL", "PATH"}  # of the system and the tools that we run
    for path in (ROOT / "ivr").rglob("*.py"):
        for name in re.findall(r"""environ(?:\.get\(|\[)\s*["'](\w+)["']""", path.read_text()):
            known = name in ours | theirs or name.lower() in Settings.model_fields
            assert known, f"{path.relative_to(ROOT)} reads {name}; make it a setting"
