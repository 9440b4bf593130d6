"""Tables for an operator's terminal."""

from rich.table import Column, Table


def new_table(*columns: str, title: str | None = None) -> Table:
    """One that shows each text whole, on several lines if need be: rich cuts off what is wider than its column."""
    return Table(*(Column(name, overflow="fold") for name in columns), title=title)
