"""`hubctl keys`: what a connection's CDP presents to the hub."""

import json

import click
from rich.console import Console

from cdphub.connections import list_keys
from cdphub.credentials import Pair
from tools.hubctl import ask
from tools.hubctl import keys as rules
from tools.hubctl.completion import CONNECTION
from tools.hubctl.connect import find_connection
from tools.hubctl.shown import show_key
from tools.hubctl.tables import new_table
from tools.hubctl.target import Target
from tools.hubctl.told import told_key
from tools.hubctl.visible import cell


@click.group()
def keys() -> None:
    """Integration keys of a connection: several may be valid at once.

    A new key works at once. A revoked one is refused a minute later at the latest: so long a function may remember it.
    """


@keys.command("list")
@click.argument("connection_id", metavar="CONNECTION", type=CONNECTION)
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
@click.pass_obj
def list_them(target: Target, connection_id: str, as_json: bool) -> None:
    """List a connection's keys, without their secrets, which are kept nowhere.

    Example: hubctl keys list segment-1f2e3d4c
    """
    hub = target.hub()
    shown = [told_key(key) for key in list_keys(hub.store, find_connection(hub, connection_id))]
    if as_json:
        click.echo(json.dumps(shown, indent=2))
    elif shown:
        table = new_table("Application ID", "Made")
        for one in shown:
            table.add_row(*map(cell, one.values()))
        Console().print(table)
    else:
        click.echo("There are no keys: hubctl keys add makes one.")


@keys.command()
@click.argument("connection_id", metavar="CONNECTION", type=CONNECTION)
@click.option("--take", metavar="ID", help="Take over the integration key with this application ID.")
@click.pass_obj
def add(target: Target, connection_id: str, take: str | None) -> None:
    """Give a connection one more key; its secret is shown once.

    After --take its secret is asked for, <CDP>_INTEGRATION_SECRET, as hubctl connect does.

    Example: hubctl keys add segment-1f2e3d4c
    """
    hub = target.hub()
    connection = find_connection(hub, connection_id)
    taken = Pair(take, ask.integration_secret(connection.cdp)) if take is not None else None
    show_key(rules.add(hub, connection, taken), taken=taken is not None)


@keys.command()
@click.argument("connection_id", metavar="CONNECTION", type=CONNECTION)
@click.pass_obj
def rotate(target: Target, connection_id: str) -> None:
    """Make a new key beside those that are there, and tell how to be rid of them, without one 401 in between.

    Example: hubctl keys rotate segment-1f2e3d4c
    """
    hub = target.hub()
    connection = find_connection(hub, connection_id)
    old = list_keys(hub.store, connection)
    show_key(rules.add(hub, connection))
    if old:
        click.echo("Both work now. Paste the new one into the CDP; once all it sends comes with the new one:")
    for key in old:
        click.echo(f"  hubctl keys revoke {connection.id} {key.application_id}")


@keys.command()
@click.argument("connection_id", metavar="CONNECTION", type=CONNECTION)
@click.argument("application_id", metavar="APPLICATION_ID")
@click.option("--last", is_flag=True, help="Also if it is the only one: the CDP is refused until there is another.")
@click.pass_obj
def revoke(target: Target, connection_id: str, application_id: str, last: bool) -> None:
    """Let a key not work any more; functions that remember it refuse it a minute later at the latest.

    Example: hubctl keys revoke segment-1f2e3d4c 0f8e5b0e-6f0c-4c59-9a0e-6a1d0c1c5d7e
    """
    hub = target.hub()
    connection = find_connection(hub, connection_id)
    rules.revoke(hub, connection, application_id, last=last)
    click.echo(f"Key {application_id} of {connection.id} is refused, a minute from now at the latest.")
