"""The example events of events/ are what handlers understand."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from cdphub import publishing
from cdphub.api import Request
from cdphub.connections import Connection
from cdphub.outbound.delivery import Delivery
from cdphub.parsed import Parse, Stamp
from cdphub.profile import Route, load_profiles
from cdphub.publishing import HANDLER
from cdphub.schema import Commands
from front.default import FUNCTIONS, route
from publications import forms, question, wish
from publications.finishing import Unfinished
from publications.question import CustomerQuestion, QualificationsQuestion, Question
from tools.local.sandbox import sinks

EVENTS = Path(__file__).parents[1] / "events"
PROFILES = load_profiles(FUNCTIONS)
DELIVER = sorted(EVENTS.glob("*/deliver.json"))
FINISH = EVENTS / "publications/finish.json"
CDPS = [path for cdp in PROFILES for path in sorted(EVENTS.glob(f"{cdp}/*.json")) if path not in [*DELIVER, FINISH]]


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


def handler_of(path: Path) -> str:
    """The handler of that route."""
    found = route(Request.from_event(read(path)), PROFILES)
    assert found is not None
    return found[0].handler(found[1])


def asked_of(path: Path) -> Question | None:
    """The question that a lookup asks."""
    request, found = Request.from_event(read(path)), route_of(path)
    return question.read(request, found.path.removeprefix(PROFILES[path.parent.name].publishing_base))


PUBLISH = [path for path in CDPS if handler_of(path) == HANDLER]
LOOKUPS = [path for path in PUBLISH if asked_of(path)]
PUBLICATIONS = [path for path in PUBLISH if path not in LOOKUPS]
INGEST = [path for path in CDPS if path not in PUBLISH]


@pytest.mark.parametrize("path", INGEST, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_a_cdp_sends_is_accepted(path: Path) -> None:
    cdp = path.parent.name
    parsers: dict[Route, Parse] = importlib.import_module(f"{cdp}.ingest").PARSERS
    parse = parsers[route_of(path)]
    assert not parse(Request.from_event(read(path)), Connection(id="c", project="p", cdp=cdp), Stamp("t", 0)).rejected


@pytest.mark.parametrize("cdp", PROFILES)
def test_there_is_an_event_for_every_route(cdp: str) -> None:
    assert {route_of(path) for path in INGEST if path.parent.name == cdp} == set(PROFILES[cdp].routes)


@pytest.mark.parametrize("path", PUBLICATIONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_a_platform_asks_for_is_understood(path: Path) -> None:
    asked = wish.read(forms.asked(Request.from_event(read(path))))
    assert (asked.campaign.name, asked.customer.source_id is not None) == ("Welcome", True)
    found = route_of(path)
    base = PROFILES[path.parent.name].publishing_base
    assert (found.method, found.path.removeprefix(base)) in publishing.PUBLICATIONS


def test_there_is_an_event_for_every_platform_that_asks_for_publications_and_lookups() -> None:
    asking = {cdp for cdp, profile in PROFILES.items() if profile.publishing}
    assert {path.parent.name for path in PUBLICATIONS} == {path.parent.name for path in LOOKUPS} == asking


def test_there_is_an_event_for_every_question() -> None:
    assert {type(asked_of(path)) for path in LOOKUPS} == {CustomerQuestion, QualificationsQuestion}


def test_finishing_understands_its_messages() -> None:
    (body,) = bodies(FINISH)
    assert Unfinished.model_validate_json(body).wish.customer.source_id


def test_apply_understands_its_messages() -> None:
    assert [len(Commands.model_validate_json(body).commands) for body in bodies(EVENTS / "voucherify/apply.json")] == [
        3
    ]


@pytest.mark.parametrize("path", DELIVER, ids=lambda path: path.parent.name)
def test_deliver_understands_its_messages(path: Path) -> None:
    vendor = importlib.import_module(f"{path.parent.name}.deliver").VENDOR
    settings = vendor.profile.settings.model_validate(sinks.settings(path.parent.name))
    for body in bodies(path):
        assert vendor.encode(Delivery.model_validate_json(body), settings)
