"""Shows people how an evaluation came out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from ivr.trials.evaluation.scoring import Score


def show_score(console: Console, score: Score) -> None:
    """Print a scenario as soon as it is done, and what failed in it."""
    sign = "[green]✓[/]" if score.passed else "[red]✗[/]"
    count = "" if len(score.trials) == 1 else f" {score.passes}/{len(score.trials)}"
    times = score.times
    pace = f"  [dim]{len(times)} answers, slowest {max(times):.0f} ms[/]" if times else ""
    asked = f"  [yellow]asked again {score.clarifications} times[/]" if score.clarifications else ""
    console.print(f"{sign}{count} {escape(score.name)}{pace}{asked}", highlight=False)
    told: set[tuple[int, str]] = set()
    for trial in score.trials:
        for one in trial.problems:
            if (one.line, one.problem) not in told:
                told.add((one.line, one.problem))
                console.print(f"    [red]{escape(one.file)}:{one.line}[/] {escape(one.problem)}", highlight=False)


def show_talk(console: Console, score: Score) -> None:
    """Print what was said in a scenario's first call that failed, or its first."""
    trial = next((one for one in score.trials if not one.passed), score.trials[0])
    for done in trial.record.exchanges:
        if done.said:
            heard = "" if done.heard in {"", done.said} else f" [dim](heard: {escape(done.heard)})[/]"
            console.print(f"    [bold cyan]caller[/] {escape(done.said)}{heard}", highlight=False)
        for call in done.calls:
            arguments = ", ".join(f"{name}={value}" for name, value in call.arguments.items())
            console.print(f"           [yellow]⚙ {call.name}({escape(arguments)})[/]", highlight=False)
        for again in done.clarified:
            told = f"{escape(again.answered)} [dim](heard: {escape(again.heard)})[/]"
            console.print(
                f"    [yellow]asked again[/] {escape(again.asked)} [bold cyan]caller[/] {told}", highlight=False
            )
        cut = " [red]—[/]" if done.cut else ""
        console.print(f"    [bold green]agent [/] {escape(done.answer)}{cut}", highlight=False)


def show_total(console: Console, scores: Sequence[Score], summary: dict[str, Any]) -> None:
    """Print the table of files and the total."""
    table = Table("suite", "passed", "slowest answer", title_justify="left")
    for file in dict.fromkeys(score.file for score in scores):
        own = [score for score in scores if score.file == file]
        slowest = max((ms for score in own for ms in score.times), default=None)
        table.add_row(
            file, f"{sum(score.passed for score in own)} of {len(own)}", "-" if slowest is None else f"{slowest:.0f} ms"
        )
    console.print(table)
    met, wanted = summary["expectations"]["met"], summary["expectations"]["total"]
    console.print(
        f"[bold]{summary['passed']} of {summary['total']} scenarios passed[/] "
        f"({summary['score']:.0%}; {met} of {wanted} expectations met)"
    )
    if len(summary["pass_hat_k"]) > 1:
        told = "  ".join(f"pass^{k} {value:.0%}" for k, value in summary["pass_hat_k"].items())
        console.print(f"each scenario held {len(summary['pass_hat_k'])} times: {told}")
    if summary["clarifications"]:
        console.print(f"the agent asked again {summary['clarifications']} times, which the callers answered")
    figures = summary["answer_ms"]
    if figures["p50"] is not None:
        console.print(f"until an answer began: p50 {figures['p50']:.0f} ms, p95 {figures['p95']:.0f} ms")
    for provider, counts in summary["models"].items():
        told = "  ".join(f"{name} {value:g}" for name, value in counts.items() if value)
        console.print(f"{provider}: {told}")
