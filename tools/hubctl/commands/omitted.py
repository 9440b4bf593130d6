"""`hubctl omitted`: metadata that connections brought and Voucherify would not have taken."""

from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table

from cdphub.clock import SECOND
from cdphub.omitted import list_omitted
from tools.hubctl.connect import list_connections
from tools.hubctl.target import Target
from tools.hubctl.visible import cell


@click.command()
@click.pass_obj
def omitted(target: Target) -> None:
    """List the metadata keys that were left out in the last 30 days, by connection; values are not kept."""
    table = Table("Project", "Connection", "Metadata of", "Key", "Observed", "Reason", "Last noted")
    hub = target.hub()
    for connection in list_connections(hub):
        for one in list_omitted(hub.store, connection.id):
            day = datetime.fromtimestamp(one.seen_ms / SECOND, UTC).date().isoformat()
            about = (one.of, one.key, one.observed, one.reason)
            table.add_row(connection.project, connection.id, *map(cell, about), day)
    if table.row_count:
        Console().print(table)
    else:
        click.echo("Nothing was left out.")
