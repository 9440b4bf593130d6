"""What a bulk job carries, and what becomes of it (G1, G2)."""

from typing import Any

import pytest

from cdphub.outbox import fold, job
from cdphub.outbox.job import Job
from cdphub.outbox.merge import merge
from cdphub.outbox.row import Carried, PendingDeletion, Row
from cdphub.outbox.work import Send, next_work
from tests.builders import START, at, join, listed, pending, row, track, upsert

KEY = job.key("1")
NOW = START


def aboard(*commands: Any) -> Row:
    """A row with these commands that has joined a job."""
    made = row(lease="worker", lease_until=NOW, due=NOW)
    for command in commands:
        merge(made, command)
    send = next_work(made, owns_lists=True)
    assert isinstance(send, Send)
    job.join(made, KEY, send)
    return made


def test_who_joins_is_the_jobs_and_no_more_the_workers() -> None:
    joined = aboard(upsert(1, name="Ada"), join(2, "vip"))
    assert (joined.lease, joined.job, joined.lease_until, joined.due) == (KEY, KEY, 0, None)
    assert joined.carried == Carried(fields={"name": at(1)}, lists={"segmentGroups": 1})


@pytest.mark.parametrize(
    ("state", "may"),
    [
        ({"fields": {"name": pending(1, "Ada")}}, True),
        ({}, False),
        ({"events": listed(1)}, False),
        ({"deletion": PendingDeletion(at=at(1), by="c")}, False),
        ({"fields": {"name": pending(1, "Ada")}, "split": True}, False),
        ({"fields": {"name": pending(1, "Ada")}, "single": True}, False),
    ],
)
def test_a_job_carries_what_needs_no_call_of_its_own(state: dict[str, Any], may: bool) -> None:
    assert job.may_join(row(**state)) is may


def test_when_the_job_is_done_nothing_is_left_of_what_it_carried() -> None:
    joined = aboard(upsert(1, name="Ada"), join(2, "vip"))
    fold.carried_out(joined, NOW)
    assert not joined.has_work()
    assert (joined.applied, joined.list_written) == ({"name": at(1)}, {"segmentGroups": 1})
    assert (joined.lease, joined.carried, joined.due) == (None, None, None)


@pytest.mark.parametrize(
    "later",
    [upsert(3, name="newer"), upsert(3, phone="5"), join(3, "new"), track(3)],
    ids=["same", "other", "list", "event"],
)
def test_g1_what_was_merged_meanwhile_is_due_when_the_job_is_done(later: Any) -> None:
    joined = aboard(upsert(1, name="Ada"), join(2, "vip"))
    merge(joined, later)
    fold.carried_out(joined, NOW)
    assert joined.has_work()
    assert (joined.lease, joined.carried, joined.due) == (None, None, NOW)
    assert joined.applied["name"] == at(1)
    assert all(waiting.at == at(3) and waiting.replaced is None for waiting in joined.fields.values())


@pytest.mark.parametrize("single", [False, True])
def test_g1_who_is_given_back_has_everything_still_to_send(single: bool) -> None:
    joined = aboard(upsert(1, name="Ada"))
    fold.given_back(joined, NOW, single=single)
    assert joined == row(fields={"name": pending(1, "Ada")}, due=NOW, single=single)


def test_a_single_customer_is_an_ordinary_one_when_nothing_is_left() -> None:
    alone = row(fields={"name": pending(1, "Ada")}, single=True, lease="worker")
    fold.sent(alone, Send(fields={"name": at(1)}))
    assert alone == row(applied={"name": at(1)})


def test_a_job_is_read_as_it_was_written() -> None:
    made = Job(project="shop", created=NOW, customers=["a", "b"], unsure=["b"], status="submitted", action="aa_1")
    item = job.dump(made, NOW)
    assert (item.status, item.shard, item.due_ms) == ("submitted", "shop#jobs", NOW)
    assert job.load(item) == made
