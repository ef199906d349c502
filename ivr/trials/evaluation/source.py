"""A YAML text and where in it everything stands, so that whatever is wrong can be named by its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from ivr.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    Place = tuple[str | int, ...]


class Source:
    """``name`` is the file's; ConfigError when the text is no YAML, or says one key twice."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        try:
            self._tree = yaml.compose(text, Loader=yaml.SafeLoader)
            self.document: Any = yaml.safe_load(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            problem = getattr(error, "problem", None) or error
            raise ConfigError(f"{name}, line {line}: no YAML ({problem}); mend the indentation or the quotes") from None
        for line, key in _repeated(self._tree):
            raise ConfigError(f"{name}, line {line}: the key {key!r} stands there twice; keep one")

    def line(self, place: Place) -> int:
        """Give the line of the deepest part that exists on the way to a place."""
        node = self._tree
        line = node.start_mark.line if node else 0
        for step in place:
            if isinstance(node, yaml.MappingNode):
                pair = next(((key, value) for key, value in node.value if key.value == step), None)
                if pair is None:
                    continue
                line, node = pair[0].start_mark.line, pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line
        return line + 1


def _repeated(node: Any) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.start_mark.line + 1, key.value
            seen.add(key.value)
            yield from _repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated(item)
