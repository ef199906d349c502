"""Whether the running Asterisk offers every command and event that we use, by its own description."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from ivr.telephony.ari_commands import COMMANDS
from ivr.telephony.ari_request import parameter
from ivr.telephony.events import REQUIRED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.telephony.ari import AriClient
    from ivr.telephony.ari_request import Command

RESOURCES = ("channels", "bridges", "applications", "asterisk", "events")


async def check_api(client: AriClient) -> list[str]:
    """List what the server lacks, a sentence each; empty when all fits."""
    operations: dict[tuple[str, str], set[str]] = {}
    for resource in RESOURCES:
        operations |= _operations(await client.api_docs(resource))
    models = (await client.api_docs("events"))["models"]
    return [*_lacking_commands(operations), *_lacking_events(models)]


def _operations(document: Mapping[str, Any]) -> dict[tuple[str, str], set[str]]:
    return {
        (operation["httpMethod"], api["path"]): {given["name"] for given in operation.get("parameters", ())}
        for api in document["apis"]
        for operation in api["operations"]
    }


def _lacking_commands(operations: Mapping[tuple[str, str], set[str]]) -> Iterator[str]:
    for command in COMMANDS:
        offered = operations.get((command.METHOD, command.PATH))
        if offered is None:
            yield f"{command.__name__}: the server has no {command.METHOD} {command.PATH}"
            continue
        for name in sorted(_parameters(command) - offered):
            yield f"{command.__name__}: {command.METHOD} {command.PATH} takes no {name}"


def _parameters(command: type[Command[Any]]) -> set[str]:
    return {parameter(field.name) for field in fields(command)}  # type: ignore[arg-type]


def _lacking_events(models: Mapping[str, Any]) -> Iterator[str]:
    for name, needed in REQUIRED.items():
        if name not in models:
            yield f"{name}: the server has no such event"
            continue
        for lacking in sorted(set(needed) - set(models[name]["properties"])):
            yield f"{name}: the event has no {lacking}"
