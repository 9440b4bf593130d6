"""docs/walkthrough.md goes as it is printed there."""

import os

from tests.e2e.hub import VOUCHERIFY_KEY, Hub
from tests.e2e.transcript import Names, Shell, steps
from tools.local import ROOT

TIME_SCALE = 1
"""hubctl knows no other time."""

PAGE = (ROOT / "docs" / "walkthrough.md").read_text()
WIDTH = "120"
"""That of the terminal in which the page was printed."""


def test_the_walk_through_hubctl_goes_as_printed(hub: Hub) -> None:
    names = Names()
    with Shell(ROOT, os.environ | {"LOCAL_FOLDER": str(hub.folder), "COLUMNS": WIDTH}) as shell:
        for step in steps(PAGE):
            names.compare(step.printed, shell.run(names.translated(step.command)))


def test_the_page_starts_the_local_cloud_as_these_tests_do() -> None:
    assert (
        "VOUCHERIFY_APPLICATION_ID={X-App-Id} VOUCHERIFY_SECRET_KEY={X-App-Token} make".format(**VOUCHERIFY_KEY) in PAGE
    )
