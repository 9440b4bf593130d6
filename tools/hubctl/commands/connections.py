"""`hubctl connections`: what is connected, and what becomes of it."""

import json

import click
from rich.console import Console

from cdphub.pauses import CONNECTIONS, Pauses
from tools.hubctl.commands.connection_terms import credentials, set_settings
from tools.hubctl.completion import CONNECTION
from tools.hubctl.connect import find_connection, list_connections
from tools.hubctl.connections import State, backlog_of, check_nothing_waits, remove, set_state
from tools.hubctl.found import found
from tools.hubctl.tables import new_table
from tools.hubctl.target import Target
from tools.hubctl.told import told, told_in_full
from tools.hubctl.visible import cell

STATES: dict[str, tuple[State, str]] = {
    "enable": ("live", "Let a connection work (live); what was held for it goes on its way."),
    "pause": ("paused", "Let a connection accept and hold (paused); nothing gets lost for 90 days."),
    "disable": ("off", "Switch a connection off: its CDP is answered 401, and gets no events; they are not kept."),
}


@click.group()
def connections() -> None:
    """Connections of projects to CDPs."""


@connections.command("list")
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
@click.pass_obj
def list_them(target: Target, as_json: bool) -> None:
    """List all connections, and for what those wait whose CDP is in trouble.

    Example: hubctl connections list --json
    """
    hub = target.hub()
    pauses = Pauses(hub.store.state, CONNECTIONS)
    shown = [told(each, pauses.current(each.id)) for each in list_connections(hub)]
    if as_json:
        click.echo(json.dumps(shown, indent=2))
    elif shown:
        table = new_table("Project", "Connection", "CDP", "State", "Waits", "Settings")
        for one in shown:
            table.add_row(*(cell(text) for text in (one | {"settings": json.dumps(one["settings"])}).values()))
        Console().print(table)
    else:
        click.echo("There are no connections yet.")


@connections.command()
@click.argument("connection_id", type=CONNECTION)
@click.option("--json", "as_json", is_flag=True, help="As a JSON object.")
@click.pass_obj
def show(target: Target, connection_id: str, as_json: bool) -> None:
    """Show a connection: its settings, keys, credentials without their values, and what waits for it.

    Example: hubctl connections show segment-1f2e3d4c
    """
    hub = target.hub()
    connection, profile = found(hub, connection_id)
    shown = told_in_full(hub, profile, connection)
    if as_json:
        click.echo(json.dumps(shown, indent=2))
        return
    click.echo(f"{connection.id} joins project {connection.project} to {profile.title}: {connection.state}")
    if shown["waits"]:
        click.echo(f"Waits: {shown['waits']}")
    table = new_table("", "Name", "Value")
    for name, value in shown["settings"].items():
        table.add_row("setting", name, cell(json.dumps(value)))
    for name, value in shown["defaults"].items():
        table.add_row("default", name, cell(json.dumps(value)))
    for name, presence in shown["credentials"].items():
        table.add_row("credential", name, presence)
    for key in shown["keys"]:
        table.add_row("key", key["made"], cell(key["application_id"]))
    Console().print(table)
    click.echo(f"In the backlog: {backlog_of(hub, connection.id)}")


def _state_command(name: str, state: State, about: str) -> click.Command:
    example = f"Example: hubctl connections {name} segment-1f2e3d4c"

    @click.command(name, help=f"{about}\n\nFunctions know it a minute later at the latest.\n\n{example}")
    @click.argument("connection_id", type=CONNECTION)
    @click.pass_obj
    def run(target: Target, connection_id: str) -> None:
        hub = target.hub()
        connection = find_connection(hub, connection_id)
        set_state(hub, connection, state)
        click.echo(f"Connection {connection.id} is {state}, a minute from now at the latest.")

    return run


@connections.command("remove")
@click.argument("connection_id", type=CONNECTION)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="Also if something waits for it, which is deleted as well.")
@click.pass_obj
def remove_it(target: Target, connection_id: str, yes: bool, force: bool) -> None:
    """Remove a connection with its keys, its credentials, and all that waits for it.

    Disable it a minute before, so that nothing more comes meanwhile.

    Example: hubctl connections remove segment-1f2e3d4c
    """
    hub = target.hub()
    connection = find_connection(hub, connection_id)
    if not force:
        check_nothing_waits(hub, connection)
    if not yes:
        click.confirm(f"Remove {connection.id} with its keys and credentials?", abort=True)
    remove(hub, connection)
    click.echo(f"Connection {connection.id} is removed.")


for name, (state, about) in STATES.items():
    connections.add_command(_state_command(name, state, about))
connections.add_command(set_settings)
connections.add_command(credentials)
