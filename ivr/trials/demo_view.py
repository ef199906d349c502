"""How the demonstration looks in a terminal: live transcript, waterfall, checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

    from ivr.trials.demo_judge import DemoReport, DemoTurn

MS_PER_CELL = 40
WIDEST = 48

STAGES = (
    ("pause", "yellow", "the voice detector waits to be sure of a pause"),
    ("stt", "cyan", "speech-to-text"),
    ("wait", "bright_black", "waiting until the turn is surely over"),
    ("llm", "green", "deciding what to say"),
    ("tts", "magenta", "text-to-speech, to the first sound"),
    ("line", "blue", "our media, Asterisk, the phone; and how much later than the ear the detector sees an end"),
)


class LiveTranscript:
    """Prints the journal's entries as they come."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, entry: dict[str, Any]) -> None:
        """Print one entry, if it is something people want to see."""
        value = entry.get("data", {})
        match entry.get("kind"):
            case "turn":
                self._turn(value)
            case "tool":
                arguments = ", ".join(f"{name}={given}" for name, given in value.get("arguments", {}).items())
                sign = "" if value.get("ok", True) else f" [red]{escape(value.get('error', 'failed'))}[/]"
                self._console.print(f"           [yellow]⚙ {escape(value['name'])}({escape(arguments)})[/]{sign}")
            case "interruption":
                self._console.print(f"           [red]✋ {value.get('kind')}[/] {escape(value.get('text', ''))}")
            case _:
                pass

    def _turn(self, turn: dict[str, Any]) -> None:
        at = f"{int(turn['start'] // 60):02d}:{turn['start'] % 60:04.1f}"
        if turn["who"] == "caller":
            keys = " [dim](keys)[/]" if turn.get("by_keys") else ""
            self._console.print(f"[dim]{at}[/] [bold cyan]caller[/] {escape(turn['heard'])}{keys}", highlight=False)
            return
        cut = " [red]—[/]" if turn.get("interrupted") else ""
        self._console.print(f"[dim]{at}[/] [bold green]agent [/] {escape(turn['heard'])}{cut}", highlight=False)


def print_report(console: Console, report: DemoReport) -> None:
    """Print waterfall, checks and where everything is."""
    console.print(waterfall(report.turns))
    for name, style, what in STAGES:
        console.print(Text.assemble("  ", ("█ ", style), f"{name:6} {what}"))
    if report.media_round_trip_ms is not None:
        console.print(f"    of line, {report.media_round_trip_ms:.0f} ms are the audio's way to the agent and back")
    console.print()
    for check in report.checks:
        sign = "[green]✓[/]" if check.ok else "[red]✗[/]"
        console.print(f"{sign} {escape(check.name)}: {escape(check.detail)}", highlight=False)
    console.print()
    for name, path in (
        ("recording", report.recording),
        ("metadata", report.metadata_file),
        ("report", report.report_file),
        ("phone's own", report.phone_recording),
    ):
        console.print(f"[bold]{name:12}[/] {escape(str(path))}", highlight=False, soft_wrap=True)


def waterfall(turns: list[DemoTurn]) -> Table:
    """Draw where the time of each turn went."""
    table = Table(
        "caller said",
        "silence heard",
        f"where it went (one cell = {MS_PER_CELL} ms)",
        title="Latency",
        title_justify="left",
    )
    for turn in turns:
        stages = stage_times(turn)
        bar = Text()
        for name, style, _ in STAGES:
            cells = min(round(stages.get(name, 0.0) / MS_PER_CELL), WIDEST)
            bar.append("█" * cells, style)
        figures = "  ".join(f"{name} {value:.0f}" for name, value in stages.items())
        bar.append(f"\n{figures}" if figures else "", "dim")
        silence = "-" if turn.silence_ms is None else f"{turn.silence_ms:.0f} ms"
        table.add_row(escape(turn.said) + (" [dim](keys)[/]" if turn.by_keys else ""), silence, bar)
    return table


def stage_times(turn: DemoTurn) -> dict[str, float]:
    """Cut a turn's silence into stages that follow each other, in milliseconds."""
    told = turn.stages_ms
    if not told:
        return {}
    pause = told.get("pause", 0.0)
    stt = told.get("stt", 0.0)
    stages = {
        "pause": pause,
        "stt": stt,
        "wait": max(0.0, told.get("endpoint", pause + stt) - pause - stt),
        "llm": told.get("llm", 0.0),
        "tts": told.get("tts", 0.0),
    }
    if turn.silence_ms is not None and "total" in told:
        stages["line"] = max(0.0, turn.silence_ms - told["total"])
    return {name: value for name, value in stages.items() if value > 0}
