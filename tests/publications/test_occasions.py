"""G4: one occasion, one code, however often and whenever the platform calls."""

from typing import Any

import pytest

from cdphub import clock
from cdphub.aws import AwsError
from tests.fakes import World
from tests.publications.bench import ANA, Bench, minutes, told

NAMED = pytest.mark.parametrize("named", [{}, {"source_id": "send-1"}, {"occasion": "may"}], ids=str)
ANSWER = pytest.mark.parametrize("repeated", ["same", "refused"])


class Killed(BaseException):
    """The process is gone."""


def kill(*_: Any) -> None:
    raise Killed


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world)


@NAMED
def test_g4_repeats_get_the_stored_reply(bench: Bench, named: dict[str, str]) -> None:
    first = bench.publish(**named)
    assert [bench.publish(**named) for _ in range(5)] == [first] * 5
    bench.restart()
    assert bench.publish(**named) == first
    assert (len(bench.publications()), bench.posts()) == (1, 1)


def test_g4_every_customer_has_a_code_of_its_own(bench: Bench) -> None:
    codes = {bench.code(customer={"source_id": f"c{number}"}) for number in range(30)}
    assert len(codes) == 30
    for publication in bench.publications():
        again = bench.code(customer={"source_id": publication["tracking_id"]})
        assert again == publication["voucher"]["code"]


@pytest.mark.parametrize("other", [{"source_id": "send-2"}, {"occasion": "june"}, {"campaign": {"name": "Other"}}, {}])
def test_another_occasion_or_campaign_gets_another_code(bench: Bench, other: dict[str, Any]) -> None:
    bench.control("PUT", "campaigns", {"Other": {}})
    assert bench.code(source_id="send-1") != bench.code(**other)


def test_an_occasion_wins_over_the_callers_own_id(bench: Bench) -> None:
    first = bench.publish(occasion="may", source_id="call-1")
    second = bench.publish(occasion="may", source_id="call-2")
    assert first["voucher"] == second["voucher"]
    assert (first["source_id"], second["source_id"]) == ("call-1", "call-2")


def test_connections_do_not_share_occasions(bench: Bench) -> None:
    bench.connect("publications", "app-2")
    other = told(bench.post({**ANA, "source_id": "s"}, headers={"x-app-id": "app-2"}))
    assert other["voucher"]["code"] != bench.code(source_id="s")


def test_g4_the_window_starts_at_the_first_call(bench: Bench) -> None:
    bench.world.pass_time(minutes(0.9))
    first = bench.code()
    bench.world.pass_time(minutes(50))
    assert bench.code() == first
    bench.world.pass_time(minutes(10) + 1)
    assert bench.code() != first
    assert len(bench.publications()) == 2


def test_g4_a_repeat_at_the_edge_of_a_window_keeps_it_open(bench: Bench) -> None:
    first = bench.code()
    bench.world.pass_time(minutes(60) - 1)
    assert bench.code() == first
    bench.world.pass_time(minutes(2))
    assert bench.code() == first
    bench.world.pass_time(minutes(6))
    assert bench.code() != first


@ANSWER
def test_g4_a_window_that_is_over_is_another_publication_at_voucherify(bench: Bench, repeated: str) -> None:
    bench.control("PUT", "behaviour", {"repeated_source_id": repeated})
    first = bench.code()
    bench.world.pass_time(minutes(61))
    assert bench.code() != first


def test_a_window_is_what_the_connection_says(world: World) -> None:
    bench = Bench(world, repeat_window=5)
    first = bench.code()
    world.pass_time(minutes(4))
    assert bench.code() == first
    world.pass_time(minutes(1) + 1)
    assert bench.code() != first


def test_without_a_window_only_what_is_named_is_a_repeat(world: World) -> None:
    bench = Bench(world, "braze", repeat_window=0)
    assert len({bench.code() for _ in range(5)}) == 5
    assert world.queues.bodies("publications") == []
    assert len({bench.code(source_id="s") for _ in range(5)}) == 1


