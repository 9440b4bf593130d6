"""What Iterable's replies mean for a request, and for each of its events."""

import json
from typing import Any

import pytest

from cdphub.failures import FailureClass
from cdphub.http import HttpReply
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import Event, Person
from cdphub.outbound.outcome import DONE
from cdphub.outbound.rounds import Item
from iterable.deliver import VENDOR
from iterable.profile import Settings

ANA, BEA, EVA = ({"source_id": "ana"}, {"source_id": "bea"}, {"email": "Eva@example.com"})


def item(customer: dict[str, str], event_type: str = "customer.rewarded") -> Item:
    person, occurred_at = Person(**customer), "2026-01-01T00:00:00.000Z"
    event = Event(key=event_type, type=event_type, id="ev", occurred_at=occurred_at, customer=person, data={})
    delivery = Delivery(trace_id="t", project="p", connection="c", accepted_ms=0, event=event)
    return Item("m", delivery, VENDOR.encode(delivery, Settings()))


def reply(status: int, told: Any, headers: dict[str, str] | None = None) -> HttpReply:
    return HttpReply(status, headers or {}, told if isinstance(told, bytes) else json.dumps(told).encode())


def judged(status: int, told: Any) -> FailureClass | None:
    return VENDOR.judge(reply(status, told), VENDOR.profile.failures).failure


def refused(told: dict[str, Any], *items: Item) -> dict[int, tuple[FailureClass | None, str]]:
    """By place, the class and the reason of those that were refused."""
    taken = reply(200, {"successCount": 0, "failCount": 1, **told})
    assert VENDOR.judge(taken, VENDOR.profile.failures) == DONE
    return {place: (outcome.failure, outcome.reason) for place, outcome in VENDOR.apart(taken, items).items()}


@pytest.mark.parametrize(
    ("status", "code", "failure"),
    [
        (200, "Success", None),
        (200, "BadParams", FailureClass.INVALID),
        (200, "RateLimitExceeded", FailureClass.THROTTLE),
        (400, "BadApiKey", FailureClass.AUTH),
        (401, "BadApiKey", FailureClass.AUTH),
        (401, "Success", FailureClass.AUTH),
        (403, "Forbidden", FailureClass.AUTH),
        (400, "RateLimitExceeded", FailureClass.THROTTLE),
        (429, "RateLimitExceeded", FailureClass.THROTTLE),
        (400, "BatchTooLarge", FailureClass.INVALID),
        (413, "BatchTooLarge", FailureClass.INVALID),
        (400, "BadParams", FailureClass.INVALID),
        (400, "InvalidUserIdError", FailureClass.INVALID),
        (400, "DatabaseError", FailureClass.TRANSIENT),
        (404, "NotFound", FailureClass.TRANSIENT),
        (500, "BadParams", FailureClass.TRANSIENT),
        (504, "GenericError", FailureClass.IN_DOUBT),
    ],
)
def test_the_status_comes_first_and_then_the_code(status: int, code: str, failure: FailureClass | None) -> None:
    assert judged(status, {"msg": "as it is", "code": code, "params": None}) is failure


@pytest.mark.parametrize(("status", "failure"), [(200, None), (400, FailureClass.INVALID), (503, "transient")])
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"\xff", {"code": "Success", "failedUpdates": None}])
def test_a_body_without_a_code_leaves_it_to_the_status(status: int, failure: FailureClass | None, body: Any) -> None:
    assert judged(status, body) == failure


def test_a_reason_says_code_and_message() -> None:
    told = {"code": "BadParams", "msg": "createdAt: not a number"}
    assert VENDOR.judge(reply(400, told), {}).reason == "HTTP 400: BadParams: createdAt: not a number"


@pytest.mark.parametrize("status", [400, 429])
def test_throttled_it_waits_as_long_as_the_reply_asks(status: int) -> None:
    throttled = reply(status, {"code": "RateLimitExceeded"}, {"retry-after": "7"})
    assert VENDOR.judge(throttled, {}).wait_ms == 7_000


