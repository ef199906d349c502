"""The doctor's check of the documents that questions are answered from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.bootstrap_tools import build_library
from ivr.errors import ConfigError, EngineError, ModelError
from ivr.supervision.findings import bad, doubtful, good

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.settings import Settings
    from ivr.supervision.findings import Finding


def check_documents(settings: Settings) -> Iterator[Finding]:
    """Read the folder; files that cannot be used are named."""
    folder = settings.knowledge_folder
    if folder is None:
        yield good("documents", "none: questions are answered from the persona alone (KNOWLEDGE)")
        return
    try:
        catalogue = build_library(settings, folder).catalogue
    except (ConfigError, ModelError, EngineError) as error:
        yield bad("documents", str(error), "correct what it names; ivr knowledge check")
        return
    told = f"{len(catalogue.passages)} passages of {catalogue.files} files in {folder}"
    if catalogue.faults or not catalogue.passages:
        detail = "; ".join(catalogue.faults) or "there is nothing in the folder"
        yield doubtful("documents", f"{told}. {detail}", "mend these files; the others are used")
    else:
        yield good("documents", told)
