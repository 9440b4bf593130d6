"""What the list of async actions tells: which have ended, and whether any might still run (G2)."""

from typing import Any

import pytest

from cdphub import clock
from cdphub.clock import MINUTE
from cdphub.connections import Project, ProjectSecrets
from cdphub.failures import FailureClass
from cdphub.http import HttpReply, HttpRequest
from cdphub.queues import encode
from cdphub.times import utc
from cdphub.voucherify.answers import Answer
from cdphub.voucherify.client import ACTIONS_PER_PAGE, Voucherify
from tests.builders import START
from tests.fakes import FakeClock, FakeVendor
from voucherify.actions import BULK_UPDATE, Actions, read_actions

PROJECT = Project(id="p", name="Shop", api_url="https://api.voucherify.io")
SECRETS = ProjectSecrets(application_id="app", secret_key="token", salt="salt")


def action(number: int, created_ms: int, status: str = "DONE", kind: str = BULK_UPDATE) -> dict[str, Any]:
    return {"id": f"aa_{number}", "type": kind, "status": status, "created_at": utc(created_ms)}


def listing(*pages: list[dict[str, Any]]) -> FakeVendor:
    """A list with these pages; each knows where the one before has ended."""

    def answer(request: HttpRequest) -> HttpReply:
        index = next((n for n, page in enumerate(pages[:-1], 1) if str(page[-1]["created_at"]) in request.url), 0)
        return HttpReply(200, {}, encode({"data_ref": "async_actions", "async_actions": pages[index]}).encode())

    return FakeVendor(answer)


def read(vendor: FakeVendor, since_ms: int, calls: int = 100) -> Actions:
    left = iter(range(calls - 1))
    with clock.use(FakeClock()):
        api = Voucherify(PROJECT, SECRETS, vendor)
        found = read_actions(api, since_ms, lambda: next(left, None) is not None)
    assert isinstance(found, Actions)
    return found


def full(newest_ms: int, status: str = "DONE") -> list[dict[str, Any]]:
    return [action(n, newest_ms - n * MINUTE, status) for n in range(ACTIONS_PER_PAGE)]


@pytest.mark.parametrize(
    ("listed", "may_run"),
    [
        ([], False),
        ([action(1, START)], False),
        ([action(1, START, "FAILED")], False),
        ([action(1, START, "ENQUEUED")], True),
        ([action(1, START, "IN_PROGRESS")], True),
        ([action(1, START + MINUTE, "IN_PROGRESS"), action(2, START)], True),
        ([action(1, START - 1, "IN_PROGRESS")], False),
        ([action(1, START + 2 * MINUTE + 1, "IN_PROGRESS")], False),
        ([action(1, START, "IN_PROGRESS", "VOUCHERS.IMPORT")], False),
        ([{"id": "aa_1", "type": BULK_UPDATE, "status": "ENQUEUED"}], True),
    ],
)
def test_a_bulk_update_that_has_not_ended_may_be_the_one_in_doubt(listed: list[dict[str, Any]], may_run: bool) -> None:
    assert read(listing(listed), START).may_run(START, START + 2 * MINUTE) is may_run


def test_the_list_is_read_back_as_far_as_needed() -> None:
    second = START - ACTIONS_PER_PAGE * MINUTE
    pages = [full(START), full(second), [action(7, second - 200 * MINUTE, "ENQUEUED")]]
    vendor = listing(*pages)
    assert not read(vendor, START - MINUTE).may_run(START - MINUTE, START)
    assert len(vendor.requests) == 1
    assert read(vendor, 0).may_run(0, START)
    assert len(vendor.requests) == 4


def test_what_the_calls_did_not_reach_may_run() -> None:
    found = read(listing(full(START), []), 0, calls=1)
    assert found.may_run(START - ACTIONS_PER_PAGE * MINUTE, START)
    assert not found.may_run(START - (ACTIONS_PER_PAGE - 1) * MINUTE, START)


def test_a_list_that_cannot_be_read_tells_why() -> None:
    with clock.use(FakeClock()):
        api = Voucherify(PROJECT, SECRETS, FakeVendor(lambda request: HttpReply(429, {}, b"{}")))
        answer = read_actions(api, 0, lambda: True)
    assert not isinstance(answer, Actions)
    assert answer.status == 429


def test_g2_a_reply_that_is_no_list_does_not_say_that_nothing_runs() -> None:
    with clock.use(FakeClock()):
        api = Voucherify(PROJECT, SECRETS, FakeVendor(lambda _: HttpReply(200, {}, b"<html>")))
        listed = read_actions(api, START, lambda: True)
    assert isinstance(listed, Answer)
    assert listed.failure is FailureClass.TRANSIENT
