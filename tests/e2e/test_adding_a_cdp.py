"""docs/adding-a-cdp.md, done in a copy of the repository as the page says: its CDP works both ways."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.clouds import Clouds
from tests.e2e.conftest import USUAL_TIME_SCALE
from tests.e2e.exchange import exchange
from tests.e2e.hub import Hub
from tests.e2e.stand_in import StandIn
from tests.e2e.webhooks import webhook
from tools.local import ROOT
from tools.local.events import http_events

PAGE = (ROOT / "docs/adding-a-cdp.md").read_text()
MAKE_FOLDER, RUN_TESTS = re.findall(r"^```sh\n(.*?)\n```$", PAGE, re.DOTALL | re.MULTILINE)
FILES = re.findall(r"^`([\w./-]+)`[^\n]*\n\n```\w+\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__")

CODE = ("functions/beacon", "tools/local/sandbox/sinks/beacon.py")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository with the page's CDP in it: new files, and one block of the template."""
    copy = tmp_path_factory.mktemp("copy") / "hub"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    subprocess.run(["/bin/sh", "-c", MAKE_FOLDER], cwd=copy, check=True)
    for path, text in FILES:
        if path == "template.yaml":
            template = (copy / path).read_text()
            (copy / path).write_text(template.replace("Outputs:\n", f"{text}Outputs:\n"))
        else:
            assert "beacon" in path
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            with (copy / path).open("x") as new:
                new.write(text)
    return copy


@pytest.fixture(scope="module")
def hub(copy: Path, clouds: Clouds) -> Hub:
    """The copy's local cloud."""
    return clouds.at(USUAL_TIME_SCALE, copy)


def run(copy: Path, *command: str) -> str:
    """What a Python tool says in the copy; it must be content."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_its_code_is_as_clean_as_all_other(copy: Path) -> None:
    run(copy, "ruff", "check", *CODE)
    run(copy, "ruff", "format", "--check", *CODE)
    run(copy, "mypy", *CODE)


def test_what_holds_for_every_cdp_holds_for_it(copy: Path) -> None:
    told = run(copy, "pytest", "-v", *RUN_TESTS.split()[1:])
    for passed in ("test_there_is_an_event_for_every_route[beacon]", "test_golden_pair[beacon/", "[BeaconDeliver]"):
        assert passed in told


def test_what_it_sends_reaches_voucherify(hub: Hub, copy: Path) -> None:
    (sent,) = (event for event in http_events(dict(hub.endpoints), copy / "events") if event.name == "beacon/profiles")
    assert exchange(hub.url, sent.method, sent.path, sent.headers, sent.body).json()["accepted"] == 1
    assert exchange(hub.url, sent.method, sent.path, sent.headers | {"beacon-key": "guess"}).status == 401
    hub.wait_until_quiet()
    assert hub.customer("member-51290")["email"] == "aki@example.com"
    assert hub.project.metadata("member-51290") == {"plan": "gold"}


def test_an_event_of_voucherifys_reaches_it_once(hub: Hub) -> None:
    for _ in range(2):
        assert hub.webhook(webhook("customer-rewarded", "aki")).status == 202
    hub.wait_until_quiet()
    sink = StandIn(hub.endpoints["sinks"]["beacon"])
    assert [(event["profile"], event["name"]) for event in sink.shows("delivered")] == [("aki", "Customer Rewarded")]
    assert sink.shows("duplicates") == []
