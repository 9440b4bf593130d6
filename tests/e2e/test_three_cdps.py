"""Three CDPs tell of the same customers while Voucherify fails a third of its calls: the newest value wins (G1, G2)."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.e2e.exchange import Reply
from tests.e2e.faults import A_THIRD, each_once
from tests.e2e.hub import Hub
from tests.e2e.project import Project

CUSTOMERS = [f"shared-{number}" for number in range(50)]
UPDATES = 20
TEXTS = ("plan", "roast", "company")
AT_ONCE = 3

Values = Mapping[str, str]


def by_segment(project: Project, values: Values) -> list[Reply]:
    """A request for each customer."""

    def identify(customer: str) -> Reply:
        traits = {"source_id": customer, "type": "identify", "address": {"city": values["city"]}, "metadata": values}
        return project.segment.action("customer", traits)

    return at_once(identify)


def by_mparticle(project: Project, values: Values) -> list[Reply]:
    """A message for each customer."""
    attributes = {"$City": values["city"], **values}
    return at_once(lambda customer: project.mparticle.attributes(customer, attributes))


def by_bloomreach(project: Project, values: Values) -> list[Reply]:
    """One batch."""
    address = {"city": values["city"]}
    batch = [{"registered": customer, "address": address, "metadata": values} for customer in CUSTOMERS]
    return [project.bloomreach.customers(batch)]


CDPS = (by_segment, by_mparticle, by_bloomreach)


@pytest.fixture(scope="module")
def project(hub: Hub) -> Project:
    """The updates go one after the other, each for all customers and by the next CDP."""
    project = hub.new_project("three")
    with hub.voucherify.failing(*each_once("POST /v1/customers"), *A_THIRD):
        for number in range(UPDATES):
            values = {"city": f"{number}", "score": f"{number}", TEXTS[number % len(TEXTS)]: f"{number}"}
            replies = CDPS[number % len(CDPS)](project, values)
            assert {reply.status for reply in replies} <= {200, 202}
        hub.wait_until_quiet()
    return project


def test_voucherify_failed(project: Project) -> None:
    assert {request["status"] for request in project.requests()} >= {200, 503, 429, 504, None}


def test_g1_every_field_ends_with_the_newest_value(project: Project) -> None:
    newest = UPDATES - 1
    last = {name: str(max(range(place, UPDATES, len(TEXTS)))) for place, name in enumerate(TEXTS)}
    customers = project.customers()
    for source_id in CUSTOMERS:
        assert customers[source_id]["address"]["city"] == str(newest)
        assert customers[source_id]["metadata"] == {"score": newest, **last}


def test_g2_no_field_ever_goes_back(project: Project) -> None:
    known: dict[tuple[str, str], int] = {}
    for effect in project.voucherify.shows("history"):
        for field, value in fields(effect):
            assert int(value) >= known.get((effect["source_id"], field), 0)
            known[effect["source_id"], field] = int(value)
    assert {source_id for source_id, _ in known} == set(CUSTOMERS)


def fields(effect: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What an effect set of address and metadata."""
    sent = effect["fields"]
    return [*sent.get("address", {}).items(), *sent.get("metadata", {}).items()]


def at_once(send: Callable[[str], Reply]) -> list[Reply]:
    """Sends for all customers, a few at a time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(send, CUSTOMERS))
