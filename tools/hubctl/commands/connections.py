"""`hubctl connections`: what is connected."""

import json

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cdphub.pauses import CONNECTIONS, Pause, Pauses
from cdphub.times import utc
from tools.hubctl.connect import list_connections
from tools.hubctl.target import Target


@click.group()
def connections() -> None:
    """Connections of projects to CDPs."""


@connections.command("list")
@click.pass_obj
def list_them(target: Target) -> None:
    """List all connections, and for what those wait whose CDP is in trouble."""
    hub = target.hub()
    pauses = Pauses(hub.store.state, CONNECTIONS)
    table = Table("Project", "Connection", "CDP", "State", "Waits", "Settings")
    for each in list_connections(hub):
        settings = escape(json.dumps(each.settings))
        table.add_row(each.project, each.id, each.cdp, each.state, _waits(pauses.current(each.id)), settings)
    if table.row_count:
        Console().print(table)
    else:
        click.echo("There are no connections yet.")


def _waits(pause: Pause | None) -> str:
    if pause is None:
        return ""
    end = f"probe {utc(pause.probe_at)}" if pause.until is None else f"until {utc(pause.until)}"
    return f"{pause.reason}, {end}"
