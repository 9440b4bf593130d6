"""Several projects behind one address."""

from tests.local.sandbox.voucherify.conftest import Bench

SECOND = {"X-App-Id": "second-app", "X-App-Token": "second-token"}
THIRD = {"X-App-Id": "third-app", "X-App-Token": "third-token"}
ANA = {"source_id": "ana", "metadata": {"age": 30}}
AGE = {"customer": {"properties": {"age": {"type": "number"}}}}


def test_projects_share_no_customers(bench: Bench) -> None:
    assert bench.call_as(SECOND, "POST", "/v1/customers", ANA).status == 200
    assert bench.call("GET", "/v1/customers/ana").status == 404
    assert bench.call("GET", "/_sandbox/customers/ana").status == 404
    assert bench.call("GET", "/_sandbox/customers/ana", project="second-app").json()["metadata"] == {"age": "30"}
    assert [effect["source_id"] for effect in bench.ok("GET", "/_sandbox/history", project="second-app")] == ["ana"]
    assert bench.history() == []


def test_projects_share_no_schemas(bench: Bench) -> None:
    assert bench.call("PUT", "/_sandbox/metadata-schemas", AGE, project="second-app").status == 204
    for keys, age in (({}, "30"), (SECOND, 30)):
        assert bench.call_as(keys, "POST", "/v1/customers", ANA).json()["metadata"] == {"age": age}


def test_projects_share_no_limits(bench: Bench) -> None:
    limit = {"api_calls": {"calls": 1, "seconds": 60}}
    assert bench.call("PUT", "/_sandbox/limits", limit, project="second-app").status == 204
    assert [bench.call_as(SECOND, "GET", "/v1/customers").status for _ in range(2)] == [200, 429]
    assert bench.call("GET", "/v1/customers").headers["X-Rate-Limit-Remaining"] == "1999"


def test_projects_share_no_jobs(bench: Bench) -> None:
    job = bench.call_as(SECOND, "POST", "/v1/customers/bulk/async", [ANA]).json()["async_action_id"]
    bench.now += 10_000
    assert bench.ok("GET", "/v1/async-actions")["async_actions"] == []
    [shown] = bench.call_as(SECOND, "GET", "/v1/async-actions").json()["async_actions"]
    assert (shown["id"], shown["status"]) == (job, "DONE")
    assert bench.call("GET", f"/reports/second-app/{job}.csv").status == 200
    assert bench.call("GET", f"/reports/app/{job}.csv").status == 404


def test_a_project_can_be_added(bench: Bench) -> None:
    assert bench.call_as(THIRD, "GET", "/v1/customers").status == 401
    assert bench.call("PUT", "/_sandbox/projects", {"third-app": "third-token"}).status == 204
    assert bench.call_as(THIRD, "GET", "/v1/customers").status == 200
    assert bench.call("PUT", "/_sandbox/projects", ["third-app"]).status == 400


def test_one_projects_key_does_not_open_another(bench: Bench) -> None:
    assert bench.call_as({"X-App-Token": "second-token"}, "GET", "/v1/customers").status == 401


def test_what_no_project_has_is_not_shown(bench: Bench) -> None:
    assert bench.call("GET", "/_sandbox/history", project="nobody").status == 404
