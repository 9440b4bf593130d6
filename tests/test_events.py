"""The example events of events/ are what handlers understand."""

import json
from pathlib import Path
from typing import Any

import pytest

from cdphub.api import Request
from cdphub.connections import Connection
from cdphub.ingest import Stamp
from cdphub.outbound.delivery import Delivery
from cdphub.profile import Route
from cdphub.schema import Commands
from front.default import route
from segment.deliver import VENDOR
from segment.ingest import PARSERS
from segment.profile import PROFILE

EVENTS = Path(__file__).parents[1] / "events"
INGEST = [name for name in sorted(EVENTS.glob("segment/*.json")) if name.stem != "deliver"]


def read(path: Path) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(path.read_text())
    return event


def bodies(name: str) -> list[str]:
    return [record["body"] for record in read(EVENTS / f"{name}.json")["Records"]]


def route_of(request: Request) -> Route:
    """The route that a request ends at, through `$default` if need be."""
    found = route(request, {"segment": PROFILE})
    assert found is not None
    return Route(request.method, found[1])


@pytest.mark.parametrize("path", INGEST, ids=lambda path: path.stem)
def test_what_segment_sends_is_accepted(path: Path) -> None:
    request = Request.from_event(read(path))
    parse = PARSERS[route_of(request)]
    assert not parse(request, Connection(id="c", project="p", cdp="segment"), Stamp("t", 0)).rejected


def test_there_is_an_event_for_every_route() -> None:
    assert {route_of(Request.from_event(read(path))) for path in INGEST} == set(PROFILE.routes)


def test_workers_understand_their_messages() -> None:
    assert [len(Commands.model_validate_json(body).commands) for body in bodies("voucherify/apply")] == [3]
    for body in bodies("segment/deliver"):
        assert VENDOR.encode(Delivery.model_validate_json(body))
