"""With a project's cycle quota spent, all of it waits, nothing is lost, and other projects go on (G1, G5, G6)."""

from tests.e2e.exchange import wait_until
from tests.e2e.hub import Hub
from tests.e2e.project import Project

CUSTOMERS = [f"cycle-{number}" for number in range(30)]
SPENT = {"api_calls_cycle": {"calls": 5, "seconds": 2_592_000}}
ENOUGH = {"api_calls_cycle": {"calls": 1_000, "seconds": 2_592_000}}


def test_g5_everything_waits_nothing_is_lost_others_go_on_and_it_resumes(hub: Hub) -> None:
    poor, rich = hub.new_project("spent"), hub.new_project("rich")
    poor.voucherify.set("limits", SPENT)
    for number in range(3):
        tell(poor, number)
    wait_until(lambda: any(request["status"] == 429 for request in poor.requests()))
    tell(rich, 1)
    wait_until(lambda: events(rich) == len(CUSTOMERS))
    assert events(poor) < len(CUSTOMERS)
    assert sum(request["status"] == 429 for request in poor.requests()) < len(CUSTOMERS)

    poor.voucherify.set("limits", ENOUGH)
    hub.probe_now("spent")
    hub.wait_until_quiet()
    customers = poor.customers()
    assert [customers[source_id]["metadata"] for source_id in CUSTOMERS] == [{"score": 2}] * len(CUSTOMERS)
    assert events(poor) == 3 * len(CUSTOMERS)


def tell(project: Project, number: int) -> None:
    """An update and an event of every customer."""
    fields = [{"registered": customer, "metadata": {"score": str(number)}} for customer in CUSTOMERS]
    assert project.bloomreach.customers(fields).json()["accepted"] == len(CUSTOMERS)
    visits = [{"event": "Visited", "customer": {"registered": customer}} for customer in CUSTOMERS]
    assert project.bloomreach.events(visits).json()["accepted"] == len(CUSTOMERS)


def events(project: Project) -> int:
    """How many custom events Voucherify has."""
    return sum(effect["kind"] == "event" for effect in project.voucherify.shows("history"))
