"""`hubctl connections`: what is connected."""

import json

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tools.hubctl.connect import list_connections
from tools.hubctl.target import Target


@click.group()
def connections() -> None:
    """Connections of projects to CDPs."""


@connections.command("list")
@click.pass_obj
def list_them(target: Target) -> None:
    """List all connections."""
    table = Table("Project", "Connection", "CDP", "State", "Settings")
    for each in list_connections(target.hub()):
        table.add_row(each.project, each.id, each.cdp, each.state, escape(json.dumps(each.settings)))
    if table.row_count:
        Console().print(table)
    else:
        click.echo("There are no connections yet.")
