"""`python -m tools.cost`: the tables of docs/cost.md."""

import click

from tools.cost.tables import tables
from tools.tables import show


@click.command()
@click.option("--markdown", is_flag=True, help="As docs/cost.md has them.")
def main(markdown: bool) -> None:
    """What the hub costs: calls to Voucherify, and dollars at AWS."""
    show(tables(), markdown=markdown)


if __name__ == "__main__":
    main()
