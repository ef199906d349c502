"""``ivr bench``: measurements on this machine."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import uvloop
from rich.console import Console
from rich.table import Table

from ivr.cli.bench_jobs import jobs
from ivr.cli.bench_knowledge import knowledge
from ivr.cli.bench_recordings import recordings
from ivr.cli.bench_speech import speech
from ivr.cli.bench_storage import storage
from ivr.cli.bench_transfers import transfers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.settings import Settings


@click.group()
def bench() -> None:
    """Measure this machine: silence before answers, interruptions, the media plane, hearing, search."""


@bench.command()
@click.option("--turns", default=20, show_default=True, type=click.IntRange(1, 200), help="Caller turns to measure.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
def latency(turns: int, as_json: bool) -> None:
    """Measure the silence that callers hear before the agent answers, one call at a time.

    Measured in the phone's own recording, not in our logs.

    \b
    Examples:
      ivr bench latency
      ivr bench latency --turns 40 --json | jq .p95_ms
    """  # noqa: D301 - click's mark for lines that stay as they are
    from ivr.bootstrap import build_detector
    from ivr.cli.line import open_line, running_system
    from ivr.trials.latency import LatencyTrial

    console = Console(stderr=as_json, highlight=False)
    with running_system(console) as settings:
        trial = LatencyTrial(open_line(settings), build_detector(settings), Path(settings.storage_local_path))
        console.print(f"Measuring {turns} turns")
        report = asyncio.run(trial.run(turns, "100", settings.home / "bench")).as_dict()
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
        return
    table = Table("call", "caller said", "silence", "stages (ms)")
    for turn in report["turns"]:
        stages = "  ".join(f"{name} {value:.0f}" for name, value in turn["stages_ms"].items())
        table.add_row(turn["call"], turn["text"], f"{turn['silence_ms']:.0f} ms", stages)
    console.print(table)
    for turn in report["discarded"]:
        console.print(f"[yellow]discarded[/] {turn['call']} {turn['text']}: {turn['reason']}")
    _print_failures(console, report["calls"])
    console.print(f"[bold]p50 {report['p50_ms']} ms, p95 {report['p95_ms']} ms[/] over {report['measured']} turns")
    medians = "  ".join(f"{name} {figures['p50_ms']:.0f}" for name, figures in report["stages"].items())
    console.print(f"where it went, p50 (ms): {medians}")


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
def bargein(as_json: bool) -> None:
    """Measure how fast the agent stops when interrupted, and that "ajá" and coughs do not stop it for good.

    \b
    Examples:
      ivr bench bargein
      ivr bench bargein --json | jq .stop.p95_ms
    """  # noqa: D301 - click's mark for lines that stay as they are
    from ivr.cli.line import open_line, running_system
    from ivr.trials.bargein import BargeInTrial

    console = Console(stderr=as_json, highlight=False)
    with running_system(console) as settings:
        trial = BargeInTrial(open_line(settings), Path(settings.storage_local_path))
        console.print("Interrupting the agent, nodding and coughing at it")
        report = asyncio.run(trial.run("100", settings.home / "bench")).as_dict()
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
        return
    table = Table("kind", "caller said", "stopped after", "silent for", "for good", "the system took it for")
    for kind in ("interruptions", "backchannels", "coughs"):
        for item in report[kind]:
            told = f"{item['system_says'] or '-'} {item['system_heard'] or ''}"
            good = "yes" if item["stopped_for_good"] else "no"
            table.add_row(kind[:-1], item["text"], _ms(item["stop_ms"]), _ms(item["silent_ms"]), good, told)
    console.print(table)
    for item in report["discarded"]:
        console.print(f"[yellow]discarded[/] {item['call']} {item['text']}: {item['reason']}")
    _print_failures(console, report["calls"])
    stop = report["stop"]
    console.print(
        f"[bold]stopped after p50 {_ms(stop['p50_ms'])}, p95 {_ms(stop['p95_ms'])}[/]; "
        f"{report['stopped_for_good']} of {report['harmless']} backchannels and coughs stopped it for good"
    )


@bench.command()
@click.option("--calls", default=50, show_default=True, type=click.IntRange(1, 500), help="Concurrent calls.")
@click.option("--seconds", default=20.0, show_default=True, help="How long to measure.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
def media(calls: int, seconds: float, as_json: bool) -> None:
    """Measure CPU a call and tick lateness of RTP, voice detection, turn state and recording, without the models.

    \b
    Examples:
      ivr bench media
      ivr bench media --calls 100 --json | jq .cpu_percent_per_call
    """  # noqa: D301 - click's mark for lines that stay as they are
    from ivr.settings import load_settings

    report = uvloop.run(_run_media(load_settings(), calls, seconds))
    if as_json:
        click.echo(json.dumps(report, indent=1))
        return
    console = Console(highlight=False)
    table = Table("figure", "value", show_header=False)
    for name, value in report.items():
        table.add_row(
            name, "  ".join(f"{key} {item}" for key, item in value.items()) if isinstance(value, dict) else str(value)
        )
    console.print(table)


async def _run_media(settings: Settings, calls: int, seconds: float) -> Mapping[str, Any]:
    from ivr.bootstrap import build_detector, build_interpreter, build_voice
    from ivr.bootstrap_tts import build_caller_voice
    from ivr.call.recorder import RecordingWriter
    from ivr.rtp.link import PortRange
    from ivr.trials.media import MediaTrial, spoken_sounds
    from ivr.trials.voices import CallerVoices

    voices = CallerVoices(lambda: build_caller_voice(settings), settings.cache / "trials")
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as folder:
        speech, alaw = await spoken_sounds(voices, Path(folder))
        writer = RecordingWriter(Path(folder))
        stages = build_voice(settings), build_interpreter(settings)
        trial = MediaTrial(build_detector(settings), writer, speech, *stages)
        ports = PortRange("127.0.0.1", settings.rtp_port_min, settings.rtp_port_max)
        report = await trial.run(calls, seconds, alaw, ports)
        writer.close()
    return report.as_dict()


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} ms"


def _print_failures(console: Console, calls: list[dict[str, Any]]) -> None:
    for call in calls:
        if call["failure"]:
            console.print(f"[red]{call['name']}[/]: {call['failure']} ({call['recording']})")


bench.add_command(jobs)
bench.add_command(knowledge)
bench.add_command(recordings)
bench.add_command(speech)
bench.add_command(transfers)
bench.add_command(storage)