@ANSWER
def test_g4_a_named_occasion_outlives_its_record(bench: Bench, repeated: str) -> None:
    first = bench.code(source_id="s")
    bench.control("PUT", "behaviour", {"repeated_source_id": repeated})
    bench.world.pass_time(31 * clock.DAY)
    assert bench.code(source_id="s") == first
    assert len(bench.publications()) == 1


@ANSWER
@NAMED
def test_g4_killed_between_publishing_and_storing(
    bench: Bench, repeated: str, named: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.control("PUT", "behaviour", {"repeated_source_id": repeated})

    with monkeypatch.context() as patch:
        patch.setattr(bench.world.hub.store.state, "replace", kill)
        with pytest.raises(Killed):
            bench.post({**ANA, **named})
    assert len(bench.publications()) == 1
    bench.restart()
    assert bench.post({**ANA, **named})["statusCode"] == 200
    assert [bench.code(**named)] == [each["voucher"]["code"] for each in bench.publications()]


def test_g4_killed_with_several_codes_nobody_repeats_what_may_be_late(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    several = {"campaign": {"name": "Welcome", "count": 3}}

    with monkeypatch.context() as patch:
        patch.setattr(bench.world.hub.store.state, "replace", kill)
        with pytest.raises(Killed):
            bench.post({**ANA, **several})
    bench.restart()
    bench.world.pass_time(minutes(1.9))
    assert bench.post({**ANA, **several})["statusCode"] == 429
    assert bench.posts() == 1
    bench.world.pass_time(minutes(0.3))
    assert bench.publish(**several)["vouchers"] == bench.publications()[0]["vouchers"]
    assert bench.posts() == 1


@ANSWER
@NAMED
@pytest.mark.parametrize(
    "fault", [{"effect": "before", "reset": True}, {"effect": "before", "status": 502}, {"effect": "before"}], ids=str
)
def test_g4_an_answer_that_was_lost(bench: Bench, repeated: str, named: dict[str, str], fault: dict[str, Any]) -> None:
    bench.control("PUT", "behaviour", {"repeated_source_id": repeated})
    bench.voucherify.fail(match="POST /v1/publications", count=1, **fault)
    assert bench.post({**ANA, **named})["statusCode"] == 429
    assert [bench.code(**named)] == [each["voucher"]["code"] for each in bench.publications()]


def test_g4_the_window_of_a_lost_answer_does_not_end_before_it_is_known(bench: Bench) -> None:
    bench.voucherify.fail(match="POST", count=1, effect="before", reset=True)
    bench.connect("publications", "app-2", repeat_window=1)
    key = {"x-app-id": "app-2"}
    assert bench.post(ANA, headers=key)["statusCode"] == 429
    bench.world.pass_time(minutes(5))
    assert told(bench.post(ANA, headers=key))["voucher"] == bench.publications()[0]["voucher"]
    assert len(bench.publications()) == 1


@ANSWER
def test_g4_a_customer_who_joins_once_has_one_code(bench: Bench, repeated: str) -> None:
    first = bench.code(join_once=True, source_id="a")
    bench.control("PUT", "behaviour", {"repeated_join": repeated})
    bench.world.pass_time(minutes(61))
    assert bench.code(join_once=True) == bench.code(join_once="true", source_id="b") == first
    assert bench.code(join_once=True, customer={"source_id": "bob"}) != first
    assert [each["source_id"] for each in bench.publications()] == [None, None]


def test_g4_a_lost_answer_to_joining_once(bench: Bench) -> None:
    bench.control("PUT", "behaviour", {"repeated_join": "refused"})
    bench.voucherify.fail(match="POST", count=1, effect="before", reset=True)
    assert bench.post({**ANA, "join_once": True})["statusCode"] == 429
    bench.world.pass_time(minutes(3))
    assert bench.code(join_once=True) == bench.publications()[0]["voucher"]["code"]
    assert len(bench.publications()) == 1


def test_a_campaign_that_admits_once_refuses_another_occasion(bench: Bench) -> None:
    bench.control("PUT", "campaigns", {"Welcome": {"join_once": True}})
    bench.control("PUT", "behaviour", {"repeated_join": "refused"})
    bench.code(source_id="a")
    refused = bench.post({**ANA, "source_id": "b"})
    assert (refused["statusCode"], told(refused)["key"]) == (400, "voucher_cannot_be_published")


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "after a lost answer"])
@pytest.mark.parametrize("repeated", ["same", "refused"])
def test_g4_a_campaign_that_admits_once_gives_its_code_again_to_who_names_no_occasion(
    bench: Bench, repeated: str, lost: bool
) -> None:
    bench.control("PUT", "campaigns", {"Welcome": {"join_once": True}})
    bench.control("PUT", "behaviour", {"repeated_join": repeated})
    first = bench.publish()
    bench.publish(customer={"source_id": "bob"})
    bench.world.pass_time(minutes(61))
    wish = {**ANA, "campaign": first["voucher"]["campaign_id"]}
    if lost:
        bench.voucherify.fail(match="POST", count=1, reset=True)
        assert bench.post(wish)["statusCode"] == 429
    assert told(bench.post(wish))["voucher"]["code"] == first["voucher"]["code"]
    assert len(bench.publications()) == 2


