"""The part of bootstrap that opens what the agent can do and look up: business functions and documents."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from ivr.db.crm import CrmPolicy, CrmTools, targets_to
from ivr.engines.store import ModelStore
from ivr.functions.contract import Contract
from ivr.functions.declared import load_functions
from ivr.functions.identity import Identity
from ivr.knowledge.library import Library
from ivr.knowledge.shelf import Shelf
from ivr.knowledge.tool import KnowledgeTools

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from ivr.functions.declared import DeclaredFunctions
    from ivr.knowledge.shelf import SentenceEncoder
    from ivr.ports import ToolRunner
    from ivr.settings import Settings


def build_library(settings: Settings, folder: Path, *, later: bool = False) -> Library:
    """Read the documents that questions are answered from; slow at the first time. ConfigError, ModelMissing."""
    encoder: SentenceEncoder | None = None
    if settings.knowledge_vectors:
        from ivr.engines.sentence_vectors import E5

        encoder = E5(ModelStore(settings.cache))
    index = None
    if settings.knowledge_index == "faiss":
        from ivr.engines.term_index import FaissIndex

        index = FaissIndex
    return Library(Shelf(folder, settings.home / "knowledge", encoder, index), later=later)


def build_tools(settings: Settings, database: Engine, *, read_later: bool = False) -> ToolRunner:
    """Open the business functions, under their contract, and the documents, if there are any.

    With ``read_later``, on the event loop, the documents are read in the background.
    """
    customers = CrmTools(database, CrmPolicy(targets=targets_to(settings.transfer_to)))
    runners: list[ToolRunner] = [customers]
    if settings.knowledge_folder is not None:
        documents = KnowledgeTools(build_library(settings, settings.knowledge_folder, later=read_later))
        if read_later:
            documents.read_ahead()
        runners.append(documents)
    if (declared := build_functions(settings)) is not None:
        runners.append(declared)
    return Contract(runners, Identity(customers))


def build_functions(settings: Settings) -> DeclaredFunctions | None:
    """Read the operator's own functions, where there are any."""
    if settings.functions is None:
        return None
    found = dotenv_values(".env")
    environment = {name: value for name, value in found.items() if value} | dict(os.environ)
    return load_functions(settings.functions.expanduser(), environment)
