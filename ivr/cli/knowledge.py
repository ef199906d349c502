"""``ivr knowledge``: the documents that callers' questions are answered from."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape

from ivr.errors import ConfigError
from ivr.settings import load_settings

if TYPE_CHECKING:
    from ivr.knowledge.library import Library


@click.group()
def knowledge() -> None:
    """Index, search and check the documents that callers' questions are answered from (KNOWLEDGE)."""


@knowledge.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
def index(as_json: bool) -> None:
    """Read what is new in the folder; calls do so by themselves too.

    \b
    Examples:
      ivr knowledge index
      KNOWLEDGE=/srv/handbooks ivr knowledge index
    """  # noqa: D301 - click's mark for lines that stay as they are
    _report(as_json=as_json)


@knowledge.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
def check(as_json: bool) -> None:
    """Tell which files cannot be used, with the mend; exit 1 if there are any, or no passage at all."""
    sys.exit(0 if _report(as_json=as_json) else 1)


@knowledge.command()
@click.argument("question")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
def search(question: str, as_json: bool) -> None:
    """Tell what a caller who asks QUESTION is answered, and from where.

    \b
    Examples:
      ivr knowledge search "cuánto cuesta el roaming en estados unidos"
      ivr knowledge search "tienen permanencia" --json | jq .sources
    """  # noqa: D301 - click's mark for lines that stay as they are
    library = _open()
    began = time.perf_counter()
    found = library.search(question)
    took = (time.perf_counter() - began) * 1000
    if as_json:
        click.echo(json.dumps(found.data() | {"milliseconds": round(took, 1)}, ensure_ascii=False))
        return
    console = Console(highlight=False, soft_wrap=True)
    answer = f"[green]{escape(found.answer)}[/]" if found.answer else "[yellow]no answer: a person is offered[/]"
    console.print(f"{answer}  ({found.chance:.2f}, {took:.0f} ms)")
    for one in found.found:
        console.print(f"  [bold]{escape(one.passage.place)}[/] ({one.score:.2f})\n    {escape(one.passage.text)}")


def _open() -> Library:
    from ivr.bootstrap_tools import build_library

    settings = load_settings()
    folder = settings.knowledge_folder
    if folder is None:
        raise ConfigError("no documents are set: put the folder in KNOWLEDGE, in .env or the environment")
    return build_library(settings, folder)


def _report(*, as_json: bool) -> bool:
    began = time.perf_counter()
    catalogue = _open().catalogue
    seconds = time.perf_counter() - began
    usable = not catalogue.faults and bool(catalogue.passages)
    if as_json:
        document = {
            "ok": usable,
            "files": catalogue.files,
            "read": catalogue.fresh,
            "passages": len(catalogue.passages),
            "vectors": catalogue.meaning is not None,
            "faults": list(catalogue.faults),
            "seconds": round(seconds, 2),
        }
        click.echo(json.dumps(document, ensure_ascii=False))
        return usable
    console = Console(highlight=False, soft_wrap=True)
    for fault in catalogue.faults:
        console.print(f"[red]✗[/] {escape(fault)}")
    how = "meaning and words" if catalogue.meaning is not None else "words alone"
    console.print(
        f"{catalogue.files} files ({catalogue.fresh} read now), {len(catalogue.passages)} passages, "
        f"searched by {how}; {seconds:.1f} s"
    )
    return usable
