"""``ivr bench recordings``: how long searches over many stored recordings take."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import make_url

from ivr.db.migrate import migrate
from ivr.db.session import open_database, writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

SCHEMA = "ivr_bench"


@click.command()
@click.option("--stored", default=10_000, show_default=True, type=click.IntRange(200), help="Recordings to make up.")
@click.option("--times", default=40, show_default=True, type=click.IntRange(5), help="How often each page is asked.")
@click.option("--database", metavar="URL", help="A PostgreSQL to measure on; without it a new SQLite file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
def recordings(stored: int, times: int, database: str | None, as_json: bool) -> None:
    """Store made-up recordings and search them in every way: time a page, first against last page, memory.

    A PostgreSQL gets a schema of its own, ivr_bench, which is dropped in the end; what is there is not touched.

    \b
    Examples:
      ivr bench recordings
      ivr bench recordings --database postgresql://ivr@127.0.0.1/ivr --json
    """  # noqa: D301 - click's mark for lines that stay as they are
    from ivr.trials.stored import measure, store, walk

    console = Console(stderr=as_json, highlight=False)
    with _tables(database) as engine, Progress(console=console, transient=True) as progress:
        bar = progress.add_task("storing", total=stored)
        written = store(engine, stored, lambda done: progress.update(bar, completed=done))
        pages = measure(engine, stored, times)
        walked = walk(engine, 100, max(5, times // 8))
        name = engine.dialect.name
    report = {"database": name, "stored": stored, "write_ms": round(written, 2), "walk": walked}
    report["searches"] = {name: asdict(times_) for name, times_ in pages.items()}
    if as_json:
        click.echo(json.dumps(report, indent=1))
        return
    table = Table("search", "found", "p50", "p95")
    for search, took in pages.items():
        table.add_row(search, str(took.found), f"{took.p50_ms:.1f} ms", f"{took.p95_ms:.1f} ms")
    console.print(table)
    console.print(
        f"{name}: stored in {written:.1f} ms each; page 1 {walked['first_page_ms']} ms (it counts), page 2 "
        f"{walked['second_page_ms']} ms, page {walked['last_page']} {walked['last_page_ms']} ms; "
        f"memory grew by {walked['grown_mib']} MiB over {walked['last_page']} pages"
    )


@contextmanager
def _tables(url: str | None) -> Iterator[Engine]:
    if url is None:
        with tempfile.TemporaryDirectory(prefix="ivr-bench-") as folder:
            engine = open_database(f"sqlite:///{Path(folder) / 'bench.sqlite'}")
            migrate(engine)
            yield engine
            engine.dispose()
        return
    target = make_url(url)
    if target.get_backend_name() != "postgresql":
        raise click.UsageError("--database wants postgresql://USER:PASSWORD@HOST/NAME; leave it out for SQLite")
    owner = open_database(url)
    with writing(owner) as session:
        session.connection().exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
    try:
        inside = target.update_query_dict({"options": f"-csearch_path={SCHEMA}"})
        engine = open_database(inside.render_as_string(hide_password=False))
        migrate(engine)
        yield engine
        engine.dispose()
    finally:
        with writing(owner) as session:
            session.connection().exec_driver_sql(f"DROP SCHEMA {SCHEMA} CASCADE")
        owner.dispose()
