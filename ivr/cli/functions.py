"""``ivr functions``: the business functions of an operator's file, looked at, checked and tried."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from ivr.bootstrap import open_db
from ivr.bootstrap_tools import build_functions, build_tools
from ivr.dialogue.permission import Refusal, checked
from ivr.dialogue.tools import ToolCall, ToolResult, key_of
from ivr.ports import CallContext
from ivr.settings import load_settings

if TYPE_CHECKING:
    from ivr.dialogue.tools import Tool

JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.group()
def functions() -> None:
    """Look at, check and try the business functions that callers are served with."""


@functions.command("list")
@JSON
def list_(as_json: bool) -> None:
    """List every function that the agent can use: the product's own and those of FUNCTIONS.

    \b
    Examples:
      ivr functions list
      FUNCTIONS=docs/examples/functions.yaml ivr functions list --json
    """  # noqa: D301 - click's mark for lines that stay as they are
    settings = load_settings()
    rows = [_row(tool) for tool in build_tools(settings, open_db(settings)).tools]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    _table(rows)


@functions.command()
@click.argument("file", type=click.Path(path_type=Path))
@JSON
def check(file: Path, as_json: bool) -> None:
    """Read a file of functions as a start would; exit 1 and every mistake by its line if there is any.

    \b
    Example:
      ivr functions check docs/examples/functions.yaml
    """  # noqa: D301 - as above
    found = build_functions(load_settings().model_copy(update={"functions": file}))
    rows = [_row(tool) for tool in found.tools] if found else []
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    _table(rows)
    click.echo(f"{file}: all is well; FUNCTIONS={file} uses it from the next start on")


@functions.command()
@click.argument("name")
@click.option("--arg", "given", multiple=True, metavar="NAME=VALUE", help="An argument; may be repeated.")
@click.option("--yes", is_flag=True, help="Do not ask before something is changed.")
@JSON
def run(name: str, given: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Run one function of FUNCTIONS for real; asks first if it changes something. Exit 1 if it fails.

    \b
    Examples:
      ivr functions run track_order --arg order=5512
      ivr functions run cancel_order --arg order=7788 --json --yes
    """  # noqa: D301 - as above
    found = build_functions(load_settings())
    tools = {tool.name: tool for tool in found.tools} if found else {}
    if found is None or name not in tools:
        known = ", ".join(tools) or "none: set FUNCTIONS to a file"
        raise click.UsageError(f"no function of FUNCTIONS is called {name!r}; there are: {known}")
    pairs = [pair.partition("=") for pair in given]
    if any(not equals for _, equals, _ in pairs):
        raise click.UsageError("write --arg NAME=VALUE")
    arguments = {key: value for key, _, value in pairs}
    wanted = checked(ToolCall(name, arguments, key_of(name, arguments, 0)), tools[name])
    if isinstance(wanted, Refusal):
        raise click.UsageError(wanted.sentence)
    if tools[name].writes and not yes:
        click.confirm(f"{name} changes something for real ({tools[name].effect.value}). Go on?", abort=True, err=True)
    result = asyncio.run(_run(found, wanted, tools[name].timeout))
    if as_json:
        told = {"ok": result.ok, "data": dict(result.data), "error": result.error}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    elif result.ok:
        click.echo("\n".join(f"{key}: {value}" for key, value in result.data.items()) or "done")
    else:
        click.echo(f"{result.code}: {result.error}", err=True)
    sys.exit(0 if result.ok else 1)


async def _run(found: Any, call: ToolCall, limit: float) -> ToolResult:
    try:
        async with asyncio.timeout(limit):
            result: ToolResult = await found.run(call, CallContext(f"cli-{call.call_id}"))
    except TimeoutError:
        return ToolResult(
            call.call_id, call.name, ok=False, data={"code": "timeout"}, error=f"no answer in {limit:g} s"
        )
    return result


def _row(tool: Tool) -> dict[str, Any]:
    return {
        "name": tool.name,
        "effect": tool.effect.value,
        "identity": tool.identity,
        "arguments": list(tool.parameters.get("properties", {})),
        "callers": list(tool.callers),
        "timeout": tool.timeout,
        "description": tool.description,
    }


def _table(rows: list[dict[str, Any]]) -> None:
    table = Table("function", "effect", "arguments", "who may call", "s", "what it does")
    for row in rows:
        who = ", ".join(row["callers"]) or "anybody"
        known = f"{who}, known" if row["identity"] else who
        table.add_row(
            row["name"], row["effect"], ", ".join(row["arguments"]), known, f"{row['timeout']:g}", row["description"]
        )
    Console().print(table)
