"""The example events of events/ are what handlers understand."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from cdphub.api import Request
from cdphub.connections import Connection
from cdphub.outbound.delivery import Delivery
from cdphub.parsed import Parse, Stamp
from cdphub.profile import Route, load_profiles
from cdphub.schema import Commands
from front.default import FUNCTIONS, route

EVENTS = Path(__file__).parents[1] / "events"
PROFILES = load_profiles(FUNCTIONS)
DELIVER = sorted(EVENTS.glob("*/deliver.json"))
INGEST = [path for cdp in PROFILES for path in sorted(EVENTS.glob(f"{cdp}/*.json")) if path not in DELIVER]


def read(path: Path) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(path.read_text())
    return event


def bodies(path: Path) -> list[str]:
    return [record["body"] for record in read(path)["Records"]]


def route_of(path: Path) -> Route:
    """The route that a request ends at, through `$default` if need be."""
    request = Request.from_event(read(path))
    found = route(request, PROFILES)
    assert found is not None
    return Route(request.method, found[1])


@pytest.mark.parametrize("path", INGEST, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_a_cdp_sends_is_accepted(path: Path) -> None:
    cdp = path.parent.name
    parsers: dict[Route, Parse] = importlib.import_module(f"{cdp}.ingest").PARSERS
    parse = parsers[route_of(path)]
    assert not parse(Request.from_event(read(path)), Connection(id="c", project="p", cdp=cdp), Stamp("t", 0)).rejected


@pytest.mark.parametrize("cdp", PROFILES)
def test_there_is_an_event_for_every_route(cdp: str) -> None:
    assert {route_of(path) for path in INGEST if path.parent.name == cdp} == set(PROFILES[cdp].routes)


def test_apply_understands_its_messages() -> None:
    assert [len(Commands.model_validate_json(body).commands) for body in bodies(EVENTS / "voucherify/apply.json")] == [
        3
    ]


@pytest.mark.parametrize("path", DELIVER, ids=lambda path: path.parent.name)
def test_deliver_understands_its_messages(path: Path) -> None:
    vendor = importlib.import_module(f"{path.parent.name}.deliver").VENDOR
    for body in bodies(path):
        assert vendor.encode(Delivery.model_validate_json(body))
