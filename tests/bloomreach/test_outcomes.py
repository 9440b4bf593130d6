"""What Bloomreach's answers mean."""

import json
from typing import Any

import pytest

from bloomreach.outcomes import apart, judge
from bloomreach.profile import PROFILE, Settings
from bloomreach.tracking import command
from cdphub.failures import FailureClass
from cdphub.http import HttpReply
from cdphub.outbound.outcome import DONE
from cdphub.outbound.rounds import Item
from tests.bloomreach.outbound import delivery

GOOD = {"success": True}
DELIVERIES = [delivery(number) for number in range(3)]
ITEMS = [Item(each.trace_id, each, command(each, Settings(project_token="token"))) for each in DELIVERIES]


def reply(body: Any, status: int = 200) -> HttpReply:
    return HttpReply(status, {}, body if isinstance(body, bytes) else json.dumps(body).encode())


def failed(*errors: str, **told: Any) -> dict[str, Any]:
    return {"success": False, **({"errors": list(errors)} if errors else {}), **told}


def outcomes(*results: Any) -> dict[int, FailureClass | None]:
    answer = reply({"success": True, "results": list(results)})
    assert judge(answer, PROFILE.failures) == DONE
    return {place: outcome.failure for place, outcome in apart(answer, ITEMS).items()}


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (200, {"success": True, "results": []}, None),
        (200, {"success": False, "results": [GOOD]}, None),
        (200, failed("Something"), FailureClass.INVALID),
        (200, failed(error="Could not authenticate"), FailureClass.AUTH),
        (200, failed("Invalid secret", results=[]), FailureClass.AUTH),
        (200, {"success": True, "results": [None, failed("Could not authenticate")]}, FailureClass.AUTH),
        (400, failed(message="Invalid JSON"), FailureClass.INVALID),
        (400, failed(message="No commands"), FailureClass.INVALID),
        (400, failed(error="Could not authenticate"), FailureClass.AUTH),
        (400, failed(error="Invalid project id"), FailureClass.AUTH),
        (401, b"", FailureClass.AUTH),
        (403, failed("invalid secret"), FailureClass.AUTH),
        (404, b"<html>", FailureClass.TRANSIENT),
        (413, b"", FailureClass.INVALID),
        (429, b"", FailureClass.THROTTLE),
        (500, b"", FailureClass.TRANSIENT),
        (504, b"", FailureClass.IN_DOUBT),
    ],
)
def test_a_reply_to_the_whole_request(status: int, body: Any, failure: FailureClass | None) -> None:
    assert judge(reply(body, status), PROFILE.failures).failure is failure


@pytest.mark.parametrize("told", [failed("Bad", "Worse"), failed(error="Bad, Worse"), failed(message="Bad, Worse")])
def test_reasons_stand_under_different_names(told: dict[str, Any]) -> None:
    assert judge(reply(told), PROFILE.failures).reason == "Bad, Worse"
    assert apart(reply({"results": [told, GOOD, GOOD]}), ITEMS)[0].reason == "Bad, Worse"


def test_each_result_is_its_commands_own() -> None:
    assert outcomes(GOOD, failed("At least one valid id should be specified"), GOOD) == {1: FailureClass.INVALID}
    assert outcomes(failed("Bad"), failed(), GOOD) == {0: FailureClass.INVALID, 1: FailureClass.INVALID}


def test_a_missing_permission_tells_the_next_step() -> None:
    refusal = failed("Not authorized to add event of specified type")
    outcome = apart(reply({"results": [GOOD, GOOD, refusal]}), ITEMS)[2]
    assert outcome.failure is FailureClass.CONFIG
    assert "let the key's API group set events of type customer_rewarded (Project settings" in outcome.reason


def test_a_customer_that_may_not_be_set_tells_the_next_step() -> None:
    settings = Settings(project_token="t", send_events=False, sync_customer_id="soft", customer_id_name="voucherify_id")
    item = Item("m", DELIVERIES[0], command(DELIVERIES[0], settings))
    outcome = apart(reply({"results": [failed("Not authorized")]}), [item])[0]
    assert outcome.failure is FailureClass.CONFIG
    assert "set customer properties" in outcome.reason


@pytest.mark.parametrize("odd", [None, "ok", {}, {"success": "true"}, {"success": None}, [GOOD]])
def test_a_result_that_says_nothing_leaves_its_event_in_doubt(odd: Any) -> None:
    assert outcomes(GOOD, odd, GOOD) == {1: FailureClass.IN_DOUBT}


def test_events_beyond_the_results_are_in_doubt() -> None:
    assert outcomes(GOOD) == {1: FailureClass.IN_DOUBT, 2: FailureClass.IN_DOUBT}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", [GOOD] * 3, {"results": None}, {"results": {"0": GOOD}}])
def test_a_yes_without_results_leaves_all_in_doubt(body: Any) -> None:
    answer = reply(body)
    assert judge(answer, PROFILE.failures) == DONE
    assert {outcome.failure for outcome in apart(answer, ITEMS).values()} == {FailureClass.IN_DOUBT}
    assert len(apart(answer, ITEMS)) == len(ITEMS)


def test_results_that_name_their_commands_may_come_in_any_order() -> None:
    named = [{**GOOD, "command_id": each.id} for each in DELIVERIES]
    bad = failed("Bad", command_id=DELIVERIES[0].id)
    assert outcomes(named[2], named[1], bad) == {0: FailureClass.INVALID}
    assert outcomes(named[1], bad) == {0: FailureClass.INVALID, 2: FailureClass.IN_DOUBT}
    assert outcomes(named[2]) == {0: FailureClass.IN_DOUBT, 1: FailureClass.IN_DOUBT}
    assert outcomes(bad, GOOD, GOOD) == {0: FailureClass.INVALID}
    assert outcomes(named[1], named[0], {**GOOD, "command_id": ["vf-4"]}) == {2: FailureClass.IN_DOUBT}
