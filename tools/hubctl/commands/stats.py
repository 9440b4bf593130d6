"""`hubctl stats`: how much went through, and what it cost of the billing cycle."""

import json
from collections.abc import Mapping

import click
from rich.console import Console
from rich.table import Table

from cdphub import clock
from cdphub.clock import DAY
from tools.hubctl.filters import Moment
from tools.hubctl.stats import Counts, Cycle, Metrics, cycles
from tools.hubctl.tables import new_table
from tools.hubctl.target import Target

INBOUND = ("Accepted", "Rejected", "Refused", "Omitted", "Filtered", "Skipped")
OUTBOUND = ("Delivered", "Retried", "Parked", "Dead", "Cut", "Ignored")
PUBLISHING = ("Publication", "Lookup", "PublicationInDoubt", "PublicationUnfinished")
TO_VOUCHERIFY = ("NotApplied", "Omitted", "Dead", "BulkJobs", "Erased", "Late", "RepeatPossible")


@click.command()
@click.option("--since", "since_ms", type=Moment(), help="Counted since then: 2h, 3d, ISO. [default: 1d]")
@click.option("--json", "as_json", is_flag=True, help="As a JSON object.")
@click.pass_obj
def stats(target: Target, since_ms: int | None, as_json: bool) -> None:
    """Show what the hub has counted: items by CDP and direction, trouble by project, calls of the billing cycle.

    The forecast is what a cycle will have cost at its end, at the pace so far.

    Example: hubctl stats --since 7d
    """
    hub = target.hub()
    since_ms = clock.now_ms() - DAY if since_ms is None else since_ms
    counted, spent = Metrics(target.stack()).since(since_ms), cycles(hub)
    shown = {
        "inbound": _chosen(counted["cdp"], INBOUND),
        "outbound": _chosen(counted["cdp"], OUTBOUND),
        "publications": _chosen(counted["cdp"], PUBLISHING),
        "voucherify": _chosen(counted["project"], TO_VOUCHERIFY),
    }
    if as_json:
        click.echo(json.dumps(shown | {"cycles": [each.told() for each in spent]}, indent=2))
        return
    console = Console()
    console.print(_table("From CDPs", "CDP", INBOUND, shown["inbound"]))
    console.print(_table("To CDPs", "CDP", OUTBOUND, shown["outbound"]))
    console.print(_table("Publications", "CDP", PUBLISHING, shown["publications"]))
    console.print(_table("To Voucherify", "Project", TO_VOUCHERIFY, shown["voucherify"]))
    console.print(_cycles(spent))


def _chosen(counts: Counts, names: tuple[str, ...]) -> dict[str, dict[str, int]]:
    """Without whoever has none of them."""
    return {
        of: {name: found[name] for name in names} for of, found in sorted(counts.items()) if set(names) & set(found)
    }


def _table(title: str, of: str, names: tuple[str, ...], counts: Mapping[str, Mapping[str, int]]) -> Table:
    table = new_table(of, *names, title=title)
    for one, found in counts.items():
        table.add_row(one, *(str(found[name]) for name in names))
    return table


def _cycles(spent: list[Cycle]) -> Table:
    table = new_table("Project", "Cycle since", "Calls spent", "Forecast", "Quota", title="Calls of the billing cycle")
    for cycle in spent:
        quota = "none set" if cycle.quota is None else f"{cycle.quota}, the hub stops at {cycle.stop}"
        table.add_row(cycle.project, cycle.began, str(cycle.spent), str(cycle.forecast), quota)
    return table
