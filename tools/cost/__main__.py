"""`python -m tools.cost`: the tables of docs/cost.md."""

import click
from rich.console import Console
from rich.table import Table

from tools.cost.tables import tables


@click.command()
@click.option("--markdown", is_flag=True, help="As docs/cost.md has them.")
def main(markdown: bool) -> None:
    """What the hub costs: calls to Voucherify, and dollars at AWS."""
    console = Console()
    for table in tables():
        if markdown:
            click.echo(f"{table.markdown()}\n")
            continue
        shown = Table(title=table.title)
        for number, name in enumerate(table.header):
            shown.add_column(name, justify="right" if number else "left")
        for row in table.rows:
            shown.add_row(*row)
        console.print(shown)


if __name__ == "__main__":
    main()
