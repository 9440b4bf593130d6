"""What the published document describes is what the hub takes and answers; what else is sent over HTTP does no harm."""

import gzip
from collections import Counter

import pytest

from front.default import PROFILES
from tests.e2e.exchange import Reply, exchange
from tests.e2e.hub import Hub
from tests.fuzz.doors import key_headers
from tests.fuzz.fuzz import Told
from tests.fuzz.hostile import LARGE
from tests.fuzz.http.fuzz import OPERATIONS, check_reply, exceptions, fuzz
from tests.fuzz.targets import VOUCHERIFY, Target

TIME_SCALE = 1
REQUESTS = 3

DOORS = {
    target.cdp: target
    for target in OPERATIONS
    if target.method == "POST" and not target.path.startswith(("/v1/", "/segmentio/webhook"))
}
"""One for each caller."""

BODIES = {
    "six megabytes": (b'[{"source_id": "' + b"x" * (LARGE - 20) + b'"}]', {}),
    "a bomb": (gzip.compress(b" " * 10 * LARGE), {"content-encoding": "gzip"}),
    "deflated by name only": (b'{"source_id": "a"}', {"content-encoding": "deflate"}),
    "U+FFFE": ('{"source_id": "\ufffe", "user_id": "\ufffe"}'.encode(), {}),
    "a null byte": (b'{"source_id": "a\x00b"}', {}),
    "an escaped null byte": (b'{"source_id": "a\\u0000b", "user_id": "a\\u0000b"}', {}),
    "no UTF-8": (b'{"source_id": "\xff\xfe\xed\xa0\x80"}', {}),
    "doubled keys": (b'{"source_id": "a", "source_id": "b", "account": {}, "account": 1}', {}),
    "deep": (b'{"metadata": ' * 50_000, {}),
}


def test_no_request_of_the_document_makes_trouble(hub: Hub) -> None:
    """Voucherify's stand-in may be slow on this machine, which publications and lookups have to say."""
    told: Told = Counter()
    for target in OPERATIONS:
        fuzz(hub, target, REQUESTS, told, may_be_busy="/v1/" in target.path)
    assert told.total() >= len(OPERATIONS)
    assert list(exceptions(hub.folder)) == []


@pytest.mark.parametrize("cdp", DOORS)
@pytest.mark.parametrize("what", BODIES)
def test_no_body_makes_trouble(hub: Hub, cdp: str, what: str) -> None:
    body, headers = BODIES[what]
    reply = knock(hub, DOORS[cdp], body, headers)
    told = {"statusCode": reply.status, "headers": reply.headers, "body": reply.body.decode()}
    check_reply(DOORS[cdp], told, may_be_busy="/v1/" in DOORS[cdp].path)
    assert list(exceptions(hub.folder)) == []


@pytest.mark.parametrize(
    "path", ["/v1/customers/a%0d%0aSet-Cookie:%20a=b", "/v1/publications/create?customer=a%0d%0aSet-Cookie:%20a=b"]
)
def test_no_header_of_the_senders_is_in_an_answer(hub: Hub, path: str) -> None:
    headers = hub_key(hub, "publications") | {"x-trace-id": "mine", "origin": "https://evil.example"}
    reply = exchange(hub.url, "GET", path, headers)
    assert reply.status in (400, 404)
    assert not {"set-cookie", "access-control-allow-origin"} & set(reply.headers)
    assert reply.headers["x-trace-id"] != "mine"


def knock(hub: Hub, target: Target, body: bytes, headers: dict[str, str]) -> Reply:
    """Posts a body with what opens the route."""
    proof = {"x-voucherify-signature": hub.sign(body)} if target.cdp == VOUCHERIFY else hub_key(hub, target.cdp)
    path = target.path.replace("{project}", str(hub.endpoints["project"]))
    return exchange(hub.url, "POST", path, {"content-type": "application/json", **headers, **proof}, body)


def hub_key(hub: Hub, cdp: str) -> dict[str, str]:
    """The headers that present the key of a CDP."""
    key = hub.endpoints["connections"][cdp]
    return key_headers(PROFILES[cdp].credentials[0], key["application_id"], key["secret_key"])
