"""``ivr eval``: simulated callers against what is expected of the agent."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click
from rich.console import Console

import ivr as package
from ivr.errors import ConfigError
from ivr.settings import LlmProvider, load_settings
from ivr.trials.evaluation.run import chosen, run
from ivr.trials.evaluation.scoring import report
from ivr.trials.evaluation.suite import parse_suite
from ivr.trials.evaluation.view import show_score, show_talk, show_total

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ivr.trials.evaluation.run import Mode
    from ivr.trials.evaluation.scoring import Score
    from ivr.trials.evaluation.suite import Scenario, Suite

SHIPPED = Path(package.__file__).resolve().parents[1] / "evals"
"""The product's own suites, beside the package in a checkout."""


@click.command("eval")
@click.argument("suites", nargs=-1, metavar="[SUITE.yaml|FOLDER]...")
@click.option("--text/--call", "in_text", default=True, help="Hold calls in text (default), or on a real SIP line.")
@click.option("--repeat", default=1, show_default=True, type=click.IntRange(1, 50), help="Calls of each scenario.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="First variant of what is said.")
@click.option("--only", multiple=True, metavar="NAME", help="Only scenarios with this in their name; may be repeated.")
@click.option("--provider", type=click.Choice(["local", *get_args(LlmProvider)]), help="Instead of LLM_PROVIDER.")
@click.option("--talk", is_flag=True, help="Show what was said, of scenarios that passed too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs; the rest on stderr.")
def evaluate(
    suites: tuple[str, ...],
    in_text: bool,
    repeat: int,
    seed: int,
    only: tuple[str, ...],
    provider: str | None,
    talk: bool,
    as_json: bool,
) -> None:
    """Let simulated callers talk to the agent and check what it says and does; exit 0 only if all is as expected.

    Without SUITE the product's own suites (evals/) run. In text the agent of real calls answers, its functions on a
    fresh database; with --call a softphone with a synthetic voice calls a system started for it.

    \b
    Examples:
      ivr eval
      ivr eval evals/baja.yaml --repeat 3 --talk
      ivr eval --provider llamacpp --json | jq .score
      ivr eval --call --only "factura con palabras mal oídas"
    """  # noqa: D301 - click's mark for lines that stay as they are
    scenarios = chosen([_read(path) for path in _files(suites)], only)
    if not scenarios:
        raise click.UsageError(f"no scenario is called like {' or '.join(only)}; leave --only out to run all")
    if provider is not None:
        os.environ["LLM_PROVIDER"] = provider
    console = Console(stderr=as_json, highlight=False, soft_wrap=True)
    with _text_mode() if in_text else _call_mode(console) as mode:
        scores = asyncio.run(_hold(mode, scenarios, (repeat, seed), console, talk=talk))
    summary = report(scores)
    show_total(console, scores, summary)
    if as_json:
        head = {"mode": "text" if in_text else "call", "provider": load_settings().llm_provider, "seed": seed}
        click.echo(json.dumps(head | summary, ensure_ascii=False, indent=1))
    sys.exit(0 if summary["ok"] else 1)


async def _hold(
    mode: Mode, scenarios: Sequence[tuple[Suite, Scenario]], times: tuple[int, int], console: Console, *, talk: bool
) -> list[Score]:
    scores = []
    async for score in run(mode, scenarios, *times):
        scores.append(score)
        show_score(console, score)
        if talk or not score.passed:
            show_talk(console, score)
    await mode.aclose()
    return scores


def _files(named: Sequence[str]) -> list[Path]:
    """Find the suites: files, folders of them, or names of the product's own."""
    found: list[Path] = []
    for name in named or [str(SHIPPED)]:
        path = next((one for one in (Path(name), SHIPPED / name, SHIPPED / f"{name}.yaml") if one.exists()), None)
        if path is None:
            own = ", ".join(sorted(file.stem for file in SHIPPED.glob("*.yaml")))
            raise click.UsageError(f"{name}: no such suite; give a YAML file, a folder, or one of: {own or 'none'}")
        found += sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not found:
        raise click.UsageError("there is no suite: give a YAML file; docs/evals.md shows one")
    return found


def _read(path: Path) -> Suite:
    try:
        return parse_suite(path.read_text(encoding="utf-8"), _shown(path))
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{path} cannot be read ({error}): give a YAML file in UTF-8") from error
    except ConfigError as error:
        raise click.UsageError(str(error)) from error


def _shown(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


@contextmanager
def _text_mode() -> Iterator[Mode]:
    from ivr.trials.evaluation.text_mode import TextMode

    with tempfile.TemporaryDirectory(prefix="ivr-eval-") as folder:
        yield TextMode(load_settings(), Path(folder))


@contextmanager
def _call_mode(console: Console) -> Iterator[Mode]:
    """Start a system of its own, so that nothing is written into the operator's."""
    from ivr.bootstrap import open_db
    from ivr.cli.line import open_line, running_system
    from ivr.trials.evaluation.call_mode import CallMode

    home = load_settings().home.resolve() / "eval"
    apart = {
        "IVR_HOME": home,
        "STORAGE_LOCAL_PATH": home / "recordings",
        "DATABASE_URL": f"sqlite:///{home}/ivr.sqlite",
    }
    os.environ.update({name: str(value) for name, value in apart.items()})
    with running_system(console) as settings:
        yield CallMode(settings, open_line(settings), open_db(settings), dt.date.today)
    console.print(f"[dim]recordings, metadata and logs: {home}[/]")
