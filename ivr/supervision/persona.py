"""The doctor's check of the persona."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.dialogue.persona_doubts import doubts
from ivr.dialogue.script import load_script
from ivr.errors import ConfigError
from ivr.supervision.findings import bad, doubtful, good

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.settings import Settings
    from ivr.supervision.findings import Finding


def check_persona(settings: Settings) -> Iterator[Finding]:
    """Read the persona as calls will."""
    try:
        persona = load_script(settings.persona).persona
    except ConfigError as error:
        yield bad("persona", str(error), "correct what it names: ivr persona check tells it again")
    else:
        yield good("persona", f"{settings.persona}: {persona.agent} of {persona.company}")
        for key, doubt in doubts(persona):
            yield doubtful(f"persona {key}", doubt, "ivr persona check tells it again once it is mended")
