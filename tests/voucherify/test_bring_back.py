"""What is parked for a CDP out of order comes back when it answers again, or dies of age (G1, G5)."""

from collections.abc import Iterator

import pytest

from cdphub import pool
from cdphub.backlog import KEEP_MS
from cdphub.clock import DAY, HOUR, MINUTE, SECOND
from cdphub.connections import connection_parameter
from cdphub.http import HttpRequest
from cdphub.outbound.breaker import OUTAGE_FAILURES
from cdphub.outbound.delivery import Delivery
from cdphub.pauses import PROBE_MS
from cdphub.store.backlog import DEAD
from tests.cdphub.outbound.stack import Stack, always, delivery, refusing, users
from tests.fakes import FakeVendor, World
from tests.voucherify.conftest import one_by_one
from voucherify.bring_back import PORTION_MS, bring_back
from voucherify.worker import Worker

BATCH = 100


class Hub(Stack):
    """Also with a sweep, in which no second passes."""

    def sweep(self, time_left_ms: int = MINUTE) -> None:
        worker = Worker(self.world.hub, FakeVendor(always(500)))
        bring_back(worker, self.world.clock.now + time_left_ms)

    def minute(self) -> None:
        """A minute later the sweep runs, and all that is in the queue is delivered."""
        self.world.pass_time(MINUTE)
        self.sweep()
        self.drain(self.take())

    def drain(self, deliveries: list[Delivery]) -> None:
        """Delivers them and what is put back, however often, in batches."""
        while deliveries:
            assert self.deliver(*deliveries[:BATCH]) == []
            deliveries = deliveries[BATCH:] + self.take()

    def requests_with(self, key: str) -> list[HttpRequest]:
        is_refused = refusing(key, 401)
        return [request for request in self.segment.requests if is_refused(request).status == 401]


@pytest.fixture
def hub(world: World) -> Iterator[Hub]:
    with pool.use(one_by_one):
        yield Hub(world)


def fail(hub: Hub, status: int, number: int = 3) -> None:
    """Has the CDP fail so many events, one by one."""
    hub.segment.answer = always(status)
    for each in range(number):
        hub.drain([delivery(each)])


@pytest.mark.parametrize("status", [503, 401])
def test_g1_g5_what_is_parked_is_probed_once_a_minute_and_comes_back_by_itself(hub: Hub, status: int) -> None:
    fail(hub, status, 30)
    hub.segment.requests.clear()
    for minute in range(1, 4):
        hub.minute()
        assert len(hub.segment.requests) == minute
        assert len(hub.parked()) == 30
    hub.segment.answer = always(200)
    hub.segment.requests.clear()
    hub.minute()
    assert hub.pause() is None
    hub.minute()
    assert not hub.parked()
    assert sorted(user for sent in hub.sent_users() for user in sent) == sorted(f"u{number}" for number in range(30))


def test_a_probe_arrives_when_it_is_due(hub: Hub) -> None:
    fail(hub, 503, 5)
    hub.world.pass_time(20 * SECOND)
    hub.sweep()
    assert [seconds for _, seconds in hub.again()] == [40]


def test_g5_each_probe_is_another_event(hub: Hub) -> None:
    fail(hub, 503, 10)
    hub.segment.requests.clear()
    for chance in (0.0, 0.9):
        hub.world.clock.chance = chance
        hub.minute()
    assert len({user for sent in hub.sent_users() for user in sent}) == 2


def test_g5_a_dead_connection_with_thousands_waiting_delays_no_other_of_its_cdp(hub: Hub) -> None:
    hub.connect("dead")
    hub.segment.answer = refusing("dead key", 503)
    waiting = 3_000
    for first in range(0, waiting, BATCH - 1):
        dead = [delivery(number, "dead") for number in range(first, min(first + BATCH - 1, waiting))]
        assert hub.deliver(*dead, delivery(first)) == []
        assert users(hub.segment.requests[-1]) == [f"u{first}"]
        hub.world.pass_time(SECOND)
    assert len(hub.requests_with("dead key")) == OUTAGE_FAILURES
    hub.drain(hub.take())
    assert len(hub.parked("dead")) == waiting
    for minute in range(1, 6):
        hub.minute()
        assert hub.deliver(delivery(waiting + minute)) == []
        assert len(hub.requests_with("dead key")) == OUTAGE_FAILURES + minute
    assert len(hub.parked("dead")) == waiting
    hub.segment.answer = always(200)
    hub.segment.requests.clear()
    hub.minute()
    hub.minute()
    assert not hub.parked("dead")
    assert sorted(user for sent in hub.sent_users() for user in sent) == sorted(f"u{n}" for n in range(waiting))


