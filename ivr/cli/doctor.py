"""``ivr doctor``: look at everything that the system needs, and say the mend for what is wrong."""

from __future__ import annotations

import json
import sys

import click
from rich.console import Console
from rich.markup import escape

from ivr.settings import load_settings
from ivr.supervision.doctor import examine

_SIGNS = {"ok": "[green]✓[/]", "warn": "[yellow]![/]", "fail": "[red]✗[/]"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
def doctor(as_json: bool) -> None:
    """Check PBX, ARI, codecs, sound, models, GPU, disk, memory and database; say the mend for each.

    Exit 1 when something that is needed fails.

    \b
    Examples:
      ivr doctor
      ivr doctor --json | jq '.findings[] | select(.state != "ok")'
    """  # noqa: D301 - click's mark for lines that stay as they are
    settings = load_settings()
    console = Console(highlight=False)
    findings = []
    for finding in examine(settings):
        findings.append(finding)
        if as_json:
            continue
        console.print(f"{_SIGNS[finding.state]} [bold]{escape(finding.name)}[/]: {escape(finding.detail)}")
        if finding.mend:
            console.print(f"  mend: {escape(finding.mend)}")
    failed = [finding.name for finding in findings if finding.state == "fail"]
    if as_json:
        document = {"ok": not failed, "findings": [finding.model_dump() for finding in findings]}
        click.echo(json.dumps(document, indent=1, ensure_ascii=False))
    elif failed:
        console.print(f"\n[red]{len(failed)} of {len(findings)} checks failed[/]: {escape(', '.join(failed))}")
    else:
        console.print(f"\n[green]All that is needed is there[/] ({len(findings)} checks).")
    sys.exit(1 if failed else 0)
