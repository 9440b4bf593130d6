"""`python -m tools.scale`: the tables of docs/scale.md."""

import click
from rich.console import Console
from rich.table import Table

from tools.scale.tables import tables


@click.command()
@click.option("--markdown", is_flag=True, help="As docs/scale.md has them.")
def main(markdown: bool) -> None:
    """Which quota a stack meets first, and at what size."""
    console = Console(markup=False)
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