def test_g5_connections_take_turns(hub: Hub) -> None:
    hub.connect("other")
    fail(hub, 503, 50)
    hub.drain([delivery(number, "other") for number in range(3)])
    hub.drain([delivery(1, "other")])
    hub.world.hub.store.state.remove("connection-pause#segment")
    hub.world.hub.store.state.remove("connection-pause#other")
    hub.sweep()
    sent = [each.connection for each in hub.take()]
    assert len(sent) == 53
    assert "other" in sent[:20]


def test_a_corrected_key_is_all_it_takes(hub: Hub) -> None:
    fail(hub, 401, 5)
    hub.segment.answer = refusing("segment key", 401)
    hub.minute()
    assert len(hub.parked()) == 5
    hub.world.hub.secrets.write(connection_parameter("segment"), {"write_key": "another key"})
    hub.minute()
    hub.minute()
    assert (hub.pause(), hub.parked(), hub.rows(DEAD)) == (None, [], [])


def test_g1_an_outage_of_a_day_ends_in_dead_letters(hub: Hub) -> None:
    fail(hub, 503, 25)
    hub.world.pass_time(12 * HOUR)
    hub.drain([delivery(100)])
    hub.world.pass_time(12 * HOUR - PROBE_MS)
    hub.sweep()
    assert not hub.rows(DEAD)
    hub.drain(hub.take())
    hub.minute()
    letters = hub.rows(DEAD)
    assert {letter["payload"]["trace_id"] for letter in letters} == {f"t{number}" for number in range(25)}
    assert {letter["failure"] for letter in letters} == {"transient"}
    assert all(letter["reason"] for letter in letters)
    assert [each.trace_id for each in hub.parked()] == ["t100"]


def test_g1_a_refused_key_kills_nothing_until_the_table_would_forget_it(hub: Hub) -> None:
    fail(hub, 401, 5)
    hub.world.pass_time(KEEP_MS - DAY)
    hub.sweep()
    assert len(hub.parked()) == 4
    assert not hub.rows(DEAD)
    hub.world.pass_time(SECOND)
    hub.sweep()
    assert not hub.parked()
    assert {letter["failure"] for letter in hub.rows(DEAD)} == {"auth"}


def test_nothing_dies_of_a_refused_key_because_there_was_an_outage_before(hub: Hub) -> None:
    fail(hub, 503, 5)
    hub.world.pass_time(MINUTE)
    hub.segment.answer = always(401)
    hub.drain([delivery(9)])
    hub.world.pass_time(48 * HOUR)
    hub.sweep()
    assert not hub.rows(DEAD)
    assert len(hub.parked()) == 5


def test_g1_what_is_parked_goes_back_while_the_cdp_only_asks_to_wait(hub: Hub) -> None:
    fail(hub, 503, 5)
    hub.world.pass_time(MINUTE)
    hub.segment.answer = always(429, {"retry-after": "600"})
    hub.deliver(delivery(9))
    hub.take()
    hub.sweep()
    assert len(hub.take()) == 5
    assert not hub.parked()


def test_what_an_operator_has_paused_stays_where_it_is(hub: Hub) -> None:
    fail(hub, 503, 5)
    hub.connect(state="paused")
    hub.world.pass_time(48 * HOUR)
    hub.sweep()
    assert not hub.take()
    assert len(hub.parked()) == 5
    hub.connect(state="live")
    hub.sweep()
    assert len(hub.take()) == 1


def test_what_was_held_for_an_operator_goes_on_to_wait_for_the_cdp(hub: Hub) -> None:
    fail(hub, 401)
    hub.connect(state="paused")
    hub.world.pass_time(MINUTE)
    hub.drain([delivery(7)])
    hub.connect(state="live")
    hub.world.pass_time(MINUTE)
    hub.minute()
    assert "t7" in {each.trace_id for each in hub.parked()}


def test_what_is_parked_for_a_connection_that_is_off_is_dropped_as_its_events_are(hub: Hub) -> None:
    fail(hub, 503, 5)
    hub.connect(state="off")
    hub.minute()
    assert not hub.parked()


def test_g1_what_the_queue_does_not_take_stays_parked(hub: Hub) -> None:
    fail(hub, 503, 5)
    hub.world.hub.store.state.remove("connection-pause#segment")
    hub.world.queues.broken = True
    hub.sweep()
    assert len(hub.parked()) == 5


def test_without_time_everything_is_left_for_the_next_sweep(hub: Hub) -> None:
    fail(hub, 503, 5)
    hub.world.pass_time(MINUTE)
    hub.sweep(PORTION_MS - 1)
    assert not hub.take()
