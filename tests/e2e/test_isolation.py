"""A dead CDP, or a dead connection, delays no other (G5), and gets everything when it is back (G1)."""

from typing import Any

import pytest

from tests.e2e.exchange import wait_until
from tests.e2e.hub import Hub
from tests.e2e.subscribed import Subscribed, arrived, subscribed
from tools.hubctl.dead_letters import Wanted, find
from tools.hubctl.replay import Replay

EVENTS = 60
WAITING = 500

DEAD: dict[str, Any] = {"status": 503}
THROTTLED: dict[str, Any] = {"status": 429}
RULES = {"bloomreach": {"api_key": "id:right"}, "mparticle": {"feed_key": "id:right"}}
RIGHT = {
    "bloomreach": {"api_key_id": "id", "api_secret": "right"},
    "mparticle": {"feed_key": "id", "feed_secret": "right"},
}


@pytest.fixture(scope="module")
def project(hub: Hub) -> Subscribed:
    return subscribed(hub, "isolated")


def test_g5_dead_and_throttled_cdps_delay_no_other(project: Subscribed) -> None:
    people, sinks = some(EVENTS, "others"), project.hub.sinks
    ill = ("mparticle", "bloomreach")
    well = sinks.keys() - set(ill)
    with sinks["mparticle"].failing(DEAD), sinks["bloomreach"].failing(THROTTLED):
        project.post(people)
        wait_until(lambda: all(len(project.arrived(cdp, people)) == EVENTS for cdp in well))
        assert [project.arrived(cdp, people) for cdp in ill] == [[], []]
    project.hub.wait_until_quiet()
    for cdp in sinks:
        assert sorted(project.arrived(cdp, people)) == sorted(people)
        assert project.dead(cdp) == []


def test_g5_a_dead_connection_with_much_waiting_delays_no_other_of_the_same_cdp(project: Subscribed) -> None:
    people, waiting = some(EVENTS, "neighbours"), some(WAITING, "waiting")
    with project.neighbour() as (connection, sink):
        with sink.failing(DEAD):
            project.park(connection, waiting)
            project.post(people)
            wait_until(lambda: len(project.arrived("segment", people)) == EVENTS)
            assert sink.shows("delivered") == []
        project.hub.wait_until_quiet()
        assert sorted(arrived(sink, [*people, *waiting])) == sorted([*people, *waiting])
        assert project.hub.letters(connection.id) == []


def test_g1_of_a_request_that_bloomreach_took_only_what_it_refused_dies_and_can_be_replayed(
    project: Subscribed,
) -> None:
    people = some(8, "partly")
    refused, sink = people[2:5], project.hub.sinks["bloomreach"]
    sink.set("rules", {"refused_ids": refused})
    project.post(people)
    project.hub.wait_until_quiet()
    assert sorted(project.arrived("bloomreach", people)) == sorted(set(people) - set(refused))
    letters = project.dead("bloomreach")
    assert sorted(letter["payload"]["event"]["customer"]["source_id"] for letter in letters) == refused
    assert all(letter["failure"] == "invalid" and letter["reason"] for letter in letters)
    sink.set("rules", {})
    replay(project, "bloomreach", 3)
    assert sorted(project.arrived("bloomreach", people)) == sorted(people)
    assert project.dead("bloomreach") == []


@pytest.mark.parametrize("cdp", ["segment", "mparticle", "iterable", "bloomreach"])
def test_g3_a_replay_repeats_nothing(project: Subscribed, cdp: str) -> None:
    """What a CDP has taken although it answered otherwise dies, and is replayed."""
    people, sink = some(5, f"replayed-{cdp}"), project.hub.sinks[cdp]
    with sink.failing({"status": 422, "effect": "before"}):
        project.post(people)
        wait_until(lambda: len(project.dead(cdp)) == len(people))
    assert set(project.arrived(cdp, people)) == set(people)
    replay(project, cdp, len(people))
    assert sorted(project.arrived(cdp, people)) == sorted(people)
    assert project.dead(cdp) == []


@pytest.mark.parametrize("cdp", list(RULES))
def test_g1_correcting_a_wrong_key_is_all_it_takes(project: Subscribed, cdp: str) -> None:
    people, sink = some(5, f"key-{cdp}"), project.hub.sinks[cdp]
    failures = sink.failures()
    sink.set("rules", RULES[cdp])
    project.post(people)
    wait_until(lambda: sink.failures() > failures)
    assert project.arrived(cdp, people) == []
    project.write_secrets(cdp, RIGHT[cdp])
    project.hub.wait_until_quiet()
    assert sorted(project.arrived(cdp, people)) == sorted(people)
    assert project.dead(cdp) == []
    sink.set("rules", {})


def some(number: int, name: str) -> list[str]:
    return [f"{name}-{index}" for index in range(number)]


def replay(project: Subscribed, cdp: str, number: int) -> None:
    found = list(find(project.stores, Wanted(connection=project.connections()[cdp].id)))
    assert list(Replay(project.stores, force=False, per_second=50).run(found)) == ["send"] * number
    project.hub.wait_until_quiet()
