"""The shop keeps its share of the project's calls while the hub works off a backlog (G6)."""

from tests.e2e.hub import Hub

CUSTOMERS = [f"shop-{number}" for number in range(250)]
ROUNDS = 8
EVENTS = 300
LIMIT = {"api_calls": {"calls": 100, "seconds": 60}}
SHOP = {"calls": 40, "seconds": 60}


def test_g6_a_shop_that_uses_40_percent_of_the_limit_never_gets_429(hub: Hub) -> None:
    """2,000 updates and 300 events, for which the hub's half of six minutes is needed."""
    project, repeats = hub.new_project("shared-limit"), hub.counted("RepeatPossible")
    project.voucherify.set("limits", LIMIT)
    project.voucherify.set("shop", SHOP)
    for number in range(ROUNDS):
        updates = [{"registered": customer, "metadata": {"score": str(number)}} for customer in CUSTOMERS]
        assert project.bloomreach.customers(updates).json()["accepted"] == len(CUSTOMERS)
    events = [
        {"event": "Visited", "customer": {"registered": CUSTOMERS[number % len(CUSTOMERS)]}, "metadata": {"n": number}}
        for number in range(EVENTS)
    ]
    assert project.bloomreach.events(events).json()["accepted"] == EVENTS
    hub.wait_until_quiet()
    shop = project.voucherify.shows("shop")
    assert shop["calls"] > SHOP["calls"]
    assert shop["refused"] == 0
    customers = project.customers()
    assert [customers[source_id]["metadata"]["score"] for source_id in CUSTOMERS] == [ROUNDS - 1] * len(CUSTOMERS)
    seen = [effect["metadata"]["n"] for effect in project.voucherify.shows("history") if effect["kind"] == "event"]
    assert set(seen) == set(range(EVENTS))
    assert len(seen) - EVENTS <= hub.counted("RepeatPossible") - repeats
