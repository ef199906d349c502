from __future__ import annotations

import asyncio
import os
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sqlalchemy import create_engine

from ivr.bootstrap_tools import build_tools
from ivr.dialogue.tools import SEARCH, ToolCall
from ivr.errors import ConfigError, UnreadableDocument
from ivr.knowledge.library import Library
from ivr.knowledge.reading import LARGEST, read_document
from ivr.knowledge.shelf import Shelf
from ivr.knowledge.tool import KnowledgeTools
from ivr.ports import CallContext
from ivr.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    NewPdf = Callable[[Path, Sequence[Sequence[str]]], int]

CALLER = CallContext("call-1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "tarifas").mkdir(parents=True)
    (folder / "tarifas" / "movil.md").write_text("# Móvil\n\n## Roaming\n\nEl roaming en Suiza cuesta 9 € al día.\n")
    (folder / "tienda.txt").write_text("La tienda abre los sábados hasta las dos.", encoding="cp1252")
    return folder


@pytest.fixture
def shelf(folder: Path, tmp_path: Path) -> Shelf:
    return Shelf(folder, tmp_path / "cache")


def test_files_of_subfolders_and_old_encodings_are_read(shelf: Shelf) -> None:
    catalogue = shelf.take_stock()
    assert [(passage.source, passage.text) for passage in catalogue.passages] == [
        ("tarifas/movil.md", "El roaming en Suiza cuesta 9 € al día."),
        ("tienda.txt", "La tienda abre los sábados hasta las dos."),
    ]
    assert catalogue.faults == ()


def test_utf_16_with_its_mark_is_read(folder: Path) -> None:
    (folder / "word.txt").write_text("Año nuevo cerrado.", encoding="utf-16")
    assert read_document(folder / "word.txt")[0].paragraphs == ("Año nuevo cerrado.",)


def test_a_pdf_is_cited_by_its_page(folder: Path, shelf: Shelf, make_pdf: NewPdf) -> None:
    make_pdf(folder / "alarma.pdf", [["Alarmas", "La alarma de casa cuesta 29 euros."], ["La batería dura dos años."]])
    found = Library(shelf).search("cuánto dura la batería").found[0].passage
    assert (found.source, found.page) == ("alarma.pdf", 2)
    assert found.text == "La batería dura dos años."
    assert found.place == "alarma.pdf, page 2"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("roto.pdf", b"%PDF-1.4 nada mas", "no whole PDF"),
        ("vacio.md", b"  \n", "no text in it"),
        ("binario.txt", b"abc\0\0def", "is no text"),
    ],
)
def test_a_bad_file_is_named_with_the_mend_and_the_rest_is_loaded(
    folder: Path, shelf: Shelf, name: str, content: bytes, told: str
) -> None:
    (folder / name).write_bytes(content)
    catalogue = shelf.take_stock()
    assert len(catalogue.passages) == 2
    assert len(catalogue.faults) == 1
    assert name in catalogue.faults[0]
    assert told in catalogue.faults[0]


def test_a_scanned_pdf_is_told_to_need_ocr(folder: Path, make_pdf: NewPdf) -> None:
    make_pdf(folder / "escaneado.pdf", [[], []])
    with pytest.raises(UnreadableDocument, match=r"escaneado\.pdf.*OCR"):
        read_document(folder / "escaneado.pdf")


def test_a_huge_file_is_refused_without_reading_it(folder: Path, shelf: Shelf) -> None:
    with (folder / "enorme.txt").open("wb") as file:
        os.truncate(file.fileno(), LARGEST * 4)
    catalogue = shelf.take_stock()
    assert "enorme.txt: 200 MB" in catalogue.faults[0]
    assert len(catalogue.passages) == 2


def test_only_what_changed_is_read_again_even_after_a_restart(folder: Path, shelf: Shelf, tmp_path: Path) -> None:
    assert shelf.take_stock().fresh == 2
    (folder / "tienda.txt").write_text("La tienda cierra los sábados.")
    again = Shelf(folder, tmp_path / "cache").take_stock()
    assert again.fresh == 1
    assert again.passages[-1].text == "La tienda cierra los sábados."
    assert len(list((tmp_path / "cache").glob("*.npz"))) == 2


