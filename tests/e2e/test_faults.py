"""Fifty customers at once while a third of the calls to Voucherify fails, and then with workers dying as well.

The guarantees must hold in the record of Voucherify's stand-in; docs/outbox.md says what they are and are not.
"""

from collections import Counter
from itertools import pairwise

import pytest

from tests.e2e.faults import A_THIRD, each_once
from tests.e2e.hub import Hub
from tests.e2e.load import commands, send_all
from tests.e2e.outcome import Outcome, outcome

CUSTOMERS = 50
COMMANDS_PER_KILL = 250
DOUBT_MS = 120_000


@pytest.fixture(scope="module", params=["faults", "faults-and-kills"])
def seen(hub: Hub, request: pytest.FixtureRequest) -> Outcome:
    source_ids = [f"{request.param}-{number}" for number in range(CUSTOMERS)]
    before = {metric: hub.counted(metric) for metric in ("Dead", "Late", "RepeatPossible")}

    def maybe_kill(accepted: int) -> None:
        if request.param == "faults-and-kills" and accepted % COMMANDS_PER_KILL == 0:
            hub.aws.kill("VoucherifyApply")

    with hub.voucherify.failing(*each_once("POST /v1/events"), *A_THIRD):
        sent = send_all(hub, source_ids, maybe_kill)
    hub.wait_until_quiet()
    return outcome(hub, sent, {metric: hub.counted(metric) - count for metric, count in before.items()})


def test_voucherify_failed_in_every_way(seen: Outcome) -> None:
    assert {attempt.status for attempt in seen.attempts} == {200, 503, 429, 504, None}


def test_g1_every_field_ends_with_the_newest_value(seen: Outcome) -> None:
    for source_id, profile in seen.profiles.items():
        newest = {field: command.number for command in commands(source_id) for field in command.fields}
        assert profile == newest


def test_g1_every_event_is_there(seen: Outcome) -> None:
    for source_id in seen.profiles:
        sent = [command.number for command in commands(source_id) if command.is_event]
        assert sorted(set(seen.events(source_id))) == sent
    assert seen.counted["Dead"] == 0


def test_g2_no_field_ever_goes_back(seen: Outcome) -> None:
    for source_id in seen.profiles:
        known: dict[str, int] = {}
        for effect in seen.effects_on(source_id):
            assert all(number >= known.get(field, 0) for field, number in effect.fields.items())
            known.update(effect.fields)


def test_g2_events_keep_their_order_but_for_those_counted_as_late(seen: Outcome) -> None:
    """An event may be late when the message that brought it had to come again, since its first worker died.

    A worker may also die between a call and its note in the customer's row. Whatever is sent before its event is then
    not known to be late; whoever takes the row over counts a possible repeat.
    """
    late = 0
    for source_id in seen.profiles:
        events = seen.events(source_id)
        last = {number: place for place, number in enumerate(events)}  # what was repeated had been in doubt before
        newest = -1
        for number in sorted(last, key=lambda number: last[number]):
            late += number < newest
            newest = max(newest, number)
    assert late <= seen.counted["Late"] + seen.counted["RepeatPossible"]


def test_g2_after_an_answer_in_doubt_nothing_is_sent_for_two_minutes(seen: Outcome) -> None:
    for source_id in seen.profiles:
        for attempt, following in pairwise(seen.attempts_for(source_id)):
            assert not attempt.in_doubt or following.time_ms - attempt.time_ms >= DOUBT_MS


def test_g3_an_event_comes_again_only_after_an_answer_in_doubt_or_the_death_of_a_worker(seen: Outcome) -> None:
    """The hub counts each time that one or the other may make it repeat an event."""
    doubtful = Counter(
        (each.source_id, each.event) for each in seen.attempts if each.in_doubt and each.event is not None
    )
    effects = Counter((each.source_id, each.event) for each in seen.effects if each.event is not None)
    sent = Counter({(command.source_id, command.number): times for command, times in seen.sent.items()})
    repeats = effects - sent
    assert repeats.total() <= seen.counted["RepeatPossible"]
    assert (repeats - doubtful).total() <= seen.counted["RepeatPossible"] - doubtful.total()
