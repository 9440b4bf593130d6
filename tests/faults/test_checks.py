"""The checks find what they are for."""

from collections import Counter
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.faults.commands import Command
from tests.faults.evidence import Evidence
from tests.faults.inbound import DOUBT_MS, Inbound
from tests.faults.outbound import Outbound
from tests.faults.plan import A_WHILE, KINDS, plan

PERSON = "ana"
SENT = [Command(PERSON, 0, "segment event"), Command(PERSON, 1, "segment event"), Command(PERSON, 2, "braze audience")]
REFUSED = Command(PERSON, 3, "segment undefined event")


def effect(number: int) -> dict[str, Any]:
    fields = {"email": f"somebody@mail.example~{number}"}
    return {"kind": "event", "source_id": PERSON, "fields": fields, "metadata": {"number": number}}


def inbound(*events: int, last: int = 1, members: tuple[str, ...] = ("VIP",), **found: Any) -> Inbound:
    """These events came to Voucherify in this order, and the profile has the e-mail address of the last command."""
    given = {
        "project_id": "p",
        "history": [effect(number) for number in events],
        "customers": {PERSON: {"email": f"somebody@mail.example~{last}", "metadata": {"brazeAudiences": [*members]}}},
        "letters": [],
        "calls": [],
        "metrics": Counter(),
        **found,
    }
    return Inbound(Counter([*SENT, REFUSED]), cast(Evidence, SimpleNamespace(**given)))


def call(time: int, fault: str | None = None) -> dict[str, Any]:
    return {"method": "POST", "body": {"source_id": PERSON}, "time": time, "fault": fault}


def letter(number: int) -> dict[str, Any]:
    payload = {"customer": {"source_id": PERSON}, "metadata": {"number": number}}
    return {"direction": "inbound", "cdp": "segment", "payload": payload}


def test_a_good_run_has_no_violations() -> None:
    run = inbound(0, 1, letters=[letter(3)], calls=[call(0, "reset"), call(DOUBT_MS)])
    checks = (run.g1_newest_values, run.g1_events, run.g2_fields, run.g2_events, run.g2_doubt, run.g3_repeats)
    assert [list(check()) for check in checks] == [[]] * len(checks)


def test_g1_an_old_value_a_wrong_list_a_lost_event_and_wrong_dead_letters_are_found() -> None:
    assert len(list(inbound(0, 1, last=0).g1_newest_values())) == 1
    assert len(list(inbound(0, 1, members=()).g1_newest_values())) == 1
    assert len(list(inbound(0, letters=[letter(3)]).g1_events())) == 1
    assert len(list(inbound(0, 1).g1_events())) == 1
    assert len(list(inbound(0, 1, letters=[letter(3), letter(1)]).g1_events())) == 1


def test_g2_what_goes_back_or_comes_in_the_wrong_order_or_too_soon_is_found() -> None:
    assert len(list(inbound(1, 0).g2_fields())) == 1
    assert len(list(inbound(1, 0).g2_events())) == 1
    assert len(list(inbound(calls=[call(0, "half a reply"), call(DOUBT_MS - 1)]).g2_doubt())) == 1


def test_g3_a_repeat_has_to_be_counted() -> None:
    assert len(list(inbound(0, 0, 1).g3_repeats())) == 1
    assert not list(inbound(0, 0, 1, metrics=Counter({("RepeatPossible", "p"): 1})).g3_repeats())


def outbound(counted: int = 0, letters: tuple[str, ...] = (), **arrived: list[str]) -> Outbound:
    payloads = [{"event": {"customer": {"source_id": person}}} for person in letters]
    found = SimpleNamespace(
        delivered={cdp: [{"userId": person} for person in people] for cdp, people in arrived.items()},
        letters=[{"direction": "outbound", "cdp": "braze", "payload": payload} for payload in payloads],
        metrics=Counter({("RepeatPossible", "braze"): counted}),
    )
    return Outbound({"ana", "ben"}, {"braze": ["ben"]}, cast(Evidence, found))


def test_the_way_out_is_held_to_the_same() -> None:
    good = outbound(letters=("ben",), segment=["ana", "ben"], braze=["ana"])
    assert not [*good.g1_events(), *good.g1_letters(), *good.g3_repeats()]
    assert len(list(outbound(segment=["ana"], braze=["ana", "ben"]).g1_events())) == 1
    assert len(list(outbound(braze=["ana"]).g1_letters())) == 1
    assert len(list(outbound(letters=("ana", "ben"), braze=[]).g1_letters())) == 1
    assert len(list(outbound(1, segment=["ana", "ana"]).g3_repeats())) == 1
    assert len(list(outbound(1, braze=["ana", "ana", "ana"]).g3_repeats())) == 1
    assert not list(outbound(2, braze=["ana", "ana", "ana"]).g3_repeats())


@pytest.mark.parametrize("vendor", ["voucherify", "braze"])
def test_a_plan_has_every_kind_and_is_the_same_for_the_same_seed(vendor: str) -> None:
    assert plan(1, vendor) == plan(1, vendor) != plan(2, vendor)
    sure = [fault["name"] for fault in plan(1, vendor) if "count" in fault]
    assert sorted(sure) == sorted([*KINDS, *A_WHILE])
