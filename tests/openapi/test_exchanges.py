"""What CDPs send is what the document takes, and what they are answered is what it promises."""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from jsonschema_rs import ValidationError

from cdphub.api import Reply, reply
from tests.fuzz.doors import Sent, hub_of_all, send
from tests.fuzz.targets import Target, targets
from tests.openapi.documented import check_answer, check_body
from tests.openapi.test_document import TARGETS
from tools.local import ROOT

ROUTED = {f"{target.method} {target.path}" for target in targets()}


MADE_SENSE_OF = {
    "braze-names-with-brackets",
    "commerce-and-screens-by-setting",
    "commerce-and-screens-off-by-default",
    "commerce-without-anything",
    "event-attributes-of-wrong-type",
    "event-with-empty-name-takes-its-type",
    "event-without-name-takes-its-type",
    "events-in-the-order-of-their-times",
    "identities-of-wrong-types",
    "json-fields-of-nothing",
    "json-nulls",
    "json-texts-of-nothing",
    "lookup-best-expand-as-a-text",
}
"""Golden pairs of what nobody should send, and the hub accepts all the same."""


def event_bodies() -> Iterator[tuple[str, Any]]:
    """The JSON bodies of events/ with the routes that take them."""
    for path in sorted(ROOT.glob("events/*/*.json")):
        event = json.loads(path.read_text())
        if event.get("body", "").startswith(("{", "[")) and event["routeKey"] != "$default":
            yield event["routeKey"], json.loads(event["body"])


def golden_bodies() -> Iterator[tuple[str, str, Any]]:
    """The bodies of golden pairs of which nothing was refused, with their names and routes."""
    for path in sorted(ROOT.glob("tests/golden/*/*/*/input.json")):
        given, expected = json.loads(path.read_text()), json.loads((path.parent / "expected.json").read_text())
        route = given.get("request", "").partition("?")[0]
        is_good = not {"refused", "rejected"} & set(expected)
        if route in ROUTED and route.startswith("POST ") and "body" in given and is_good:
            yield path.parent.name, route, given["body"]


def test_what_events_send_is_what_the_document_takes() -> None:
    for route, body in event_bodies():
        check_body(route, body)


def test_what_is_accepted_is_what_the_document_takes_but_for_what_the_hub_makes_sense_of() -> None:
    wrong = set()
    for name, route, body in golden_bodies():
        try:
            check_body(route, body)
        except ValidationError:
            wrong.add(name)
    assert wrong == MADE_SENSE_OF


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_what_is_answered_is_what_the_document_promises(target: Target) -> None:
    good, bad = target.seeds, [{}, "no JSON"]
    with hub_of_all() as world:
        for seed in [*good, *bad]:
            check(target, knock(target, seed))
        check(target, knock(target, good[0], dict.fromkeys(SECRETS, "wrong")))
        world.queues.broken = True
        check(target, knock(target, good[0]))


SECRETS = ("x-app-token", "secret-key", "secretkey", "x-voucherify-signature")


def knock(target: Target, seed: Any, headers: Mapping[str, str] = MappingProxyType({})) -> Reply:
    """The answer to a body that is JSON, or a text."""
    return send(target, Sent(seed.encode() if isinstance(seed, str) else json.dumps(seed).encode(), headers))


def check(target: Target, told: Reply) -> None:
    """That it is one of the answers that the document promises."""
    check_answer(target.method, target.path, told, json.loads(told["body"]))


@pytest.mark.parametrize(
    "bad",
    [
        reply(418, {}),
        reply(200, {"trace_id": "t", "accepted": 1}),
        reply(200, {"trace_id": "t", "accepted": 1, "rejected": [], "more": 1}),
        reply(503, {"error": {"field": None, "reason": "r"}, "trace_id": "t"}),
        {**reply(200, {"trace_id": "t", "accepted": 1, "rejected": []}), "headers": {"content-type": "text/plain"}},
    ],
    ids=["status", "too little", "too much", "no header", "no JSON"],
)
def test_another_answer_would_be_found(bad: Reply) -> None:
    with pytest.raises((AssertionError, ValidationError)):
        check_answer("POST", "/braze/customer-webhook", bad, json.loads(bad["body"]))
