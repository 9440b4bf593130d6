"""What the hub relies on of its tables and queues, held against DynamoDB and SQS and against the simulation's own."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from cdphub.aws import AwsError
from cdphub.queues import BATCH_BYTES, Message, QueueError
from cdphub.store.backlog import DEAD, HELD, Row
from cdphub.store.outbox import DEAD as ENDED
from cdphub.store.outbox import DONE, WAIT, CustomerItem, EventItem, JobItem
from cdphub.store.state import Record
from tests.cdphub.backends import LAG_MS, MOST_RECEIVES, Backend, Broker, Memory, Received, aws, moto

TOO_LONG = "x" * 410 * 1024
SHARD = "behaviour#0"


@pytest.fixture(params=["memory", "late", "moto", "aws"])
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Backend]:
    if request.param == "moto":
        with moto(monkeypatch) as place:
            yield place
    elif request.param == "aws":
        request.getfixturevalue("socket_enabled")
        yield aws()
    else:
        yield Memory(LAG_MS if request.param == "late" else 0)


@pytest.fixture(params=["memory", "moto"])
def broker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    if request.param == "moto":
        with moto(monkeypatch) as place:
            yield place
    else:
        yield Memory(0)


def item(version: int, text: str = "{}", lease: str | None = None, due: int | None = None) -> CustomerItem:
    return CustomerItem(text, version, SHARD, lease, due)


def due(backend: Backend, now_ms: int, limit: int = 10) -> list[str]:
    backend.wait_for_index()
    found = backend.store.outbox.due(f"{backend.name}#0", now_ms, limit)
    return [pk.removeprefix(backend.name) for pk in found]


def write_due(backend: Backend, pk: str, version: int, due_ms: int | None) -> None:
    row = CustomerItem("{}", version, f"{backend.name}#0", None, due_ms)
    assert backend.store.outbox.write_customer(backend.name + pk, row)


def test_a_customer_row_is_written_once_for_each_version(backend: Backend) -> None:
    outbox, pk = backend.store.outbox, backend.name
    assert outbox.read_customer(pk) is None
    assert outbox.write_customer(pk, item(0, "first"))
    assert not outbox.write_customer(pk, item(0, "first again"))
    assert outbox.write_customer(pk, item(1, "second"))
    assert not outbox.write_customer(pk, item(1, "second again"))
    assert not outbox.write_customer(pk, item(7, "from nowhere"))
    assert outbox.read_customer(pk) == item(2, "second")


def test_a_row_that_is_absent_has_no_version_but_zero(backend: Backend) -> None:
    assert not backend.store.outbox.write_customer(backend.name, item(1))
    assert backend.store.outbox.read_customer(backend.name) is None


def test_a_holder_writes_only_what_it_holds(backend: Backend) -> None:
    outbox, pk = backend.store.outbox, backend.name
    assert outbox.write_customer(pk, item(0, lease="me"))
    assert not outbox.write_customer(pk, item(1), lease="you")
    assert outbox.write_customer(pk, item(1, "mine", due=5), lease="me")
    assert not outbox.write_customer(pk, item(2), lease="me")
    assert outbox.read_customer(pk) == item(2, "mine", due=5)


def test_what_is_due_comes_oldest_first_and_no_more_than_asked_for(backend: Backend) -> None:
    for pk, due_ms in (("a", 1_000), ("b", 999), ("c", 10_000), ("d", 9_999), ("e", 20_000)):
        write_due(backend, pk, 0, due_ms)
    assert due(backend, now_ms=10_000) == ["b", "a", "d", "c"]
    assert due(backend, now_ms=10_000, limit=2) == ["b", "a"]
    assert due(backend, now_ms=998) == []


def test_the_index_follows_the_row(backend: Backend) -> None:
    write_due(backend, "a", 0, 5)
    assert due(backend, now_ms=10) == ["a"]
    write_due(backend, "a", 1, 50)
    assert due(backend, now_ms=10) == []
    write_due(backend, "a", 2, None)
    assert due(backend, now_ms=100) == []


def test_the_index_may_be_late() -> None:
    late = Memory(LAG_MS)
    write_due(late, "a", 0, 5)
    write_due(late, "a", 1, None)
    assert list(late.store.outbox.due(f"{late.name}#0", 10, 10)) == []
    assert due(late, now_ms=10) == []


def job_item(backend: Backend, status: str = "open", due: int = 5) -> JobItem:
    return JobItem("{}", status, f"{backend.name}#jobs", due)


def due_jobs(backend: Backend, now_ms: int) -> list[str]:
    backend.wait_for_index()
    return list(backend.store.outbox.due(f"{backend.name}#jobs", now_ms, 10))


def test_a_job_is_created_once_and_changed_by_its_status(backend: Backend) -> None:
    outbox, pk = backend.store.outbox, f"job#{backend.name}"
    assert outbox.read_job(pk) is None
    assert not outbox.change_job(pk, job_item(backend, "closing"), "open")
    assert outbox.create_job(pk, job_item(backend))
    assert not outbox.create_job(pk, job_item(backend, "closing"))
    assert outbox.change_job(pk, job_item(backend, "submitting"), "open")
    assert not outbox.change_job(pk, job_item(backend, "closing"), "open")
    assert outbox.read_job(pk) == job_item(backend, "submitting")
    outbox.delete_job(pk)
    outbox.delete_job(pk)
    assert outbox.read_job(pk) is None


def test_jobs_are_in_the_index(backend: Backend) -> None:
    outbox, pk = backend.store.outbox, f"job#{backend.name}"
    outbox.create_job(pk, job_item(backend, due=5))
    assert due_jobs(backend, 10) == [pk]
    outbox.change_job(pk, job_item(backend, "submitting", due=50), "open")
    assert due_jobs(backend, 10) == []
    assert due_jobs(backend, 50) == [pk]
    outbox.delete_job(pk)
    assert due_jobs(backend, 50) == []


def test_an_event_is_put_once(backend: Backend) -> None:
    outbox, pk = backend.store.outbox, backend.name
    assert outbox.read_event(pk, "e") is None
    assert outbox.put_event(pk, "e", "1", "body", now_ms=0) is None
    assert outbox.put_event(pk, "e", "2", "another", now_ms=0) == EventItem("1", WAIT, "body")
    assert outbox.read_event(pk, "e") == EventItem("1", WAIT, "body")


@pytest.mark.parametrize("status", [DONE, ENDED])
def test_an_ended_event_has_no_body_and_can_be_put_again_once_it_expires(backend: Backend, status: str) -> None:
    outbox, pk = backend.store.outbox, backend.name
    outbox.put_event(pk, "e", "1", "body", now_ms=0)
    outbox.end_event(pk, "e", status, expires_ms=60_000)
    assert outbox.read_event(pk, "e") == EventItem("1", status, None)
    assert outbox.put_event(pk, "e", "2", "again", now_ms=59_999) == EventItem("1", status, None)
    assert outbox.put_event(pk, "e", "2", "again", now_ms=60_000) is None
    assert outbox.put_event(pk, "e", "3", "more", now_ms=10**12) == EventItem("2", WAIT, "again")


def test_a_dead_event_of_the_same_place_can_be_revived_once(backend: Backend) -> None:
    outbox, pk = backend.store.outbox, backend.name

    def put(place: str) -> EventItem | None:
        return outbox.put_event(pk, "e", place, "again", now_ms=0, revive=True)

    outbox.put_event(pk, "e", "1", "body", now_ms=0)
    assert put("1") == EventItem("1", WAIT, "body")
    outbox.end_event(pk, "e", ENDED, expires_ms=60_000)
    assert put("2") == EventItem("1", ENDED, None)
    assert put("1") is None
    assert put("1") == EventItem("1", WAIT, "again")
    outbox.end_event(pk, "e", DONE, expires_ms=60_000)
    assert put("1") == EventItem("1", DONE, None)


def test_ending_an_event_that_is_not_there_makes_none(backend: Backend) -> None:
    backend.store.outbox.end_event(backend.name, "e", DONE, expires_ms=1)
    assert backend.store.outbox.read_event(backend.name, "e") is None


def test_the_events_of_a_customer_are_listed_over_all_pages(backend: Backend) -> None:
    outbox, pk = backend.store.outbox, backend.name
    for key in "abcd":
        outbox.put_event(pk, key, "1", "x" * 300_000, now_ms=0)
    outbox.end_event(pk, "a", DONE, expires_ms=60_000)
    outbox.write_customer(pk, item(0))
    outbox.put_event(f"{pk}-other", "e", "1", "body", now_ms=0)
    found = sorted((key, event.order, event.status) for key, event in outbox.list_events(pk))
    assert found == [("a", "1", DONE), ("b", "1", WAIT), ("c", "1", WAIT), ("d", "1", WAIT)]


def test_an_event_is_deleted_unless_its_place_is_later(backend: Backend) -> None:
    outbox, pk = backend.store.outbox, backend.name
    outbox.put_event(pk, "old", "1", "body", now_ms=0)
    outbox.put_event(pk, "new", "3", "body", now_ms=0)
    for key in ("old", "new", "absent"):
        outbox.delete_event(pk, key, "2")
    assert [key for key, _ in outbox.list_events(pk)] == ["new"]
    outbox.delete_event(pk, "new", "3")
    assert list(outbox.list_events(pk)) == []


def test_a_customer_row_may_have_an_expiry_until_it_is_written_without(backend: Backend) -> None:
    outbox, pk = backend.store.outbox, backend.name
    assert outbox.write_customer(pk, replace(item(0), expires_ms=10**12 + 1_999))
    assert outbox.read_customer(pk) == replace(item(1), expires_ms=10**12 + 1_000)
    assert outbox.write_customer(pk, item(1))
    assert outbox.read_customer(pk) == item(2)


def test_an_item_over_400_kb_is_refused(backend: Backend) -> None:
    with pytest.raises(AwsError):
        backend.store.outbox.write_customer(backend.name, item(0, TOO_LONG))
    with pytest.raises(AwsError):
        backend.store.outbox.put_event(backend.name, "e", "1", TOO_LONG, now_ms=0)
    with pytest.raises(AwsError):
        backend.store.backlog.put(Row(backend.name, DEAD, TOO_LONG, 0))
    with pytest.raises(AwsError):
        backend.store.state.put(backend.name, TOO_LONG, None)


def test_the_backlog_gives_its_rows_in_the_order_of_their_keys_over_all_pages(backend: Backend) -> None:
    keys = [f"{HELD}{key}" for key in ("10", "9", "A", "a", "é", "ł")]
    for key in (*reversed(keys), f"{DEAD}0"):
        backend.store.backlog.put(Row(backend.name, key, "x" * 300_000, 10**12, customer="c"))
    found = list(backend.store.backlog.list(backend.name, HELD))
    assert [row.key for row in found] == keys
    assert [row.key for row in backend.store.backlog.list(backend.name, HELD, limit=2)] == keys[:2]
    assert {(row.connection, row.customer, len(row.text)) for row in found} == {(backend.name, "c", 300_000)}
    for key in (*keys, f"{DEAD}0"):
        backend.store.backlog.delete(backend.name, key)
    assert list(backend.store.backlog.list(backend.name, HELD)) == []


def test_a_backlog_row_written_again_replaces_the_first(backend: Backend) -> None:
    backlog = backend.store.backlog
    backlog.put(Row(backend.name, DEAD, "first", 1_999, customer="c"))
    backlog.put(Row(backend.name, DEAD, "second", 2_999))
    assert list(backlog.list(backend.name, DEAD)) == [Row(backend.name, DEAD, "second", 2_000)]
    backlog.delete(backend.name, DEAD)
    backlog.delete(backend.name, DEAD)


def test_the_backlog_gives_a_range_of_places(backend: Backend) -> None:
    backlog = backend.store.backlog
    for place in ("1#a", "2#a", "2#b", "3#a"):
        backlog.put(Row(backend.name, DEAD + place, "{}", 10**12))
        backlog.put(Row(backend.name, HELD + place, "{}", 10**12))

    def places(**bounds: Any) -> list[str]:
        return [row.key.removeprefix(DEAD) for row in backlog.list(backend.name, DEAD, **bounds)]

    assert places() == ["1#a", "2#a", "2#b", "3#a"]
    assert places(since="2") == ["2#a", "2#b", "3#a"]
    assert places(until="3") == ["1#a", "2#a", "2#b"]
    assert places(since="2#b", until="3#a") == ["2#b", "3#a"]
    for row in (*backlog.list(backend.name, DEAD), *backlog.list(backend.name, HELD)):
        backlog.delete(backend.name, row.key)


def test_g1_a_backlog_row_that_was_written_again_is_not_deleted_in_place_of_the_first(backend: Backend) -> None:
    backlog = backend.store.backlog
    backlog.put(Row(backend.name, DEAD, "second", 2_000))
    backlog.delete(backend.name, DEAD, text="first")
    assert [row.text for row in backlog.list(backend.name, DEAD)] == ["second"]
    backlog.delete(backend.name, DEAD, text="second")
    backlog.delete(backend.name, DEAD, text="second")
    assert not list(backlog.list(backend.name, DEAD))


def test_the_backlog_finds_what_is_about_a_customer_and_stands_before_a_place(backend: Backend) -> None:
    backlog, one, two = backend.store.backlog, f"{backend.name}-1", f"{backend.name}-2"
    rows = [
        Row(one, f"{DEAD}1#fields", "{}", 10**12, "c"),
        Row(two, f"{DEAD}1", "{}", 10**12, "c"),
        Row(two, f"{DEAD}2#deletion", "{}", 10**12, "c"),
        Row(two, f"{HELD}1#id", "{}", 10**12, "c"),
        Row(one, f"{DEAD}0", "{}", 10**12, "other"),
        Row(one, f"{DEAD}0#", "{}", 10**12),
    ]
    for row in rows:
        backlog.put(replace(row, customer=row.customer and f"{backend.name}-{row.customer}"))
    backend.wait_for_index()
    customer = f"{backend.name}-c"
    assert sorted(backlog.list_customer(customer, DEAD, "2")) == [(one, f"{DEAD}1#fields"), (two, f"{DEAD}1")]
    assert list(backlog.list_customer(customer, HELD, "2")) == [(two, f"{HELD}1#id")]
    backlog.delete(two, f"{HELD}1#id")
    backend.wait_for_index()
    assert list(backlog.list_customer(customer, HELD, "2")) == []


def test_a_record_is_created_replaced_and_deleted_by_version(backend: Backend) -> None:
    state, key = backend.store.state, backend.name
    assert state.create(key, "first", None, now_ms=0)
    assert not state.create(key, "again", None, now_ms=10**12)
    assert state.replace(key, "second", None, version=1)
    assert not state.replace(key, "third", None, version=1)
    assert state.read(key, now_ms=10**12) == Record("second", 2)
    assert not state.delete(key, version=1)
    assert state.delete(key, version=2)
    assert not state.delete(key, version=2)
    assert not state.replace(key, "from nowhere", None, version=2)
    assert state.read(key, now_ms=0) is None


def test_a_record_that_expired_is_as_good_as_absent(backend: Backend) -> None:
    state, key = backend.store.state, backend.name
    assert state.create(key, "first", 1_500, now_ms=0)
    assert state.read(key, now_ms=1_499) == Record("first", 1)
    assert state.read(key, now_ms=1_500) is None
    assert not state.create(key, "second", 3_000, now_ms=1_499)
    assert state.create(key, "second", 3_000, now_ms=1_500)
    state.put(key, "third", None)
    assert state.read(key, now_ms=10**12) == Record("third", 1)


def test_g7_records_are_found_by_the_customer_they_are_about(backend: Backend) -> None:
    state, key = backend.store.state, backend.name
    for name in ("a", "b", "c"):
        assert state.create(key + name, "begun", None, now_ms=0)
    assert state.replace(key + "a", "about ada", None, version=1, customer=f"{key}-ada")
    assert state.replace(key + "b", "about bob", None, version=1, customer=f"{key}-bob")
    backend.wait_for_index()
    assert list(state.list_customer(f"{key}-ada")) == [f"{key}a"]
    state.remove(f"{key}a")
    backend.wait_for_index()
    assert list(state.list_customer(f"{key}-ada")) == []
    assert state.read(f"{key}a", now_ms=0) is None
    assert state.read(f"{key}b", now_ms=0) == Record("about bob", 2)


def test_connections_are_found_by_project_and_keys_by_cdp(backend: Backend) -> None:
    connections, project = backend.store.connections, backend.name
    connections.put_project(project, "project")
    connections.put_connection(project, "b", "second")
    connections.put_connection(project, "a", "first")
    connections.put_key("segment", f"{project}-id", f"{project}-key")
    assert connections.read_project(project) == "project"
    assert "project" in connections.list_projects()
    assert connections.list_connections(project) == ["first", "second"]
    assert connections.read_connection(project, "b") == "second"
    assert connections.read_connection(project, "c") is None
    assert connections.read_key("segment", f"{project}-id") == f"{project}-key"
    assert connections.read_key("braze", f"{project}-id") is None
    assert f"{project}-key" in connections.list_keys("segment")
    assert f"{project}-key" not in connections.list_keys("braze")


def test_what_was_deleted_is_not_there_and_may_be_deleted_again(backend: Backend) -> None:
    connections, project = backend.store.connections, backend.name
    for _ in range(2):
        connections.put_project(project, "project")
        connections.put_connection(project, "a", "connection")
        connections.put_key("segment", f"{project}-id", "key")
        for _ in range(2):
            connections.delete_project(project)
            connections.delete_connection(project, "a")
            connections.delete_key("segment", f"{project}-id")
        assert connections.read_project(project) is None
        assert connections.list_connections(project) == []
        assert connections.read_key("segment", f"{project}-id") is None


def test_more_messages_than_one_call_takes_are_all_sent(broker: Broker) -> None:
    sent = [{"n": number, "text": "x" * 100_000} for number in range(25)]
    broker.queues.send("apply", [Message(body) for body in sent])
    received = [message.body for message in broker.receive()]
    assert sorted(received, key=lambda body: body["n"]) == sent


def test_a_message_over_one_mib_is_refused(broker: Broker) -> None:
    with pytest.raises(QueueError):
        broker.queues.send("apply", [Message({"text": "x" * BATCH_BYTES})])
    assert broker.receive() == []


def test_a_received_message_comes_again_until_it_is_deleted(broker: Broker) -> None:
    broker.queues.send("apply", [Message({"n": 1})])
    first = only(broker.receive())
    assert broker.receive() == []
    broker.let_come_again(first)
    second = only(broker.receive())
    assert (first.receives, second.receives) == (1, 2)
    broker.let_come_again(second)
    broker.delete(second)
    assert broker.receive() == []


def test_a_delayed_message_is_not_there_at_once(broker: Broker) -> None:
    broker.queues.send("apply", [Message({"n": 1}, delay_seconds=60)])
    assert broker.receive() == []


def test_what_came_too_often_goes_to_the_dead_letter_queue(broker: Broker) -> None:
    broker.queues.send("apply", [Message({"n": 1})])
    for _ in range(MOST_RECEIVES):
        broker.let_come_again(only(broker.receive()))
    assert broker.receive() == []
    assert only(broker.receive("apply-dead")).body == {"n": 1}


def only(messages: list[Received]) -> Received:
    assert len(messages) == 1
    return messages[0]
