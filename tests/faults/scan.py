"""Everything that the hub has written, searched for the secrets and the people of a run (G7)."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from unittest import mock
from urllib.parse import quote

from click.testing import CliRunner

from cdphub import order
from cdphub.connections import connection_parameter, list_connections, project_parameter
from tests.e2e.hub import Hub
from tests.e2e.project import Project
from tests.e2e.webhooks import TWELVE, webhook
from tests.faults.commands import PERSON, PHONE
from tests.template.stack import TABLES
from tools.hubctl.cli import cli
from tools.hubctl.target import local_hub
from tools.local.template import STACK_NAME

PUBLIC = ("application_id",)
"""What stands in a parameter and is no secret: an id, which requests and replies name."""
LOG_LIKE = ("log", "hubctl connections", "hubctl doctor", "hubctl stats", "hubctl tail", "hubctl trace")
"""Where no customer may be named either."""

Places = Iterator[tuple[str, str]]
"""What was written, by where it is."""


def leaks(hub: Hub, projects: Mapping[str, Project]) -> Iterator[str]:
    """Where a secret of these projects is, in any form, and where a person is who should not be."""
    secrets = {form: name for name, secret in secrets_of(hub, projects) for form in forms(secret)}
    people = {PERSON, PHONE, *map(str.lower, _told())}
    for place, text in written(hub, list(projects)):
        yield from sorted({f"{place}: {name}" for form, name in secrets.items() if form in text})
        if place.startswith(LOG_LIKE):
            yield from (f"{place}: {one}" for one in people if one in text.lower())


def secrets_of(hub: Hub, projects: Mapping[str, Project]) -> Iterator[tuple[str, str]]:
    """All secrets, each with a name: what Parameter Store has, and what CDPs present, of which it has nothing."""
    stores = local_hub(hub.aws.url)
    for project_id, project in projects.items():
        yield from ((f"key of {cdp} for {project_id}", pair["secret_key"]) for cdp, pair in project.keys.items())
        parameters = [project_parameter(project_id)]
        parameters += [connection_parameter(each.id) for each in list_connections(stores.store, project_id)]
        for parameter in parameters:
            yield from ((f"{name} of {parameter}", value) for name, value in _leaves(stores.secrets.read(parameter)))


def _told() -> Iterator[str]:
    """What events tell of customers."""
    bodies = [webhook(name, PERSON) for name in TWELVE]
    while bodies:
        value = bodies.pop()
        if isinstance(value, dict) and value.get("object") == "customer":
            yield from (value[name] for name in ("name", "email", "phone") if value.get(name))
        bodies += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def forms(secret: str) -> set[str]:
    """A text as it is, quoted for a URL or for JSON, and as it looks within base64 wherever it begins there."""
    raw = secret.encode()
    found = {secret, quote(secret), quote(secret, safe=""), json.dumps(secret)[1:-1]}
    for encode in (b64encode, urlsafe_b64encode):
        for before, unsure in enumerate((0, 2, 3)):
            known = (before + len(raw)) * 8 // 6
            found.add(encode(bytes(before) + raw)[unsure:known].decode())
    return found


def written(hub: Hub, project_ids: Sequence[str]) -> Places:
    """Logs, with the metrics in them, all that went to SQS and DynamoDB, all that is in the tables, what hubctl prints.

    Parameter Store is where secrets belong.
    """
    for log in sorted(hub.folder.glob("logs/*.log")):
        yield f"log {log.stem}", log.read_text(errors="replace")
    for request in hub.aws.shows("requests"):
        operation = {name.lower(): value for name, value in request["headers"].items()}.get("x-amz-target", "")
        if not operation.startswith("AmazonSSM"):
            yield operation, json.dumps(request["body"], ensure_ascii=False)
    for table in TABLES:
        name = table.removeprefix(f"{STACK_NAME}-")
        yield f"table {name}", json.dumps(hub.rows(name), ensure_ascii=False)
    yield from _printed(hub, project_ids)


def _printed(hub: Hub, project_ids: Sequence[str]) -> Places:
    stores = local_hub(hub.aws.url)
    connections = [each.id for project_id in project_ids for each in list_connections(stores.store, project_id)]
    letters = [letter for letter in hub.all_letters() if letter["connection"] in connections]
    traces = sorted({_trace_id(letter) for letter in letters})[:2]
    asked = [
        "project list",
        *(f"project show {project_id}" for project_id in project_ids),
        "connections list",
        *(f"connections show {connection}" for connection in connections[:2]),
        "dead-letters list",
        *(f"dead-letters show --content {trace}" for trace in traces),
        *(f"trace {trace}" for trace in traces),
        "doctor",
        "stats",
        "tail --no-follow --since 1d",
    ]
    with mock.patch("tools.hubctl.target.ENDPOINTS", hub.folder / "endpoints.json"):
        for words in asked:
            printed = CliRunner().invoke(cli, words).output
            assert printed, f"hubctl {words} says nothing"
            yield f"hubctl {words}", printed


def _trace_id(letter: Mapping[str, Any]) -> str:
    payload = letter["payload"]
    return str(payload["trace_id"] if letter["direction"] == "outbound" else order.trace_id(payload["order"]))


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, name)
    elif isinstance(value, str) and name not in PUBLIC:
        yield name, value
