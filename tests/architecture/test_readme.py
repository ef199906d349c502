"""Every command that a page tells the reader to type exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from ivr.cli.root import ivr

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGES = [page for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")) if page.name != "CHANGELOG.md"]
SHELL_FENCES = {"```", "```bash", "```sh", "```shell", "```console"}
INLINE = re.compile(r"(?<!`)`((?:ivr|make) [^`\n]+)`(?!`)")


def code_lines(page: Path) -> Iterator[str]:
    """Give the lines of a page that a reader would type: shell blocks, and commands in running text."""
    block: str | None = None
    for line in page.read_text().replace("\\\n", " ").splitlines():
        if line.startswith("```"):
            block = None if block else line
        elif block in SHELL_FENCES:
            yield line
        elif block is None:
            yield from INLINE.findall(line)


def commands(page: Path) -> Iterator[str]:
    """Give each ``ivr ...`` and ``make ...`` of a page, one at a time."""
    for line in code_lines(page):
        for piece in re.split(r"&&|\|\||[;|]", line.strip().removeprefix("$ ").partition(" #")[0]):
            words = piece.strip().removeprefix(".venv/bin/")
            if re.match(r"(ivr|make) [a-z-]", words):
                yield words


CASES = sorted({(page.relative_to(ROOT), command) for page in PAGES for command in commands(page)})


def test_the_readme_tells_commands() -> None:
    assert any(page == Path("README.md") for page, _ in CASES)


@pytest.mark.parametrize(("page", "command"), CASES, ids=str)
def test_a_command_in_a_page_exists(page: Path, command: str) -> None:
    program, *words = shlex.split(command)
    if program == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert all(word in targets or "=" in word or word.startswith("-") for word in words), (page, command)
    else:
        check_ivr(words)


def check_ivr(words: list[str]) -> None:
    node: click.Command = ivr
    context = click.Context(node, info_name="ivr")
    while isinstance(node, click.Group) and words and not words[0].startswith("-"):
        word, *words = words
        found = node.get_command(context, word)
        assert found is not None, f"{context.command_path} has no {word}"
        node, context = found, click.Context(found, parent=context, info_name=word)
    known = {flag for p in node.get_params(context) for flag in (*p.opts, *p.secondary_opts) if flag.startswith("-")}
    for word in words:
        flag = word.partition("=")[0]
        assert not re.match(r"--?[a-z]", flag) or flag in known, f"{context.command_path} has no option {flag}"