def test_g4_several_codes_are_published_once(bench: Bench) -> None:
    several = {"campaign": {"name": "Welcome", "count": "3"}, "source_id": "s"}
    first = bench.publish(**several)
    assert len(set(first["vouchers"])) == 3
    assert bench.publish(**several) == first
    assert first["source_id"] == "s"
    (publication,) = bench.publications()
    assert publication["source_id"] is None


def test_g4_a_lost_answer_with_several_codes_is_looked_up_once_nothing_can_be_late(bench: Bench) -> None:
    several = {"campaign": {"name": "Welcome", "count": 2}}
    earlier = bench.publish(**several, occasion="earlier")
    bench.world.pass_time(minutes(1))
    bench.voucherify.fail(match="POST", count=1, effect="before", reset=True)
    assert bench.post({**ANA, **several})["statusCode"] == 429
    assert bench.post({**ANA, **several})["statusCode"] == 429
    bench.world.pass_time(minutes(2))
    found = bench.publish(**several)
    assert found["vouchers"] == bench.publications()[1]["vouchers"] != earlier["vouchers"]
    assert len(bench.publications()) == 2


@pytest.mark.parametrize("match", ["GET /v1/publications", "GET /v1/customers"])
@pytest.mark.parametrize("body", ["<html>", "[]", {"object": "list"}], ids=str)
def test_g4_a_reply_that_tells_nothing_is_not_taken_for_no_code(bench: Bench, match: str, body: Any) -> None:
    several = {"campaign": {"name": "Welcome", "count": 2}}
    bench.voucherify.fail(match="POST", count=1, effect="before", reset=True)
    assert bench.post({**ANA, **several})["statusCode"] == 429
    bench.world.pass_time(minutes(3))
    bench.voucherify.fail(match=match, status=200, body=body, count=1)
    assert bench.post({**ANA, **several})["statusCode"] == 429
    bench.world.pass_time(minutes(3))
    assert bench.publish(**several)["vouchers"] == bench.publications()[0]["vouchers"]
    assert len(bench.publications()) == 1