@pytest.mark.parametrize("name", ["invalidUserIds", "notFoundUserIds", "forgottenUserIds", "conflictUserIds"])
def test_the_events_of_a_listed_user_are_refused(name: str) -> None:
    lists = {"failCount": 2, "failedUpdates": {name: ["ana", "ana"]}}
    told = refused(lists, item(ANA), item(BEA), item(ANA, "customer.validation.failed"))
    assert told == dict.fromkeys((0, 2), (FailureClass.INVALID, f"Iterable lists the customer under {name}"))


@pytest.mark.parametrize("told", [{"invalidUserIds": ["bea"]}, {"failedUpdates": {"invalidDataUserIds": ["bea"]}}])
def test_lists_may_stand_at_the_top_or_deeper(told: dict[str, Any]) -> None:
    assert list(refused(told, item(ANA), item(BEA))) == [1]


def test_a_list_at_the_top_is_not_hidden_by_its_empty_namesake() -> None:
    told = {"invalidUserIds": ["bea"], "failedUpdates": {"invalidUserIds": [], "forgottenUserIds": ["eva"]}}
    assert list(refused(told, item(ANA), item(BEA))) == [1]


def test_e_mail_addresses_are_told_apart_whatever_their_case() -> None:
    assert list(refused({"failedUpdates": {"forgottenEmails": ["eva@EXAMPLE.com"]}}, item(ANA), item(EVA))) == [1]


def test_user_ids_keep_their_case() -> None:
    assert list(refused({"invalidUserIds": ["ANA"]}, item(ANA), item({"source_id": "ANA"}))) == [1]


def test_of_a_customer_of_whom_one_event_is_refused_the_others_may_be_taken() -> None:
    told = {"failCount": 1, "failedUpdates": {"invalidDataUserIds": ["ana"]}}
    of_several = refused(told, item(ANA), item(BEA), item(ANA, "customer.validation.failed"))
    assert [(place, failure) for place, (failure, _) in of_several.items()] == [
        (0, FailureClass.IN_DOUBT),
        (2, FailureClass.IN_DOUBT),
    ]
    assert refused(told, item(ANA))[0][0] is FailureClass.INVALID


def test_g1_an_event_that_is_refused_under_another_name_does_not_count_as_taken() -> None:
    told = {"invalidUserIds": ["ana"], "failedUpdates": {"failedEmails": ["eva+shop@example.com"]}, "failCount": 2}
    of_several = refused(told, item(ANA), item(BEA), item(EVA))
    assert [failure for failure, _ in of_several.values()] == [
        FailureClass.INVALID,
        FailureClass.IN_DOUBT,
        FailureClass.IN_DOUBT,
    ]
    ((place, (failure, _)),) = refused({**told, "failCount": 1}, item(EVA)).items()
    assert (place, failure) == (0, FailureClass.INVALID)


def test_of_an_event_name_that_is_not_allowed_the_next_step_is_told() -> None:
    lists = {"failCount": 2, "disallowedEventNames": ["Customer Rewarded", "Customer Rewarded"]}
    told = refused(lists, item(ANA), item(BEA, "customer.validation.failed"), item(EVA))
    assert sorted(told) == [0, 2]
    failure, reason = told[0]
    assert failure is FailureClass.CONFIG
    assert "allow this event name in Iterable" in reason


def test_what_was_taken_is_done() -> None:
    assert refused({"failCount": 0, "filteredOutFields": ["order.items"], "createdFields": ["order"]}, item(ANA)) == {}


def test_a_failure_that_is_not_explained_is_narrowed_down_to_its_event() -> None:
    """The request is then sent again in halves; what Iterable got twice has the same ids."""
    assert judged(200, {"successCount": 1, "failCount": 1, "disallowedEventNames": []}) is FailureClass.INVALID
