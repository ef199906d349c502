"""The doctor: every check, in the order in which a call needs what they look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.supervision import documents, functions, machine, persona, software, speaking, storage, thinking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.settings import Settings
    from ivr.supervision.findings import Check, Finding

CHECKS: tuple[Check, ...] = (
    machine.check_disk,
    machine.check_memory,
    machine.check_gpu,
    software.check_pbx_program,
    machine.check_ports,
    software.check_ari,
    machine.check_rtp,
    software.check_models,
    persona.check_persona,
    functions.check_functions,
    thinking.check_thinking,
    speaking.check_voices,
    documents.check_documents,
    software.check_database,
    storage.check_storage,
)


def examine(settings: Settings) -> Iterator[Finding]:
    """Make every check, one after the other."""
    for check in CHECKS:
        yield from check(settings)