def test_g4_several_codes_that_could_not_be_stored_are_not_another_occasions(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    several = {"campaign": {"name": "Welcome", "count": 2}}

    def throttled(*_: Any) -> None:
        raise AwsError("DynamoDB: ThrottlingException")

    with monkeypatch.context() as patch:
        patch.setattr(bench.world.hub.store.state, "replace", throttled)
        given = bench.publish(**several, occasion="may")
    bench.world.pass_time(minutes(1))
    later = bench.publish(**several, occasion="june")
    bench.world.pass_time(minutes(3))
    assert bench.publish(**several, occasion="may")["vouchers"] == given["vouchers"] != later["vouchers"]


@ANSWER
def test_g4_a_voucher_is_given_by_its_code(bench: Bench, repeated: str) -> None:
    bench.control("PUT", "campaigns", {"Static": {"codes": ["A", "B", "C"]}})
    bench.control("PUT", "behaviour", {"repeated_source_id": repeated})
    wish = {"customer": {"source_id": "ana"}, "voucher": "B", "campaign": "Welcome"}
    bench.voucherify.fail(match="POST", count=1, effect="before", reset=True)
    assert bench.post(wish)["statusCode"] == 429
    assert [told(bench.post(wish))["voucher"]["code"] for _ in range(2)] == ["B", "B"]
    taken = bench.post(wish | {"customer": {"source_id": "bob"}})
    assert (taken["statusCode"], told(taken)["key"]) == (400, "voucher_already_published")


def test_a_refusal_is_not_remembered(bench: Bench) -> None:
    bench.control("PUT", "campaigns", {"Welcome": {"codes": []}})
    refused = bench.post(ANA)
    assert (refused["statusCode"], told(refused)["key"]) == (400, "no_voucher_suitable_for_publication")
    bench.control("PUT", "campaigns", {"Welcome": {"codes": ["A"]}})
    assert bench.code() == "A"


def test_g4_the_last_code_is_found_though_the_campaign_has_run_out_since(bench: Bench) -> None:
    bench.control("PUT", "campaigns", {"Welcome": {"codes": ["A"]}})
    bench.voucherify.fail(match="POST", count=1, effect="before", reset=True)
    bench.post({**ANA, "join_once": True})
    bench.world.pass_time(minutes(3))
    assert bench.code(join_once=True) == "A"


def test_customers_may_be_named_by_voucherifys_id(bench: Bench) -> None:
    first = bench.publish()
    by_id = bench.publish(customer={"id": first["customer_id"]}, occasion="other")
    assert by_id["customer"]["source_id"] == "ana"
    assert by_id["voucher"] != first["voucher"]


@pytest.fixture
def campaign_id(bench: Bench) -> str:
    """Welcome's."""
    found: str = bench.publish(customer={"source_id": "bob"})["voucher"]["campaign_id"]
    return found


def test_a_campaign_may_be_named_by_its_id(bench: Bench, campaign_id: str) -> None:
    first = bench.code()
    bench.control("PUT", "behaviour", {"repeated_join": "refused"})
    assert bench.code(campaign=campaign_id, join_once=True) == first


@NAMED
def test_g4_a_lost_code_is_found_though_lists_do_not_tell_the_campaigns_id(
    bench: Bench, campaign_id: str, named: dict[str, str]
) -> None:
    bench.control("PUT", "behaviour", {"repeated_source_id": "refused"})
    bench.voucherify.fail(match="POST", count=1, effect="before", reset=True)
    wish = {**ANA, **named, "campaign": campaign_id}
    assert bench.post(wish)["statusCode"] == 429
    assert told(bench.post(wish))["voucher"]["code"] == bench.publications()[1]["voucher"]["code"]
    assert len(bench.publications()) == 2


def test_g4_a_code_that_exists_but_is_not_listed_yet_is_asked_for_again(bench: Bench) -> None:
    bench.control("PUT", "behaviour", {"repeated_source_id": "refused"})
    bench.voucherify.fail(match="POST", count=1, effect="before", reset=True)
    assert bench.post(ANA)["statusCode"] == 429
    nothing = {"object": "list", "data_ref": "publications", "publications": [], "total": 0}
    bench.voucherify.fail(match="GET /v1/publications", status=200, body=nothing, count=1)
    assert bench.post(ANA)["statusCode"] == 429
    assert bench.code() == bench.publications()[0]["voucher"]["code"]


def test_g4_several_lost_codes_are_of_the_campaign_that_its_id_names(bench: Bench, campaign_id: str) -> None:
    bench.control("PUT", "campaigns", {"Other": {}})
    several = {"campaign": {"name": campaign_id, "count": 2}}
    bench.voucherify.fail(match="POST", count=1, status=500)
    assert bench.post({**ANA, **several})["statusCode"] == 429
    other = bench.publish(campaign={"name": "Other", "count": 2})
    bench.world.pass_time(minutes(3))
    assert bench.publish(**several)["vouchers"] != other["vouchers"]


def test_a_campaign_that_is_gone_has_no_codes_to_find(bench: Bench) -> None:
    bench.voucherify.fail(match="POST", count=1, effect="before", reset=True)
    assert bench.post({**ANA, "campaign": "camp_x"})["statusCode"] == 429
    assert bench.post({**ANA, "campaign": "camp_x"})["statusCode"] == 404
