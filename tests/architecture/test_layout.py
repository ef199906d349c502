"""The habits that a reader relies on: names, sizes, imports that point downwards."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "ivr").rglob("*.py"))
EVERYTHING = MODULES + sorted((ROOT / "tests").rglob("*.py"))
BANNED = {"utils", "util", "helpers", "helper", "common", "manager", "service", "services", "handler", "processor"}
MOST_LINES = 400
MOST_PARAMETERS = 6
MOST_PUBLIC_METHODS = 12

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def is_command(function: Function) -> bool:
    """Whether click fills the parameters, one for each option that the user may give."""
    return any("command" in ast.unparse(decorator) for decorator in function.decorator_list)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_is_named_for_what_it_holds(path: Path) -> None:
    parts = {word for part in path.relative_to(ROOT).with_suffix("").parts for word in part.split("_")}
    assert not parts & BANNED


@pytest.mark.parametrize("path", EVERYTHING, ids=name)
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_function_takes_few_parameters(path: Path) -> None:
    for function in functions(ast.parse(path.read_text())):
        if is_command(function):
            continue
        arguments = function.args
        given = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        own = [argument for argument in given if argument not in {"self", "cls"}]
        assert len(own) <= MOST_PARAMETERS, f"{name(path)}:{function.lineno} {function.name}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_class_has_few_public_methods(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            public = [
                item.name
                for item in node.body
                if isinstance(item, Function) and not item.name.startswith("_") and not item.decorator_list
            ]
            assert len(public) <= MOST_PUBLIC_METHODS, f"{name(path)}:{node.lineno} {node.name}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_that_catches_every_exception_logs_it_or_says_why(path: Path) -> None:
    source = path.read_text()
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler):
            caught = "BaseException" if node.type is None else ast.unparse(node.type)
            body = "\n".join(map(ast.unparse, node.body))
            open_about_it = "log.exception" in body or "raise" in body or "  # " in lines[node.lineno - 1]
            assert open_about_it or caught not in {"Exception", "BaseException"}, f"{name(path)}:{node.lineno}"


def test_imports_point_downwards() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    outcome = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
