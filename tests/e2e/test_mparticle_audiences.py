"""mParticle's bulk audience messages cost few of the project's API calls (G6)."""

import pytest

from tests.e2e.hub import Hub
from tests.e2e.project import Project
from tests.e2e.senders.mparticle import audience

TIME_SCALE = 1
"""As in test_bloomreach_bulk.py."""

SIZE = 1_000
WRITES = 12
CUSTOMERS = [f"profile-{number}" for number in range(SIZE)]


@pytest.fixture(scope="module")
def project(hub: Hub) -> Project:
    return hub.new_project("profiles")


def test_g6_1000_profiles_cost_a_read_each_and_few_writes(hub: Hub, project: Project) -> None:
    reply = project.mparticle.audiences({customer: [audience(7, "VIP", "add")] for customer in CUSTOMERS})
    assert (reply.status, reply.json()["type"]) == (200, "audience_membership_change_response")
    hub.wait_until_quiet()
    reads = [request["path"] for request in project.requests() if request["method"] == "GET"]
    assert sorted(path for path in reads if "/customers/" in path) == sorted(f"/v1/customers/{it}" for it in CUSTOMERS)
    assert len(project.requests()) - len(reads) <= WRITES
    assert audiences(project) == [["VIP"]] * SIZE


def test_g6_the_same_customers_need_no_second_read(hub: Hub, project: Project) -> None:
    before = len(project.requests())
    changes = [audience(7, "VIP", "delete"), audience(8, "Newsletter", "add")]
    assert project.mparticle.audiences(dict.fromkeys(CUSTOMERS, changes)).status == 200
    hub.wait_until_quiet()
    requests = project.requests()[before:]
    assert [request["path"] for request in requests if request["path"].startswith("/v1/customers/profile")] == []
    assert sum(request["method"] != "GET" for request in requests) <= WRITES
    assert audiences(project) == [["Newsletter"]] * SIZE


def audiences(project: Project) -> list[list[str]]:
    """The list of each customer of the message."""
    customers = project.customers()
    return [customers[source_id]["metadata"]["mparticleAudiences"] for source_id in CUSTOMERS]
