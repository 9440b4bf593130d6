"""`hubctl trace`: what has become of a request."""

import json

import click
from rich.console import Console

from cdphub import clock
from cdphub.clock import DAY
from tools.hubctl.commands.tail import line_of
from tools.hubctl.filters import Moment
from tools.hubctl.logs import Logs
from tools.hubctl.tables import new_table
from tools.hubctl.target import Target
from tools.hubctl.trace import checked, places
from tools.hubctl.visible import cell

NOTHING = """Nothing is known of {trace_id}. Either
- it is older than --since (a day, if not given) or than the log's retention, 30 days unless the stack says otherwise;
- the stack's LogLevel is above INFO, and it came through without trouble;
- it is a moment old: CloudWatch shows lines some seconds late. Try again.
- it is another stack's."""


@click.command()
@click.argument("trace_id", metavar="ID")
@click.option("--since", "since_ms", type=Moment(), help="Accepted at this time or later: 2h, 3d, ISO. [default: 1d]")
@click.option("--json", "as_json", is_flag=True, help="As a JSON object.")
@click.pass_obj
def trace(target: Target, trace_id: str, since_ms: int | None, as_json: bool) -> None:
    """Show all that is known of a request, a webhook or what came of it: log lines in order, and where its items are.

    The hub answers each request with its trace id; dead letters and log lines have it, too.

    Example: hubctl trace 9c2fed8e3fb0455b975bdb07727897f9 --since 3d
    """
    since_ms = clock.now_ms() - DAY if since_ms is None else since_ms
    hub, logs = target.hub(), Logs(target.stack())
    lines = logs.read(since_ms, checked(trace_id))
    found = list(places(hub, trace_id, lines, since_ms))
    if as_json:
        shown = {"lines": [line.told() for line in lines], "items": [place.told() for place in found]}
        click.echo(json.dumps(shown, indent=2))
        return
    if not lines and not found:
        raise click.ClickException(NOTHING.format(trace_id=trace_id))
    console = Console(soft_wrap=True, highlight=False)
    for line in lines:
        console.print(line_of(line))
    if found:
        table = new_table("Item", "Is", "Of", "Why", title="Where its items are now")
        for place in found:
            table.add_row(*map(cell, place.told().values()))
        console.print(table)
    else:
        click.echo("Nothing of it waits or has died; what may be in a queue this moment cannot be seen.")