def test_a_damaged_cache_is_made_anew(shelf: Shelf, tmp_path: Path) -> None:
    shelf.take_stock()
    for kept in (tmp_path / "cache").glob("*.npz"):
        kept.write_bytes(b"PK\x03\x04 torn")
    catalogue = shelf.take_stock()
    assert catalogue.fresh == 2
    assert len(catalogue.passages) == 2


def test_a_folder_that_is_not_there_is_told_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"KNOWLEDGE=.* is no folder"):
        Library(Shelf(tmp_path / "nowhere", tmp_path / "cache"))


async def test_the_function_answers_with_its_source_and_sees_changed_files(folder: Path, shelf: Shelf) -> None:
    tools = KnowledgeTools(Library(shelf))
    call = ToolCall(SEARCH, {"question": "cuánto cuesta el roaming en suiza"}, "1")
    data = (await tools.run(call, CALLER)).data
    assert data["answer"] == "El roaming en Suiza cuesta 9 € al día."
    assert data["sources"][0]["file"] == "tarifas/movil.md"
    assert data["sources"][0]["heading"] == "Móvil > Roaming"
    (folder / "tarifas" / "movil.md").write_text("# Móvil\n\n## Roaming\n\nEl roaming en Suiza cuesta 11 € al día.\n")
    assert (await tools.run(call, CALLER)).data["answer"] == "El roaming en Suiza cuesta 11 € al día."


async def test_the_function_answers_nothing_rather_than_something_else(shelf: Shelf) -> None:
    tools = KnowledgeTools(Library(shelf))
    result = await tools.run(ToolCall(SEARCH, {"question": "venden lavadoras"}, "1"), CALLER)
    assert result.ok
    assert result.data["answer"] == ""
    assert result.data["passages"] == []


class Held:
    """Encodes no document before it may."""

    name = "held"
    dimensions = 2

    def __init__(self) -> None:
        self.may = threading.Event()

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        assert self.may.wait(60)
        return np.tile(self.question(""), (len(texts), 1))

    def question(self, text: str) -> NDArray[np.float32]:
        del text
        return np.array([1, 0], np.float32)


async def test_nothing_is_found_and_nobody_waits_while_the_first_reading_goes_on(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    held = Held()
    library = Library(Shelf(folder, tmp_path / "cache", held), later=True)
    tools = KnowledgeTools(library)
    reading = tools.read_ahead()
    call = ToolCall(SEARCH, {"question": "cuánto cuesta el roaming en suiza"}, "1")
    early = await tools.run(call, CALLER)
    still_reading = not reading.done()
    held.may.set()
    assert await reading
    assert still_reading
    assert (early.ok, early.data["answer"], early.data["passages"]) == (True, "", [])
    assert "still being read for the first time" in caplog.text
    assert len(library.catalogue.passages) == 2
    assert library.search("cuánto cuesta el roaming en suiza").found[0].passage.source == "tarifas/movil.md"


async def test_what_calls_share_is_there_before_the_documents_are_read(folder: Path, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, ivr_home=tmp_path, knowledge=str(folder), knowledge_vectors=False)
    tools = build_tools(settings, create_engine("sqlite://"), read_later=True)
    (reading,) = (task for task in asyncio.all_tasks() if task.get_name() == "knowledge")
    assert not reading.done()
    assert SEARCH in [tool.name for tool in tools.tools]
    await asyncio.wait([reading])
    assert len(list((settings.home / "knowledge").glob("*.npz"))) == 2


def test_a_folder_that_is_not_there_is_told_at_once_though_it_is_read_later(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"KNOWLEDGE=.* is no folder"):
        Library(Shelf(tmp_path / "nowhere", tmp_path / "cache"), later=True)


@pytest.mark.parametrize("arguments", [{}, {"question": ""}, {"question": 7}, {"question": "a" * 500}])
async def test_a_question_that_is_none_is_told_so(shelf: Shelf, arguments: dict[str, object]) -> None:
    result = await KnowledgeTools(Library(shelf)).run(ToolCall(SEARCH, arguments, "1"), CALLER)
    assert not result.ok
    assert result.data["code"] == "arguments"


def test_what_was_known_stays_when_the_folder_goes(folder: Path, shelf: Shelf, tmp_path: Path) -> None:
    library = Library(shelf)
    folder.rename(tmp_path / "elsewhere")
    assert not library.refresh()
    assert library.search("roaming en suiza").found
