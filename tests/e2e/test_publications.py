"""One occasion gives one code, however often and at once a platform asks, and whoever dies meanwhile (G4)."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.exchange import Reply, wait_until
from tests.e2e.hub import Hub
from tests.e2e.project import Project
from tools.local.sandbox.voucherify import CAMPAIGN

TIME_SCALE = 1
"""Whoever asks is answered in real time."""

CALLS = 200
TRIES = 30
SLOW_SECONDS = 5


@pytest.fixture
def project(hub: Hub, request: pytest.FixtureRequest) -> Project:
    """One for each test, so that its publications can be counted."""
    return hub.new_project(request.node.name.partition("[")[0].removeprefix("test_g4_"))


def code(ask: Callable[[], Reply]) -> str:
    """The code that a platform gets, if need be by asking again."""
    for _ in range(TRIES):
        reply = ask()
        if reply.status == 200:
            return str(reply.json()["voucher"]["code"])
        assert reply.status == 503
        time.sleep(int(reply.headers["retry-after"]))
    raise AssertionError("no code")


def codes(project: Project, customers: Sequence[str]) -> list[str]:
    """The codes for customers who are asked for all at once."""
    with ThreadPoolExecutor(len(customers)) as pool:
        return list(pool.map(lambda one: code(lambda: project.iterable.data_feed(one, CAMPAIGN)), customers))


def test_g4_concurrent_calls_for_one_customer_give_one_code(project: Project) -> None:
    assert len(set(codes(project, ["ana"] * CALLS))) == 1
    assert project.publications() == 1


def test_g4_each_customer_gets_a_code_of_its_own(project: Project) -> None:
    assert len(set(codes(project, [f"reader-{number}" for number in range(CALLS)]))) == CALLS
    assert project.publications() == CALLS


def test_g4_a_worker_that_dies_before_it_has_stored_the_code_costs_none(hub: Hub, project: Project) -> None:
    def ask() -> Reply:
        return project.iterable.data_feed("ana", CAMPAIGN)

    with (
        hub.voucherify.failing({"match": "POST /v1/publications", "effect": "before", "status": 504, "delay": 6}),
        ThreadPoolExecutor(1) as pool,
    ):
        asked = pool.submit(ask)
        wait_until(lambda: project.publications() == 1)
        hub.aws.kill("PublicationsPublish")
        assert asked.result().status != 200
    assert code(ask) == code(ask)
    assert project.publications() == 1


def test_g4_a_slow_voucherify_costs_braze_a_retry_and_no_second_code(hub: Hub, project: Project) -> None:
    def ask() -> Reply:
        return project.braze.connected_content("ana", CAMPAIGN)

    with hub.voucherify.failing({"match": "POST /v1/publications", "status": 200, "delay": SLOW_SECONDS}):
        assert ask().status == 503
        assert code(ask) == code(ask)
    assert project.publications() == 1


def test_a_scenario_of_bloomreachs_has_a_code_and_then_finds_it(project: Project) -> None:
    reader = "ana/1 b@example.com"
    given = code(lambda: project.bloomreach.publish(reader, CAMPAIGN))
    wallet = project.bloomreach.wallet(reader)
    assert [one["id"] for one in wallet.json()["redeemables"]["data"]] == [given]
    points = project.bloomreach.points(reader)
    assert (points.status, points.json()["source_id"], points.json()["loyalty"]["points"]) == (200, reader, 0)
    nobody = project.bloomreach.points("nobody")
    assert (nobody.status, nobody.json()["success"]) == (200, False)
