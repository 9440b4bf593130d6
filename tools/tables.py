"""Tables that a page of docs/ has and a terminal shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import click
import rich.table
from rich.console import Console


@dataclass(frozen=True)
class Table:
    """Text in rows under a header."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    def markdown(self) -> str:
        """The lines of the table as a page has them."""
        rule = ("---", *("---:" for _ in self.header[1:]))
        return "\n".join(f"| {' | '.join(row)} |" for row in (self.header, rule, *self.rows))


def show(tables: Iterable[Table], *, markdown: bool) -> None:
    """Prints them for a page, or for a terminal."""
    console = Console(markup=False)
    for table in tables:
        if markdown:
            click.echo(f"{table.markdown()}\n")
            continue
        shown = rich.table.Table(title=table.title)
        for number, name in enumerate(table.header):
            shown.add_column(name, justify="right" if number else "left")
        for row in table.rows:
            shown.add_row(*row)
        console.print(shown)
