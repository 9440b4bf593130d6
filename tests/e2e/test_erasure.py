"""An erased customer is gone from Voucherify and from the hub, and does not come back by retry (G7)."""

from collections.abc import Callable

import pytest

from tests.e2e.exchange import Reply
from tests.e2e.faults import A_THIRD
from tests.e2e.hub import Hub
from tests.e2e.project import Project

TABLES = ("outbox", "backlog", "state")

WAYS: dict[str, Callable[[Project, str], Reply]] = {
    "segment": lambda project, customer: project.segment.raw({"type": "delete", "userId": customer}),
    "mparticle": lambda project, customer: project.mparticle.erase(customer),
}


@pytest.fixture(scope="module")
def project(hub: Hub) -> Project:
    """Voucherify refuses the event Undefined, so that there are dead letters too."""
    project = hub.new_project("erasure")
    project.voucherify.set("event-schemas", {"Visited": {}})
    return project


@pytest.mark.parametrize("way", WAYS)
def test_g7_an_erased_customer_does_not_come_back_by_retry(hub: Hub, project: Project, way: str) -> None:
    customers = [f"{way}-erased-{number}" for number in range(10)]
    with hub.voucherify.failing(*A_THIRD):
        for customer in customers:
            tell(project, customer)
        for customer in customers:
            assert WAYS[way](project, customer).status == 200
        hub.wait_until_quiet()
    assert not project.customers().keys() & set(customers)
    for table in TABLES:
        assert f"{way}-erased" not in repr(hub.rows(table))


def test_what_comes_after_an_erasure_is_a_new_customer(hub: Hub, project: Project) -> None:
    tell(project, "again")
    assert WAYS["segment"](project, "again").status == 200
    hub.wait_until_quiet()
    assert project.segment.action("customer", {"source_id": "again", "name": "New"}).status == 200
    hub.wait_until_quiet()
    assert project.customer("again")["name"] == "New"
    assert project.customer("again")["email"] is None


def tell(project: Project, customer: str) -> None:
    """Fields, an audience and two events; every value has the customer's id in it."""
    email = f"{customer}@example.com"
    assert project.segment.action("customer", {"source_id": customer, "email": email}).status == 200
    group = {"customer": {"source_id": customer}, "group_id": f"group of {customer}"}
    assert project.segment.action("group", group).status == 200
    for event in ("Visited", "Undefined"):
        sent = {"customer": {"source_id": customer}, "event": event, "metadata": {"by": email}}
        assert project.segment.action("event", sent).status == 200
