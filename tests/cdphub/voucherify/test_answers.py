"""What Voucherify's answers mean: status and body together."""

import json
from typing import Any

import pytest

from cdphub.clock import MINUTE, SECOND
from cdphub.failures import FailureClass
from cdphub.http import HttpReply
from cdphub.voucherify.answers import API_CALLS, BULK_CALLS, CYCLE_CALLS, LONGEST_WAIT_MS, Rate, no_reply, read
from tests.builders import START

INVALID, CONFIG, AUTH, THROTTLE, TRANSIENT, IN_DOUBT = FailureClass


def reply(status: int, body: Any = None, **headers: str) -> HttpReply:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpReply(status, {name.replace("_", "-"): value for name, value in headers.items()}, content)


def error(code: Any, key: str = "some_key") -> dict[str, Any]:
    return {"code": code, "key": key, "message": "Some message", "details": "of ada@example.com"}


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (200, {"id": "cust_1"}, None),
        (204, b"", None),
        (400, error(400), INVALID),
        (404, error(404), INVALID),
        (409, error(409), INVALID),
        (413, {"statusCode": 413, "error": "Request Entity Too Large", "message": "Too long"}, INVALID),
        (401, error(401), AUTH),
        (402, error(402, "missing_required_feature"), CONFIG),
        (402, error(402, "plan_over"), THROTTLE),
        (403, error(403), CONFIG),
        (408, error(408), TRANSIENT),
        (423, error(423), TRANSIENT),
        (429, error(429), THROTTLE),
        (500, error(500), TRANSIENT),
        (503, error(503), TRANSIENT),
        (500, {"statusCode": 500, "error": "Internal Server Error", "message": "An error"}, TRANSIENT),
        (301, b"", TRANSIENT),
    ],
)
def test_an_answer_has_a_class(status: int, body: Any, failure: FailureClass | None) -> None:
    answer = read(reply(status, body), START)
    assert answer.failure is failure
    assert answer.yes is (failure is None)
    assert answer.status == status


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b""),
        (503, b"<html>Service Unavailable</html>"),
        (503, ["not", "an", "object"]),
        (503, {"message": "Service Unavailable"}),
        (503, {"code": 503}),
        (502, error(502)),
        (504, error(504)),
    ],
)
def test_g2_a_server_error_that_is_not_voucherifys_own_leaves_the_call_in_doubt(status: int, body: Any) -> None:
    assert read(reply(status, body), START).failure is IN_DOUBT


@pytest.mark.parametrize(
    ("status", "code", "failure"),
    [
        (400, 404, INVALID),
        (400, 429, THROTTLE),
        (400, "429", THROTTLE),
        (400, 200, INVALID),
        (429, "no number", THROTTLE),
    ],
)
def test_the_code_in_the_body_wins_over_the_status(status: int, code: Any, failure: FailureClass) -> None:
    assert read(reply(status, error(code)), START).failure is failure


@pytest.mark.parametrize(("written", "failure"), [(True, IN_DOUBT), (False, TRANSIENT)])
def test_no_reply_leaves_the_call_in_doubt_once_it_was_written(written: bool, failure: FailureClass) -> None:
    answer = no_reply("ReadTimeout", written=written)
    assert (answer.failure, answer.reason, answer.status) == (failure, "ReadTimeout", 0)


IN_40_SECONDS = str(START // SECOND + 40)


@pytest.mark.parametrize(
    ("headers", "wait_ms"),
    [
        ({}, MINUTE),
        ({"retry_after": "7"}, 7 * SECOND),
        ({"x_rate_limit_retry": IN_40_SECONDS}, 40 * SECOND),
        ({"retry_after": "7", "x_rate_limit_retry": IN_40_SECONDS}, 7 * SECOND),
        ({"retry_after": "tomorrow", "x_rate_limit_retry": IN_40_SECONDS}, 40 * SECOND),
        ({"retry_after": "86400"}, LONGEST_WAIT_MS),
        ({"retry_after": "0"}, SECOND),
        ({"x_rate_limit_retry": "1"}, SECOND),
    ],
)
def test_a_throttled_caller_waits_as_long_as_it_is_told(headers: dict[str, str], wait_ms: int) -> None:
    assert read(reply(429, error(429), **headers), START).wait_ms == wait_ms


def test_only_a_throttled_caller_is_told_to_wait() -> None:
    assert read(reply(503, error(503), retry_after="7"), START).wait_ms == 0


def test_every_reply_tells_the_limit_on_calls() -> None:
    headers = {"x_rate_limit_limit": "100", "x_rate_limit_remaining": "7", "x_rate_limit_retry": IN_40_SECONDS}
    told = Rate(100, 7, int(IN_40_SECONDS) * SECOND)
    assert read(reply(200, {}, **headers), START).rate == told
    assert read(reply(400, error(400), **headers), START).rate == told
    assert read(reply(429, error(429), x_rate_limit_type="api_calls", **headers), START).rate == told
    assert read(reply(200, {}, **headers | {"x_rate_limit_retry": "soon"}), START).rate == Rate(100, 7, 0)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x_rate_limit_limit": "100"},
        {"x_rate_limit_limit": "100", "x_rate_limit_remaining": "-1"},
        {"x_rate_limit_limit": "10", "x_rate_limit_remaining": "0", "x_rate_limit_type": "bulk_api_calls"},
    ],
    ids=["none", "half", "no number", "of another limit"],
)
def test_a_limit_that_is_not_told_or_another_one_is_unknown(headers: dict[str, str]) -> None:
    assert read(reply(429, error(429), **headers), START).rate is None


@pytest.mark.parametrize(
    ("status", "headers", "limit"),
    [
        (429, {}, API_CALLS),
        (429, {"x_rate_limit_type": BULK_CALLS}, BULK_CALLS),
        (429, {"x_rate_limit_type": CYCLE_CALLS}, CYCLE_CALLS),
        (402, {}, CYCLE_CALLS),
        (200, {}, ""),
    ],
)
def test_a_throttled_caller_learns_which_limit_it_hit(status: int, headers: dict[str, str], limit: str) -> None:
    assert read(reply(status, {"code": status}, **headers), START).limit == limit


def test_g7_a_reason_has_no_details_which_may_quote_the_customer() -> None:
    answer = read(reply(400, error(400) | {"message": "m" * 300}), START)
    assert answer.reason == "400 some_key " + "m" * 200
    assert "ada" not in repr(answer)
