"""`python -m tools.scale`: the tables of docs/scale.md."""

import click

from tools.scale.tables import tables
from tools.tables import show


@click.command()
@click.option("--markdown", is_flag=True, help="As docs/scale.md has them.")
def main(markdown: bool) -> None:
    """Which quota a stack meets first, and at what size."""
    show(tables(), markdown=markdown)


if __name__ == "__main__":
    main()
