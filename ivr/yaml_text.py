"""A YAML text and where in it everything stands, so that whatever is wrong is told by line, column and key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from ivr.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    Place = tuple[str | int, ...]

LARGEST = 1_000_000
"""Bytes; what people write by hand is far smaller."""
_HINTS = {
    "mapping values are not allowed here": "a colon stands in text without quotes, or the line is indented too far; "
    "put the text in quotes, or indent the key like those above",
    "could not find expected ':'": "a line without 'key:'; join it to the text above in quotes, or give it a key",
    "expected <block end>": "the indentation does not fit the lines above, or text goes on after its closing quote; "
    "indent the line like its neighbours, or quote the whole text",
    "while scanning a quoted scalar": "a quote is not closed; close it",
    "found unexpected end of stream": "a quote is not closed; close it",
    "expected ',' or ']'": "a [ is not closed; close it with ], or put the text in quotes",
    "expected ',' or '}'": "a { is not closed; close it with }, or put the text in quotes",
    "did not find expected": "the indentation does not fit the lines above; indent the line like its neighbours",
    "found undefined alias": "text that begins with * means something else in YAML; put it in quotes",
    "found character '@'": "text must not begin with @; put it in quotes",
    "found character '`'": "text must not begin with a backquote; put it in quotes",
    "found character '%'": "text must not begin with %; put it in quotes",
    "found unknown escape character": "a backslash in double quotes means something else; use single quotes",
}


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One mistake; lines and columns count from 1, ``problem`` ends with the mend."""

    line: int
    column: int
    key: str
    problem: str

    def __str__(self) -> str:
        where = f"line {self.line}, column {self.column}"
        return f"{where}, {self.key}: {self.problem}" if self.key else f"{where}: {self.problem}"


class FileRefused(ConfigError):
    """A file has mistakes; ``faults`` has all of them, the message too."""

    def __init__(self, name: str, faults: Iterable[Fault]) -> None:
        self.name = name
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(f"{name}, {fault}" for fault in self.faults))


def read_text(path: Path) -> str:
    """Read a text file; OSError when it cannot be read, FileRefused when it is not UTF-8 or is far too large."""
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        problem = f"more than {LARGEST} bytes, which is more than any such file has; give the right file"
        raise FileRefused(str(path), [Fault(1, 1, "", problem)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace").splitlines() or [""]
        problem = f"byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise FileRefused(str(path), [Fault(len(before), len(before[-1]) + 1, "", problem)]) from None


class Source:
    """``name`` is the file's; FileRefused when the text is no YAML, or says one key twice."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        try:
            self._tree = yaml.compose(text, Loader=yaml.SafeLoader)
            self.document: Any = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise FileRefused(name, [*_tabs(text)] or [_syntax(error)]) from None
        except ValueError as error:  # a date or a number that has the form of one and is none
            raise FileRefused(name, [Fault(1, 1, "", f"a value cannot be read ({error}); put it in quotes")]) from None
        if repeated := [*_repeated(self._tree)]:
            raise FileRefused(name, repeated)

    def line(self, place: Place) -> int:
        """Give the line of the deepest part that exists on the way to a place."""
        return self.fault(place, "").line

    def fault(self, place: Place, problem: str) -> Fault:
        """Say where ``place`` is, or the deepest part of it that exists, and what is wrong there."""
        node = self._tree
        mark = node.start_mark if node else None
        for step in place:
            if isinstance(node, yaml.MappingNode):
                pair = next(((key, value) for key, value in node.value if key.value == str(step)), None)
                if pair is None:
                    continue
                mark, node = pair[0].start_mark, pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                mark = node.start_mark
        key = ".".join(str(step + 1) if isinstance(step, int) else step for step in place)
        return Fault(mark.line + 1 if mark else 1, mark.column + 1 if mark else 1, key, problem)


def _tabs(text: str) -> Iterator[Fault]:
    for number, line in enumerate(text.splitlines(), 1):
        blank = line[: len(line) - len(line.lstrip())]
        if "\t" in blank:
            column = blank.index("\t") + 1
            yield Fault(number, column, "", "a tab in the indentation, where YAML allows spaces only; put spaces")


def _syntax(error: yaml.YAMLError) -> Fault:
    if isinstance(error, yaml.reader.ReaderError):
        problem = f"the character U+{int(error.character):04X} may not stand in YAML; take it out"
        return Fault(1, 1, "", problem)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = f"{getattr(error, 'context', '') or ''} {getattr(error, 'problem', '') or error}".strip()
    hint = next((hint for part, hint in _HINTS.items() if part in said), "mend the indentation or the quotes")
    opened = getattr(error, "context_mark", None)
    since = f" (it began in line {opened.line + 1})" if opened and mark and opened.line != mark.line else ""
    return Fault(mark.line + 1 if mark else 1, mark.column + 1 if mark else 1, "", f"not valid YAML: {hint}{since}")


def _repeated(node: Any, place: str = "", told: frozenset[int] = frozenset()) -> Iterator[Fault]:
    if id(node) in told:  # an anchor that holds itself
        return
    told |= {id(node)}
    if isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key, value in node.value:
            inner = f"{place}.{key.value}".lstrip(".")
            mark = key.start_mark
            if key.value in first:
                problem = f"the key stands already in line {first[key.value]}, and only one would count; keep one"
                yield Fault(mark.line + 1, mark.column + 1, inner, problem)
            first.setdefault(key.value, mark.line + 1)
            yield from _repeated(value, inner, told)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value, 1):
            yield from _repeated(item, f"{place}.{number}", told)
