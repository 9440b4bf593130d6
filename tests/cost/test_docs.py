"""docs/cost.md has the tables that the formula gives."""

import pytest
from click.testing import CliRunner

from tools.cost.__main__ import main
from tools.cost.data import prices
from tools.cost.tables import tables
from tools.local import ROOT
from tools.tables import Table

DOC = (ROOT / "docs" / "cost.md").read_text()


@pytest.mark.parametrize("table", list(tables()), ids=lambda table: table.title)
def test_the_page_has_what_the_formula_gives(table: Table) -> None:
    assert table.markdown() in DOC, f"python -m tools.cost --markdown has the new table: {table.title}"


def test_what_is_not_verified_is_said_to_be_so() -> None:
    assert {price.name for price in prices().values() if not price.verified} == {
        "alarm_metrics",
        "lambda_gb_seconds",
        "sqs_fair",
    }


@pytest.mark.parametrize("options", [[], ["--markdown"]])
def test_the_tables_are_printed(options: list[str]) -> None:
    printed = CliRunner().invoke(main, options, catch_exceptions=False).output
    assert all(table.rows[0][0].split()[0] in printed for table in tables())
