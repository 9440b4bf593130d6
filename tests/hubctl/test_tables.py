"""What a table shows is whole in a terminal of 80 columns too: an id that is cut off helps nobody."""

import re
from io import StringIO

import pytest
from rich.console import Console

from cdphub.omitted import OmittedKey, OmittedKeys
from tests.hubctl.conftest import Run
from tests.hubctl.shop import PROJECT_SECRETS, WRITE_KEY, stored
from tools.hubctl.connect import list_connections
from tools.hubctl.tables import new_table
from tools.hubctl.visible import cell
from tools.local import ROOT

SHOP = "shop-of-the-northern-countries"
KEY = "identifier_of_the_preferred_store"
NARROW = {"COLUMNS": "80"}


def cells(shown: str) -> str:
    """All that is in a table, column by column, without what parts a text that goes on in the next line."""
    rows = [re.split("[│┃]", line)[1:-1] for line in shown.splitlines()]
    width = max(map(len, rows))
    return " ".join("".join(row[at].strip() for row in rows if len(row) == width) for at in range(width))


@pytest.mark.usefixtures("stack")
def test_ids_and_names_are_shown_whole(run: Run) -> None:
    run("project", "add", SHOP, "--cluster", "eu", **PROJECT_SECRETS)
    run("connect", "segment", "--project", SHOP, "--base-url", "https://segment.example.com", **WRITE_KEY)
    [connection] = list_connections(stored())
    OmittedKeys(stored().store).note(
        connection.id, [OmittedKey(of="customer", key=KEY, observed="string", reason="not_defined")]
    )
    for command in (("connections", "list"), ("omitted",), ("doctor",)):
        shown = run(*command, **NARROW).stdout
        assert "…" not in shown
        assert connection.id in cells(shown)
        assert SHOP in cells(shown)
    assert KEY in cells(run("omitted", **NARROW).stdout)


def test_there_are_no_other_tables() -> None:
    own = [file.name for file in (ROOT / "tools/hubctl").rglob("*.py") if "Table(" in file.read_text()]
    assert own == ["tables.py"]


@pytest.mark.parametrize("text", ["shop:id:eu", "[red]key[/]", r"a\[b]", "at the end \\"])
def test_a_cell_shows_what_it_was_given(text: str) -> None:
    """Keys of metadata are other people's words, and none of rich's."""
    table, console = new_table("Key"), Console(width=80, file=StringIO())
    table.add_row(cell(text))
    console.print(table)
    assert isinstance(console.file, StringIO)
    assert f"│ {text} " in console.file.getvalue()
