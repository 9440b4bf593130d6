"""Requests that lead nowhere: a CDP that stops a campaign for a 404 is told what it can bear."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub import clock
from cdphub.api import Reply
from front.default import handler
from tests.fakes import SECRET_KEY, World
from tests.front.conftest import open_doors

HARMLESS = {200, 401, 503}
"""What stops no webhook of Bloomreach's."""

NAMES = [("x-app-id", "x-app-token"), ("application-id", "secret-key"), ("applicationid", "secretkey")]
EACH_NAMES = pytest.mark.parametrize("names", NAMES, ids=str)
PATHS = [
    "/",
    "/x",
    "/v2/vouchers",
    "/v1/vouchers",
    "/bloomreach",
    "/upsert-customer-bulk",
    "/x/create-event-bulk/",
    "/x/bloomreach-engagement",
    "/bloomreach-engagement/other",
    "/bloomreach-engagement/v1/other",
    "/segmentio/v1/publications",
    "/segmentio/other",
    "/segmentio/mparticle",
    "/mparticle/v1/customers/ana",
    "/braze/other",
]
PARTS = [*sorted({part for path in PATHS for part in path.split("/")}), "publications", "qualifications", "webhook"]


def lost(path: str, headers: dict[str, str], method: str = "POST", body: str = '{"customer":"ana"}') -> Reply:
    """The answer to a request that no route matches."""
    http = {"method": method, "path": path}
    context: dict[str, Any] = {"http": http, "domainName": "hub.example.com"}
    event = {"rawPath": path, "headers": headers, "body": body, "isBase64Encoded": False, "requestContext": context}
    reply: Reply = handler(event, None)
    return reply


def key_of(world: World, cdp: str, names: tuple[str, str] = NAMES[0]) -> dict[str, str]:
    world.add_key(world.add_connection(cdp, cdp), cdp)
    return dict(zip(names, (cdp, SECRET_KEY), strict=True))


@EACH_NAMES
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("path", PATHS)
def test_bloomreach_is_told_200_wherever_a_path_leads(
    hub: World, path: str, method: str, names: tuple[str, str]
) -> None:
    reply = lost(path, key_of(hub, "bloomreach", names), method)
    assert (reply["statusCode"], json.loads(reply["body"])["success"]) == (200, False)


@given(
    st.text(max_size=20) | st.lists(st.sampled_from(PARTS), max_size=5).map("/".join),
    st.sampled_from(["GET", "POST", "PUT", "HEAD"]),
    st.sampled_from(["", "{}", '{"customer":"ana","campaign":"Welcome"}', "[]", "no"]),
    st.sampled_from(NAMES),
)
def test_nothing_that_bloomreach_sends_stops_its_campaign(
    path: str, method: str, body: str, names: tuple[str, str]
) -> None:
    world = World()
    with clock.use(world.clock), pytest.MonkeyPatch.context() as patch:
        open_doors(world, patch)
        assert lost(f"/{path}", key_of(world, "bloomreach", names), method, body)["statusCode"] in HARMLESS


@EACH_NAMES
def test_a_wrong_key_is_401(names: tuple[str, str]) -> None:
    assert lost("/x", dict.fromkeys(names, "guessed"))["statusCode"] == 401


@pytest.mark.parametrize(
    ("cdp", "path"),
    [("iterable", "/x"), ("iterable", "/iterable/other"), ("publications", "/v1/vouchers"), ("braze", "/braze/other")],
)
def test_other_platforms_are_told_404(hub: World, cdp: str, path: str) -> None:
    assert lost(path, key_of(hub, cdp))["statusCode"] == 404


@pytest.mark.parametrize("path", ["/upsert-customer-bulk", "/x/bloomreach-engagement/y", "/x/create-event-bulk"])
def test_what_looks_like_bloomreachs_needs_no_key_to_be_told_200(path: str) -> None:
    assert lost(path, {})["statusCode"] == 200


@pytest.mark.parametrize("path", ["/x", "/publicationsx", "/health/x"])
def test_without_a_key_and_a_known_part_it_is_404(path: str) -> None:
    assert lost(path, {})["statusCode"] == 404
