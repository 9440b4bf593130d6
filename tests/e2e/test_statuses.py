"""What each route answers, as the CDP that calls it needs it: some statuses end a campaign, or lose data for good."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.exchange import Reply, exchange
from tests.e2e.hub import Hub
from tests.e2e.project import Project
from tests.e2e.senders.mparticle import audience, identity

Send = Callable[[Project], Reply]

TOO_LONG = b'[{"registered": "' + b"x" * 5_000_000 + b'"}]'
EVENT = {"type": "custom_event", "id": "e-1", "timestamp_ms": 1_772_442_000_000, "name": "Visited"}

MPARTICLE: dict[str, dict[str, Any]] = {
    "module_registration_request": {},
    "event_processing_request": {"user_identities": [identity("statuses-1")], "events": [EVENT]},
    "audience_subscription_request": {"audience_id": 7, "audience_name": "VIP", "action": "add"},
    "audience_membership_change_request": {
        "user_profiles": [{"user_identities": [identity("statuses-1")], "audiences": [audience(7, "VIP", "add")]}]
    },
    "dsr_processing_request": {
        "subject_request_type": "erasure",
        "subject_request_id": "r-1",
        "subject_identities": [identity("statuses-1")],
    },
}

GOOD: dict[str, Send] = {
    "segment identify": lambda it: it.segment.action("customer", {"source_id": "statuses-1", "name": "Ewa"}),
    "segment track": lambda it: it.segment.action(
        "event", {"customer": {"source_id": "statuses-1"}, "event": "Visited"}
    ),
    "segment group": lambda it: it.segment.action("group", {"customer": {"source_id": "statuses-1"}, "group_id": "g"}),
    "segment raw": lambda it: it.segment.raw({"type": "identify", "userId": "statuses-1", "traits": {"name": "Ewa"}}),
    "mparticle": lambda it: it.mparticle.attributes("statuses-1", {"plan": "gold"}),
    "bloomreach customers": lambda it: it.bloomreach.customers([{"registered": "statuses-1", "name": "Ewa"}]),
    "bloomreach events": lambda it: it.bloomreach.events(
        [{"event": "Visited", "customer": {"registered": "statuses-1"}}]
    ),
    "braze": lambda it: it.braze.audience("add", "statuses-1", "VIP"),
}

REFUSED_BY_BLOOMREACH_RULES: dict[str, Send] = {
    "no JSON": lambda it: it.bloomreach.customers(b'[{"registered": "a"b"}]'),
    "nothing": lambda it: it.bloomreach.customers(b""),
    "a text": lambda it: it.bloomreach.customers(b'"registered"'),
    "not UTF-8": lambda it: it.bloomreach.customers(b"\xff\xfe"),
    "only bad items": lambda it: it.bloomreach.customers([{"name": "Nobody"}, 7, None]),
    "an event without a name": lambda it: it.bloomreach.events([{"customer": {"registered": "statuses-1"}}]),
    "an address that is none": lambda it: it.bloomreach.send("upsert-customers", []),
}


@pytest.fixture(scope="module")
def project(hub: Hub) -> Project:
    return hub.new_project("statuses")


@pytest.mark.parametrize("what", GOOD)
def test_g1_what_sqs_does_not_take_gets_503_and_its_repeat_a_yes(hub: Hub, project: Project, what: str) -> None:
    with hub.aws.failing({"match": "SendMessageBatch"}):
        refused = GOOD[what](project)
    assert (refused.status, int(refused.headers["retry-after"]) > 0) == (503, True)
    assert GOOD[what](project).status == 200


@pytest.mark.parametrize("what", REFUSED_BY_BLOOMREACH_RULES)
def test_bloomreach_gets_200_with_an_error_for_whatever_is_wrong(project: Project, what: str) -> None:
    """400, 404, 410, 412, 413 and 418 would stop the whole campaign."""
    reply = REFUSED_BY_BLOOMREACH_RULES[what](project)
    assert reply.status == 200
    assert reply.json()["success"] is False
    assert reply.json()["errors"]


def test_bloomreach_gets_200_also_for_a_body_that_is_too_long(project: Project) -> None:
    """Longer than what Lambda takes: there the hub has no say, but nothing on this machine says no before."""
    assert project.bloomreach.customers(TOO_LONG).status == 200


@pytest.mark.parametrize("kind", MPARTICLE)
def test_mparticle_gets_the_response_to_each_request(project: Project, kind: str) -> None:
    message = {**project.mparticle.message(kind), **MPARTICLE[kind]}
    reply = project.mparticle.post(message)
    assert reply.status in (200, 202)
    answer = reply.json()
    assert answer["type"] == kind.replace("request", "response")
    assert {name: answer[name] for name in ("id", "timestamp_ms", "firehose_version")} == {
        name: message[name] for name in ("id", "timestamp_ms", "firehose_version")
    }


def test_mparticle_may_register_and_ping_without_a_key(project: Project) -> None:
    for kind in ("module_registration_request", "event_processing_request", "audience_membership_change_request"):
        message = project.mparticle.message(kind)
        del message["account"]
        assert project.mparticle.post(message).status == 200


@pytest.mark.parametrize("events", [[], None, [{"type": "of tomorrow"}]])
def test_mparticle_gets_200_for_what_has_no_effect(project: Project, events: Any) -> None:
    assert project.mparticle.send("event_processing_request", events=events).status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        ([], 200),
        ({"type": "identify"}, 400),
        ({"type": "alias", "userId": "statuses-1", "previousId": "x"}, 200),
        ({"type": "of tomorrow", "userId": "statuses-1"}, 400),
        ([{"type": "identify", "userId": "statuses-1"}, {"type": "identify"}], 200),
    ],
)
def test_segments_raw_messages_get_200_or_400(project: Project, body: Any, status: int) -> None:
    reply = project.segment.raw(body)
    assert reply.status == status
    assert len(reply.body) < 1_000


@pytest.mark.parametrize("path", ["/segmentio/nothing", "/segmentio", "/segmentio/webhook/more"])
def test_segment_never_gets_404(project: Project, path: str) -> None:
    assert project.segment.send(path, {"source_id": "statuses-1"}).status == 400


def test_a_wrong_secret_gets_401_from_every_route(hub: Hub, project: Project) -> None:
    wrong = {cdp: {**keys, "secret_key": "wrong"} for cdp, keys in project.keys.items()}
    stranger = Project(hub.url, project.voucherify_url, project.api_key, wrong)
    assert {what: send(stranger).status for what, send in GOOD.items()} == dict.fromkeys(GOOD, 401)


def test_one_cdps_key_does_not_open_another_cdps_routes(hub: Hub, project: Project) -> None:
    swapped = dict(
        zip(project.keys, [*list(project.keys.values())[1:], next(iter(project.keys.values()))], strict=True)
    )
    stranger = Project(hub.url, project.voucherify_url, project.api_key, swapped)
    assert {what: send(stranger).status for what, send in GOOD.items()} == dict.fromkeys(GOOD, 401)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/health", 200), ("GET", "/", 404), ("POST", "/nothing", 404), ("GET", "/bloomreach-engagement", 200)],
)
def test_other_addresses(hub: Hub, method: str, path: str, status: int) -> None:
    assert exchange(hub.url, method, path).status == status
