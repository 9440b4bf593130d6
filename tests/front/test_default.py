"""`$default`: requests whose paths need putting right."""

import json
from pathlib import Path
from typing import Any

import pytest

from cdphub import VERSION
from cdphub.api import Request
from cdphub.publishing import HANDLER
from front.default import PROFILES as ALL_PROFILES
from front.default import handler, route
from front.health import handler as health
from segment.profile import PROFILE
from tests.fakes import World
from tests.segment.test_ingest import key_headers

EVENTS = Path(__file__).parents[2] / "events" / "segment"
PROFILES = {"segment": PROFILE}
CUSTOMER = "/segmentio/customer-processing"


def event(path: str, name: str = "identify") -> dict[str, Any]:
    """One of the example events, sent to another path."""
    found: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    found["rawPath"] = found["requestContext"]["http"]["path"] = path
    return found | {"headers": key_headers()}


@pytest.mark.parametrize(
    "path",
    [
        f"/{CUSTOMER}",
        "///segmentio//customer-processing/",
        f"/segmentio{CUSTOMER}",
        f"/segmentio/segmentio/{CUSTOMER}",
    ],
)
def test_doubled_slashes_and_prefixes_are_put_right(hub: World, path: str) -> None:
    assert handler(event(path), None)["statusCode"] == 200
    assert len(hub.queues.bodies("apply")) == 1


def test_authentication_can_be_tested_through_a_path_that_is_put_right(hub: World) -> None:
    assert handler(event("//segmentio/test-authentication", "test-authentication"), None)["statusCode"] == 200


def test_the_rest_of_the_event_stays(hub: World) -> None:
    wrong = event(f"/{CUSTOMER}") | {"headers": {}}
    assert handler(wrong, None)["statusCode"] == 401
    assert wrong["rawPath"] == f"/{CUSTOMER}"


@pytest.mark.parametrize(
    "path",
    [
        "/segmentio",
        "/segmentio/",
        "/segmentio/other",
        f"{CUSTOMER}/more",
        "/x/segmentio",
        "/SEGMENTIO/customer-processing",
    ],
)
def test_what_only_looks_like_segments_is_400(hub: World, path: str) -> None:
    reply = handler(event(path), None)
    assert (reply["statusCode"], json.loads(reply["body"])["error"]["field"]) == (400, "path")


@pytest.mark.parametrize("path", ["/", "/x", "/segmentiox", "/SEGMENTIO", "//"])
def test_anything_else_is_404(path: str) -> None:
    reply = handler(event(path) | {"headers": {}}, None)
    assert reply["statusCode"] == 404
    assert json.loads(reply["body"])["error"]["field"] == "path"


@pytest.mark.parametrize(
    "path",
    [
        "//v1/publications",
        "/v1/v1/publications/",
        "/braze//v1/publications",
        "/braze/braze/v1/publications",
        "/publications",
        "/api/v2/publications",
    ],
)
def test_publications_are_found_below_voucherifys_path_and_each_prefix(path: str) -> None:
    found = route(Request("POST", path), ALL_PROFILES)
    assert found is not None
    assert found[0].handler(found[1]) == HANDLER
    assert found[1].endswith("v1/publications")


@pytest.mark.parametrize("host", ["segmentio.hub.example.com", "eu1.segmentio.example.com"])
@pytest.mark.parametrize("path", ["/", "", "//"])
def test_a_host_may_be_named_for_a_cdp(host: str, path: str) -> None:
    request = Request("POST", path, host=host)
    assert route(request, PROFILES) == (PROFILE, "/segmentio")
    assert route(Request("GET", "/", host=request.host), PROFILES) is None
    assert route(Request("POST", "/other", host=request.host), PROFILES) is None
    assert route(Request("POST", path, host="hub.example.com"), PROFILES) is None


def test_health_tells_the_version() -> None:
    reply = health({}, None)
    assert (reply["statusCode"], json.loads(reply["body"])["version"]) == (200, VERSION)
