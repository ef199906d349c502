"""Reads persona files; every mistake in one is told at once, by line, column and key, with its mend."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ivr.dialogue.persona import Persona
from ivr.dialogue.phrases import FACTS, PHRASES, TOPICS
from ivr.dialogue.subjects import TELLING
from ivr.errors import ConfigError
from ivr.language.intents import INTENTS
from ivr.language.words import words
from ivr.yaml_shape import nearest, shape_problems
from ivr.yaml_text import FileRefused, Source, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ivr.yaml_text import Place

PERSONAS = Path(__file__).with_name("personas")
SLOT = re.compile(r"\{(\w*)\}")
ALWAYS = frozenset({"company", "agent"})
"""Slots that every phrase and fact may use."""
EXTENDS = "extends"
_PARTS = ("phrases", "topics", "facts", "refuses")
"""What an extending file changes entry by entry; of everything else it gives the whole."""


def known_personas() -> list[str]:
    """Name the personas of the product."""
    return sorted(file.stem for file in PERSONAS.glob("*.yaml"))


def persona_path(name: str, beside: Path | None = None) -> Path:
    """Find a persona by its name in ``personas/`` or by its path, which may be relative to the folder ``beside``."""
    if re.fullmatch(r"[\w-]+", name):
        return PERSONAS / f"{name}.yaml"
    path = Path(name).expanduser()
    return path if beside is None else beside / path


def read_persona(path: Path, name: str) -> str:
    """Read the text of a persona file that the settings call ``name``; ConfigError says the mend."""
    try:
        return read_text(path)
    except OSError as error:
        why = "it is a folder" if path.is_dir() else error.strerror
        known = ", ".join(known_personas())
        raise ConfigError(
            f"persona {name!r}: {path} cannot be read ({why}); set PERSONA to {known} or to a YAML file"
        ) from None


def parse_persona(text: str, source: str, extending: tuple[Path, ...] = ()) -> Persona:
    """Make a persona of YAML text; ``source`` names it in errors, ``extending`` are the files that build on it."""
    return persona_of(Source(text, source), (), (*extending, Path(source).absolute()))


def persona_of(source: Source, place: Place, files: tuple[Path, ...], usual: str | None = None) -> Persona:
    """Make a persona of what stands at ``place``; ``files`` are those on the way to it, its own last.

    ``usual`` is what it builds on where it does not say.
    """
    document = source.document
    for step in place:
        document = document[step]
    if not isinstance(document, dict):
        problem = "a persona is a mapping with company, agent, phrases and facts; ivr persona new FILE writes one"
        raise FileRefused(source.name, [source.fault(place, problem)])
    base = _base(source, (*place, EXTENDS), document.get(EXTENDS, usual), files)
    own = {key: value for key, value in document.items() if key != EXTENDS}
    whole = _over(base, own)
    problems = _problems(own, whole, extends=base is not None)
    if faults := [source.fault((*place, *where), problem) for where, problem in problems]:
        raise FileRefused(source.name, faults)
    return Persona.model_validate(whole)


def _base(source: Source, place: Place, name: object, files: tuple[Path, ...]) -> Persona | None:
    """Read the persona that this one builds on, which has to be sound itself."""
    if name is None:
        return None
    known = ", ".join(known_personas())
    if not isinstance(name, str) or not name.strip():
        raise FileRefused(source.name, [source.fault(place, f"name one persona: {known}, or a YAML file")])
    path = persona_path(name, files[-1].parent).absolute()
    if path.resolve() in {one.resolve() for one in files}:
        problem = f"{name!r} builds on this file already; let one of them stand alone, or extend one of {known}"
        raise FileRefused(source.name, [source.fault(place, problem)])
    if not path.is_file():
        near = nearest(name, known_personas())
        hint = f"; did you mean {near!r}?" if near else ""
        problem = f"{name!r} is no persona{hint}; extend one of {known}, or a YAML file by its path from this one"
        raise FileRefused(source.name, [source.fault(place, problem)])
    return parse_persona(read_persona(path, name), str(path), files)


def _over(base: Persona | None, own: Mapping[Any, Any]) -> dict[Any, Any]:
    """Put a file over the persona that it extends; a fact that it calls ``null`` is gone."""
    if base is None:
        return dict(own)
    whole = base.model_dump(exclude={"translations"}) | dict(own)
    for part in _PARTS:
        changes = own.get(part)
        if changes is None:
            whole[part] = base.model_dump()[part]
        elif isinstance(changes, dict):
            whole[part] = base.model_dump()[part] | changes
    for part in ("facts", "refuses"):
        if isinstance(whole[part], dict):
            whole[part] = {key: entry for key, entry in whole[part].items() if entry is not None}
    return whole


# --- what may be wrong ------------------------------------------------------------------------


def _problems(own: Mapping[Any, Any], whole: Mapping[Any, Any], *, extends: bool) -> Iterator[tuple[Place, str]]:
    shapes = [*shape_problems(Persona, whole, (EXTENDS,))]
    yield from shapes
    wrong = {place for place, _ in shapes}
    phrases, topics, facts, refuses = (_mapping(whole, part) for part in _PARTS)
    for part, known in (("phrases", PHRASES), ("topics", TOPICS)):
        for key in _mapping(own, part):
            if key not in known:
                near = nearest(str(key), known)
                hint = f"; did you mean {near!r}?" if near else f"; there are: {', '.join(known)}"
                yield (part, str(key)), f"no {part[:-1]} is called {key!r}{hint}"
    for name, variants in phrases.items():
        if name in PHRASES and ("phrases", name) not in wrong:
            for number, text in _texts(variants):
                place: Place = ("phrases", name) if number is None else ("phrases", name, number)
                yield from ((place, problem) for problem in slot_problems(text, PHRASES[name]))
    for name, fact in facts.items():
        if isinstance(fact, dict) and isinstance(fact.get("say"), str):
            yield from ((("facts", str(name), "say"), problem) for problem in slot_problems(fact["say"], frozenset()))
    yield from _refusal_problems(refuses)
    for place, text in _plain_texts(topics, whole.get("form")):
        if re.search(r"[{}]", text):
            yield place, "braces are not filled in here; write the words themselves"
    ways = "add them" if extends else "add them, or write 'extends: es' to take them from es.yaml"
    lacking = (("phrases", PHRASES, phrases), ("topics", TOPICS, topics), ("facts", sorted(FACTS), facts))
    for part, needed, given in lacking:
        misnamed = {nearest(str(key), needed) for key in given if key not in needed} if part != "facts" else set()
        missing = [name for name in needed if name not in given and name not in misnamed]
        if missing and (part,) not in wrong:
            yield (part,), f"{part} are missing: {', '.join(missing)}; {ways}"


def _refusal_problems(refuses: Mapping[Any, Any]) -> Iterator[tuple[Place, str]]:
    """Tell of subjects that nothing names, that nearly everything names, or whose intents do not exist."""
    for name, one in refuses.items():
        if not isinstance(one, dict):
            continue
        place: Place = ("refuses", str(name))
        if not (one.get("words") or one.get("intents")):
            yield place, "nothing names this subject; give words that callers say, or intents"
        for key in ("words", "unless"):
            for number, text in _texts(one.get(key)):
                if not any(len(word) >= TELLING for word in words(text)):
                    where: Place = (*place, key) if number is None else (*place, key, number)
                    yield where, f"{text!r} is in too many sentences; write the words that tell what it is about"
        for number, intent in _texts(one.get("intents")):
            if intent not in INTENTS:
                near = nearest(intent, INTENTS)
                hint = f"did you mean {near!r}? " if near else ""
                where = (*place, "intents") if number is None else (*place, "intents", number)
                yield where, f"no intent is called {intent!r}; {hint}there are: {', '.join(INTENTS)}"
        if isinstance(one.get("say"), str):
            yield from (((*place, "say"), problem) for problem in slot_problems(one["say"], frozenset()))


def slot_problems(text: str, slots: frozenset[str]) -> Iterator[str]:
    """Tell what is wrong with the braces of a phrase that has to say ``slots``."""
    used = set(SLOT.findall(text))
    unknown, lacking = used - slots - ALWAYS, slots - used
    if unknown:
        mend = f"write {_list(lacking)} instead" if lacking else "take it out"
        yield f"unknown slot {_list(unknown)}; {mend} (allowed here: {_list(slots | ALWAYS)})"
    elif lacking:
        yield f"a variant does not say {_list(lacking)}; add it to {text!r}"
    if re.search(r"[{}]", SLOT.sub("", text)):
        yield f"a brace in {text!r} that would be read aloud; write slots like {{company}}, without blanks"


def _mapping(whole: Mapping[Any, Any], part: str) -> Mapping[Any, Any]:
    found = whole.get(part)
    return found if isinstance(found, dict) else {}


def _texts(variants: object) -> Iterator[tuple[int | None, str]]:
    if isinstance(variants, str):
        yield None, variants
    elif isinstance(variants, list):
        yield from ((number, text) for number, text in enumerate(variants) if isinstance(text, str))


def _plain_texts(topics: Mapping[Any, Any], form: object) -> Iterator[tuple[Place, str]]:
    yield from ((("topics", str(name)), text) for name, text in topics.items() if isinstance(text, str))
    for number, detail in enumerate(form if isinstance(form, list) else []):
        if isinstance(detail, dict) and isinstance(detail.get("ask"), str):
            yield ("form", number, "ask"), detail["ask"]


def _list(slots: Iterable[str]) -> str:
    return ", ".join(f"{{{slot}}}" for slot in sorted(slots)) or "none"
