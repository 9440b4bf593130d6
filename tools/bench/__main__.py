"""`python -m tools.bench`: every budget of the hub with what it is measured against, and how many are met."""

import sys
from itertools import chain

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tools.bench.apart import MODULES, measured
from tools.bench.page import write
from tools.bench.row import Row
from tools.bench.shown import HEADER, cells

console = Console(stderr=True)


@click.command()
@click.option("--only", multiple=True, type=click.Choice(MODULES), help="Only these rows; may be given again.")
@click.option("--quick", is_flag=True, help="See that everything works; the figures mean little.")
def main(only: tuple[str, ...], quick: bool) -> None:
    """Measures all and writes it into docs/performance.md and the README, or only shows some of it.

    Fails if a budget is missed that no machine can be blamed for.
    """
    found: dict[str, list[Row]] = {}
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("measuring", total=len(only or MODULES))
        for name in only or MODULES:
            progress.update(task, description=name)
            found[name] = measured(name, quick)
            progress.advance(task)
    rows = list(chain(*found.values()))
    _show(rows)
    if not (only or quick):
        write(found)
    click.echo(f"{sum(bool(row.met) for row in rows)} of {sum(row.budget is not None for row in rows)} budgets are met")
    sys.exit(any(row.met is False for row in rows if row.counted))


def _show(rows: list[Row]) -> None:
    table = Table("what", *HEADER[1:])
    for row in rows:
        table.add_row(*cells(row))
    Console().print(table)
    for row in rows:
        if row.note:
            click.echo(f"{row.name}: {row.note}")


if __name__ == "__main__":
    main()
