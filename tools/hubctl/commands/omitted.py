"""`hubctl omitted`: metadata that connections brought and Voucherify would not have taken."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import click
from rich.console import Console

from cdphub.clock import SECOND
from cdphub.hub import Hub
from cdphub.omitted import list_omitted
from tools.hubctl.connect import list_connections
from tools.hubctl.tables import new_table
from tools.hubctl.target import Target
from tools.hubctl.visible import cell


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
@click.pass_obj
def omitted(target: Target, as_json: bool) -> None:
    """List the metadata keys that were left out in the last 30 days, by connection; values are not kept.

    Example: hubctl omitted
    """
    shown = list(_told(target.hub()))
    if as_json:
        click.echo(json.dumps(shown, indent=2))
    elif shown:
        table = new_table("Project", "Connection", "Metadata of", "Key", "Observed", "Reason", "Last noted")
        for one in shown:
            table.add_row(*map(cell, one.values()))
        Console().print(table)
    else:
        click.echo("Nothing was left out.")


def _told(hub: Hub) -> Iterator[dict[str, str]]:
    for connection in list_connections(hub):
        for one in list_omitted(hub.store, connection.id):
            yield {
                "project": connection.project,
                "connection": connection.id,
                "of": one.of,
                "key": one.key,
                "observed": one.observed,
                "reason": one.reason,
                "last_noted": datetime.fromtimestamp(one.seen_ms / SECOND, UTC).date().isoformat(),
            }
