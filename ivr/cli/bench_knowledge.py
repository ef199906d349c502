"""``ivr bench knowledge``: how well questions are answered from the demo company's documents."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table


@click.command()
@click.option("--tuning", is_flag=True, help="Ask the questions that the limits were chosen on, not the others.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
def knowledge(tuning: bool, as_json: bool) -> None:
    """Ask questions of the demo documents: by words, by meaning, by both; right, wrong and refused answers, and time.

    \b
    Examples:
      ivr bench knowledge
      ivr bench knowledge --json | jq .both.top_1
    """  # noqa: D301 - click's mark for lines that stay as they are
    from ivr.bootstrap import build_models
    from ivr.engines.sentence_vectors import E5
    from ivr.knowledge.library import Library
    from ivr.knowledge.shelf import Shelf
    from ivr.settings import DEMO_DOCUMENTS, load_settings
    from ivr.trials.lookup.bench import METHODS, load_questions, measure

    encoder = E5(build_models(load_settings()))
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as folder:
        began = time.perf_counter()
        Library(Shelf(DEMO_DOCUMENTS, Path(folder), encoder))
        indexed = time.perf_counter()
        library = Library(Shelf(DEMO_DOCUMENTS, Path(folder), encoder))
        seconds = {
            "first_index_seconds": round(indexed - began, 2),
            "start_seconds": round(time.perf_counter() - indexed, 2),
        }
        report = measure(library, encoder, load_questions("tuning" if tuning else "reporting"))
    report |= {"passages": len(library.catalogue.passages)} | seconds
    if as_json:
        click.echo(json.dumps(report, indent=1))
        return
    took = report["search_ms"]
    console = Console(highlight=False)
    table = Table("share", *METHODS)
    for name in report["both"]:
        table.add_row(name, *(f"{report[method][name]:.1%}" for method in METHODS))
    console.print(table)
    console.print(
        f"{report['questions']} questions, {report['unanswerable']} that nothing answers (made_up), "
        f"{report['passages']} passages; a search p50 {took['p50']} ms, p99 {took['p99']} ms; "
        f"indexed in {seconds['first_index_seconds']} s, opened again in {seconds['start_seconds']} s"
    )
