"""Calls too short for a slow Voucherify: they are answered in time, and the worker finishes what they began (G4)."""

from typing import Any

import pytest

from cdphub import clock
from cdphub.clock import SECOND
from publications.finish import MOST_TRIES, finish
from tests.fakes import World
from tests.publications.bench import ANA, Bench, minutes

PUBLISH = "POST /v1/publications"
EACH_SHORT = pytest.mark.parametrize("cdp", ["braze", "bloomreach"])
ANSWER = pytest.mark.parametrize("repeated", ["same", "refused"])


@EACH_SHORT
@ANSWER
def test_g4_with_voucherify_answering_in_5_s_the_retry_gets_the_code(world: World, cdp: str, repeated: str) -> None:
    bench = Bench(world, cdp)
    bench.control("PUT", "behaviour", {"repeated_source_id": repeated})
    bench.voucherify.fail(match=PUBLISH, status=200, delay=5)
    began = clock.now_ms()
    assert bench.post(ANA)["statusCode"] == 503
    assert clock.now_ms() - began < 2 * SECOND
    bench.restart()
    bench.finish()
    began = clock.now_ms()
    assert bench.code() == bench.publications()[0]["voucher"]["code"]
    assert (len(bench.publications()), clock.now_ms()) == (1, began)


@EACH_SHORT
def test_what_is_settled_needs_no_finishing(world: World, cdp: str) -> None:
    bench = Bench(world, cdp)
    bench.code()
    (message,) = world.queues.sent["publications"]
    assert message.delay_seconds == pytest.approx({"braze": 1.5, "bloomreach": 0.8}[cdp])
    bench.finish()
    assert (bench.posts(), world.queues.bodies("publications")) == (1, [])
    bench.code()
    assert world.queues.bodies("publications") == []


@pytest.mark.parametrize("cdp", ["iterable", "publications"])
def test_a_call_with_time_enough_has_nothing_finished(world: World, cdp: str) -> None:
    Bench(world, cdp).code()
    assert world.queues.bodies("publications") == []


def test_a_call_works_though_nobody_can_be_asked_to_finish_it(world: World) -> None:
    bench = Bench(world, "braze")
    world.queues.broken = True
    assert bench.code()


def test_the_worker_tries_again_for_a_while(world: World) -> None:
    bench = Bench(world, "braze")
    bench.voucherify.fail(match=PUBLISH, status=503)
    assert bench.post(ANA)["statusCode"] == 503
    tries = 0
    began = clock.now_ms()
    while world.queues.sent["publications"]:
        bench.finish()
        tries += 1
    assert tries == MOST_TRIES == bench.posts() - 1
    assert clock.now_ms() - began > minutes(2)
    bench.voucherify.heal()
    assert bench.code()


def test_the_worker_stops_at_a_definite_no(world: World) -> None:
    bench = Bench(world, "braze")
    bench.control("PUT", "campaigns", {"Welcome": {"codes": []}})
    bench.voucherify.fail(match=PUBLISH, status=503, count=1)
    assert bench.post(ANA)["statusCode"] == 503
    bench.finish()
    assert (bench.posts(), world.queues.bodies("publications")) == (2, [])


@pytest.mark.parametrize("state", ["paused", "off"])
def test_the_worker_leaves_a_connection_that_is_not_live(world: World, state: Any) -> None:
    bench = Bench(world, "braze")
    bench.voucherify.fail(match=PUBLISH, status=503, count=1)
    assert bench.post(ANA)["statusCode"] == 503
    world.add_connection("braze-app-1", "braze", state=state)
    bench.finish()
    assert bench.posts() == 1


def test_several_codes_that_may_be_late_are_waited_for(world: World) -> None:
    several = {"campaign": {"name": "Welcome", "count": 2}}
    bench = Bench(world, "braze")
    bench.voucherify.fail(match=PUBLISH, status=200, delay=5, count=1)
    assert bench.post({**ANA, **several})["statusCode"] == 503
    while world.queues.sent["publications"]:
        bench.finish()
    assert bench.publish(**several)["vouchers"] == bench.publications()[0]["vouchers"]
    assert len(bench.publications()) == 1


def test_a_message_that_cannot_be_read_comes_again_alone(world: World) -> None:
    bench = Bench(world, "braze")
    records = [{"messageId": "1", "body": "{}"}, {"messageId": "2", "body": "no"}]
    assert finish(bench.desk.publisher, records) == ["1", "2"]
