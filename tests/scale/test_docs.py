"""docs/scale.md has the tables that the model gives, and quotas.json what the template has."""

import pytest
from click.testing import CliRunner

from tools.local import ROOT
from tools.local.template import Template
from tools.scale.__main__ import main
from tools.scale.quotas import quotas
from tools.scale.tables import tables
from tools.simulation.deployed import consumer, deliver_function, timeout_ms
from tools.tables import Table

DOC = (ROOT / "docs" / "scale.md").read_text()


@pytest.mark.parametrize("table", list(tables()), ids=lambda table: table.title)
def test_the_page_has_what_the_model_gives(table: Table) -> None:
    assert table.markdown() in DOC, f"python -m tools.scale --markdown has the new table: {table.title}"


def test_the_stacks_own_quotas_are_those_of_the_template() -> None:
    [api] = Template(ROOT / "template.yaml", {"Cluster": "us"}).resources(
        "AWS::Serverless::HttpApi", ("DefaultRouteSettings",)
    )
    found = {name: quota.limit for name, quota in quotas().items() if quota.source == "../template.yaml"}
    assert found == {
        "route": api.properties["DefaultRouteSettings"]["ThrottlingRateLimit"],
        "apply": consumer("VoucherifyApply").most,
        "fanout": consumer("VoucherifyFanout").most,
        "deliver": consumer(deliver_function("segment")).most,
        "sweep": timeout_ms("VoucherifySweep") / 1_000,
    }


def test_what_is_not_verified_is_said_to_be_so() -> None:
    assert {name for name, quota in quotas().items() if not quota.verified} == {"parameter_reads"}


@pytest.mark.parametrize("options", [[], ["--markdown"]])
def test_the_tables_are_printed(options: list[str]) -> None:
    printed = CliRunner().invoke(main, options, catch_exceptions=False).output
    assert all(table.rows[0][0].split()[0] in printed for table in tables())
