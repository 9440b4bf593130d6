"""`hubctl send`: an event file to a running hub."""

import json
from pathlib import Path

import click

from cdphub.connections import list_keys, read_project_secrets
from cdphub.hub import Hub
from tools.hubctl import ask
from tools.hubctl.completion import CONNECTION, PROJECT
from tools.hubctl.connect import find_connection
from tools.hubctl.errors import WrongInputError
from tools.hubctl.projects import find_project
from tools.hubctl.send import read_event, send_event, trace_id_of
from tools.hubctl.target import Target
from tools.hubctl.visible import visible
from tools.local.events import Event


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--connection", "connection_id", type=CONNECTION, help="The connection as whose CDP to send it.")
@click.option("--key", metavar="APPLICATION_ID", help="Which of its keys to present. [default: the newest]")
@click.option("--project", "project_id", type=PROJECT, help="The project as whose Voucherify to send a webhook.")
@click.option("--json", "as_json", is_flag=True, help="As a JSON object.")
@click.pass_context
def send(
    context: click.Context,
    file: Path,
    connection_id: str | None,
    key: str | None,
    project_id: str | None,
    as_json: bool,
) -> None:
    """Send a file of events/, or one like those, to the running hub, as its CDP or Voucherify would.

    Keys and signatures stand in for what the files hold in capitals. The secret of the connection's key, of which the
    hub knows the hash alone, is asked for, or read from <CDP>_INTEGRATION_SECRET, but for keys that the local cloud has
    made itself; a webhook is signed by what the project has. The exit code is 1 if the hub refuses it.

    Example: hubctl send events/segment/identify.json --connection segment-1f2e3d4c
    """
    target: Target = context.obj
    if (connection_id is None) == (project_id is None):
        raise WrongInputError("connection: give --connection for what a CDP sends, --project for a webhook")
    if connection_id:
        event = _of_cdp(target, file, connection_id, key)
    else:
        event = _of_voucherify(target.hub(), file, project_id or "")
    reply = send_event(target.url(), event)
    text, trace_id = reply.body.decode(errors="replace"), trace_id_of(reply)
    if as_json:
        told = {"method": event.method, "path": event.path, "status": reply.status, "body": text, "trace_id": trace_id}
        click.echo(json.dumps(told, indent=2))
    else:
        click.echo(f"{event.method} {event.path.partition('?')[0]}: HTTP {reply.status}")
        click.echo(visible(text))
        if trace_id:
            click.echo(f"What becomes of it: hubctl trace {visible(trace_id)}")
    if not 200 <= reply.status < 300:
        context.exit(1)


def _of_cdp(target: Target, file: Path, connection_id: str, key: str | None) -> Event:
    hub = target.hub()
    connection = find_connection(hub, connection_id)
    keys = sorted(list_keys(hub.store, connection), key=lambda one: one.made_ms or 0)
    ids = [one.application_id for one in keys if key in (None, one.application_id)]
    if not ids:
        raise WrongInputError(f"key: {connection_id} has no {key or 'key'}; hubctl keys list shows those it has")
    secret = target.integration_secret(ids[-1]) or ask.integration_secret(connection.cdp)
    return read_event(file, connection.project, "", {"application_id": ids[-1], "secret_key": secret})


def _of_voucherify(hub: Hub, file: Path, project_id: str) -> Event:
    project = find_project(hub, project_id)
    secrets = read_project_secrets(hub.secrets, project.id).webhook_secrets
    if not secrets:
        raise WrongInputError(f"project: {project.id} has no webhook secret; hubctl project credentials gives it one")
    return read_event(file, project.id, secrets[-1], {})
