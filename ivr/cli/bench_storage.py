"""``ivr bench storage``: uploads through the death of the S3 server."""

from __future__ import annotations

import json
import sys

import click


@click.command()
@click.option("--recordings", default=20, show_default=True, type=click.IntRange(2, 10000), help="How many calls.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
def storage(recordings: int, as_json: bool) -> None:
    """Upload calls to a SeaweedFS that is killed in mid-upload and started again; count what arrives whole.

    Each fifth call is 13 minutes long and goes up in parts. Exit 1 when an object is missing or wrong.

    \b
    Examples:
      ivr bench storage
      ivr bench storage --recordings 200 --json | jq .wrong
    """  # noqa: D301 - click's mark for lines that stay as they are
    from ivr.trials.storage import run_uploads

    report = run_uploads(recordings)
    if as_json:
        click.echo(json.dumps(report.as_dict(), indent=1))
    else:
        click.echo(
            f"{report.recordings} recordings, {report.megabytes} MB, up after {report.seconds} s; the server was "
            "killed "
            f"after {report.killed_after} of them and {report.resumed_parts} parts were not sent again"
        )
        click.echo(f"{report.arrived} objects arrived whole, {report.wrong} did not")
    sys.exit(1 if report.wrong else 0)
