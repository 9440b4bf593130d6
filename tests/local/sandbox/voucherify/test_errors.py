"""Keys, sizes, forms, and the shapes of errors."""

from dataclasses import replace

import pytest

from tests.local.sandbox.voucherify.conftest import AUTH, Bench
from tools.local.sandbox.core import Request

CALL = Request("POST", "/v1/customers", {}, AUTH, b'{"source_id": "ana"}')


@pytest.mark.parametrize(
    "key",
    [
        {},
        {"X-App-Id": "app"},
        {"X-App-Token": "token"},
        {"X-App-Id": "app", "X-App-Token": "second-token"},
        {"X-App-Id": "nobody", "X-App-Token": "token"},
    ],
)
def test_a_wrong_or_missing_key_is_refused(bench: Bench, key: dict[str, str]) -> None:
    reply = bench.sandbox.handle(replace(CALL, headers={**key, "Content-Type": "application/json"}))
    assert reply.status == 401
    assert reply.json() == {
        "code": 401,
        "key": "unauthorized",
        "message": "Unauthorized",
        "request_id": "v-000000000000000001",
    }
    assert bench.history() == []


def test_the_names_of_the_keys_have_no_case(bench: Bench) -> None:
    headers = {"x-app-id": "app", "x-app-token": "token", "content-type": "application/json"}
    assert bench.sandbox.handle(replace(CALL, headers=headers)).status == 200


def test_a_body_over_10_mb_is_refused_by_the_transport(bench: Bench) -> None:
    fits = b"[" + b" " * (10 * 1024 * 1024 - 2) + b"]"
    bulk = replace(CALL, path="/v1/customers/bulk/async")
    assert bench.sandbox.handle(replace(bulk, body=fits)).status == 202
    reply = bench.sandbox.handle(replace(bulk, body=fits + b" "))
    assert (reply.status, reply.json()) == (
        413,
        {
            "statusCode": 413,
            "error": "Request Entity Too Large",
            "message": "Payload content length greater than maximum allowed: 10485760",
        },
    )


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"source_id=ana"])
def test_what_is_not_json_is_refused_by_the_transport(bench: Bench, body: bytes) -> None:
    reply = bench.sandbox.handle(replace(CALL, body=body))
    assert (reply.status, reply.json()) == (
        400,
        {"statusCode": 400, "error": "Bad Request", "message": "Invalid request payload JSON format"},
    )


@pytest.mark.parametrize(
    ("call", "status"),
    [
        (replace(CALL, headers={**AUTH, "Content-Type": "text/plain"}), 415),
        (replace(CALL, path="/v1/nothing"), 404),
        (replace(CALL, path="/v1/customers/a/b"), 404),
        (replace(CALL, method="PUT"), 405),
    ],
)
def test_wrong_paths_methods_and_types_are_refused_by_the_transport(bench: Bench, call: Request, status: int) -> None:
    reply = bench.sandbox.handle(call)
    assert (reply.status, reply.json()["statusCode"]) == (status, status)
    assert "X-Rate-Limit-Limit" in reply.headers


@pytest.mark.parametrize("status", [401, 402, 403, 404, 423, 429, 500, 502, 503, 504, 599])
def test_a_fault_has_the_form_of_an_error_of_the_api(bench: Bench, status: int) -> None:
    bench.sandbox.handle(Request("POST", "/_sandbox/faults", body=b'{"status": %d}' % status))
    reply = bench.sandbox.handle(CALL)
    assert (reply.status, reply.json()["code"]) == (status, status)
    assert reply.json()["message"]
    assert reply.headers["X-Rate-Limit-Remaining"] == "2000"
    assert bench.history() == []


def test_a_fault_of_429_says_when_to_come_back(bench: Bench) -> None:
    bench.sandbox.handle(Request("POST", "/_sandbox/faults", body=b'{"status": 429}'))
    headers = bench.sandbox.handle(CALL).headers
    assert (headers["Retry-After"], headers["X-Rate-Limit-Type"]) == ("1", "api_calls")
