"""A backfill: in order behind what is live, cut off anywhere, and nothing skipped or repeated needlessly."""

import json
from pathlib import Path

import pytest

from cdphub import order
from cdphub.clock import DAY, SECOND
from cdphub.outbox import job
from cdphub.outbox.job import Job
from cdphub.outbox.row import partition
from cdphub.schema import Commands
from tests.builders import CONNECTION, START, upsert
from tests.fakes import PROJECT, World
from tests.hubctl.backfilling import SALT, Worker, backfill, identify, run, write
from tests.hubctl.letters import bury_command
from tools.hubctl import backfill_lines
from tools.hubctl.backfill_lines import ERASURE, EVENT
from tools.hubctl.errors import WrongInputError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Five customers."""
    return write(tmp_path / "customers.ndjson", *map(identify, range(5)))


@pytest.fixture
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of two customers."""
    monkeypatch.setattr(backfill_lines, "CUSTOMERS", 2)


def places(messages: list[Commands]) -> list[str]:
    return [command.order for message in messages for command in message.commands]


def rejected(file: Path) -> list[dict[str, object]]:
    report = file.with_name(f"{file.name}.rejected.ndjson")
    return [json.loads(line) for line in report.read_text().splitlines()]


@pytest.mark.usefixtures("two_at_once")
def test_g6_customers_travel_in_chunks(world: World, file: Path) -> None:
    worker = Worker(world)
    progress = run(backfill(world, file, worker))
    assert worker.names == [["n0", "n1"], ["n2", "n3"], ["n4"]]
    assert (progress.lines, progress.accepted, progress.complete) == (5, 5, True)


@pytest.mark.usefixtures("two_at_once")
def test_g6_each_chunk_waits_until_the_bulk_job_of_the_one_before_has_ended(world: World, file: Path) -> None:
    worker, key = Worker(world), job.key("1")
    sent_when_waiting: list[int] = []
    work = backfill(world, file, worker)
    outbox = work.hub.store.outbox
    begun = job.dump(Job(project=PROJECT, created=START, customers=[]), START)

    def end_job(_: str) -> None:
        sent_when_waiting.append(len(worker.taken))
        outbox.delete_job(key)

    worker.on_send = lambda: outbox.create_job(key, begun)
    work.run(work.begin(), lambda _: None, end_job)
    assert sent_when_waiting == [1, 2, 3]


def test_a_message_stays_below_what_sqs_takes(world: World, tmp_path: Path) -> None:
    lines = [identify(number, traits={"description": "x" * 200_000}) for number in range(11)]
    worker = Worker(world)
    run(backfill(world, write(tmp_path / "long.ndjson", *lines), worker))
    assert [len(message.commands) for message in worker.taken] == [4, 4, 3]


@pytest.mark.usefixtures("two_at_once")
@pytest.mark.parametrize("crashes_after", [1, 2, 3])
def test_g1_a_backfill_goes_on_where_it_stopped(world: World, file: Path, crashes_after: int) -> None:
    """The message that nobody has noted comes once more, with the places it had."""
    cut_off = Worker(world, crashes_after)
    with pytest.raises(KeyboardInterrupt):
        run(backfill(world, file, cut_off))
    world.pass_time(DAY)
    worker = Worker(world)
    progress = run(backfill(world, file, worker))
    assert (progress.lines, progress.accepted, progress.complete) == (5, 5, True)
    assert worker.taken[0] == cut_off.taken[-1]
    assert places(cut_off.taken[:-1] + worker.taken) == sorted(set(places(worker.taken + cut_off.taken)))


def test_what_is_complete_is_not_sent_again(world: World, file: Path) -> None:
    run(backfill(world, file, Worker(world)))
    worker = Worker(world)
    assert run(backfill(world, file, worker)).complete
    assert worker.taken == []


@pytest.mark.usefixtures("two_at_once")
@pytest.mark.parametrize("crashes_after", [1, 2])
def test_g1_a_wrong_line_is_reported_once_and_spoils_none(world: World, tmp_path: Path, crashes_after: int) -> None:
    lines = (
        "{",
        identify(1),
        {"type": "track", "userId": "u2", "event": "Bought"},
        {"type": "delete", "userId": "u3"},
        identify(4),
        identify(5, userId=""),
        identify(6),
    )
    file = write(tmp_path / "mixed.ndjson", *lines)
    with pytest.raises(KeyboardInterrupt):
        run(backfill(world, file, Worker(world, crashes_after)))
    progress = run(backfill(world, file, Worker(world)))
    assert [one["line"] for one in rejected(file)] == [1, 3, 4, 6]
    assert [one["reason"] for one in rejected(file)][1:3] == [EVENT, ERASURE]
    assert (progress.accepted, sum(progress.reasons.values())) == (3, 4)


def test_g2_what_came_live_in_90_days_wins_unless_the_files_time_is_given(world: World, file: Path) -> None:
    by_default, given = Worker(world), Worker(world)
    run(backfill(world, file, by_default))
    file.with_name(f"{file.name}.progress").unlink()
    run(backfill(world, file, given, as_of_ms=START - SECOND))
    assert max(places(by_default.taken)) < order.place(START - 90 * DAY + 1, "", 0)
    assert max(places(given.taken)) < order.place(START - SECOND + 1, "", 0)
    assert places(given.taken) == sorted(places(given.taken))


@pytest.mark.parametrize("as_of_ms", [START + 1, START - 90 * DAY - 1])
def test_g2_a_time_before_the_hubs_memory_or_to_come_is_refused(world: World, file: Path, as_of_ms: int) -> None:
    with pytest.raises(WrongInputError, match="--as-of"):
        backfill(world, file, Worker(world), as_of_ms=as_of_ms).begin()


def test_a_backfill_that_has_begun_keeps_its_time(world: World, file: Path) -> None:
    run(backfill(world, file, Worker(world), as_of_ms=START))
    assert backfill(world, file, Worker(world), as_of_ms=START).begin().complete
    with pytest.raises(WrongInputError, match="--as-of"):
        backfill(world, file, Worker(world), as_of_ms=START - SECOND).begin()


@pytest.mark.usefixtures("two_at_once")
def test_g2_a_backfill_does_not_go_on_once_the_hub_has_forgotten_what_came_since(world: World, file: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(backfill(world, file, Worker(world, 1)))
    world.pass_time(10 * DAY)
    with pytest.raises(WrongInputError, match="forgotten"):
        backfill(world, file, Worker(world)).begin()


def test_another_file_does_not_go_on_where_this_one_stopped(world: World, file: Path) -> None:
    run(backfill(world, file, Worker(world)))
    write(file, identify(1))
    with pytest.raises(WrongInputError, match="another file"):
        backfill(world, file, Worker(world)).begin()


def test_progress_that_cannot_be_read_is_a_mistake(world: World, file: Path) -> None:
    file.with_name(f"{file.name}.progress").write_text("{")
    with pytest.raises(WrongInputError, match="cannot be read"):
        backfill(world, file, Worker(world)).begin()


@pytest.mark.parametrize("state", ["paused", "off"])
def test_a_connection_that_is_not_live_brings_nothing(world: World, file: Path, state: str) -> None:
    worker = Worker(world)
    work = backfill(world, file, worker)
    world.add_connection(CONNECTION, state=state)
    with pytest.raises(WrongInputError, match="not live"):
        run(work)
    assert worker.taken == []


def test_its_dead_letters_are_counted_and_no_others(world: World, file: Path) -> None:
    worker = Worker(world)
    work = backfill(world, file, worker)
    progress = run(work)
    mine = worker.taken[0].commands[1]
    other = upsert(1, name="Ada").model_copy(update={"order": mine.order.replace(progress.trace_id, "other")})
    for command in (mine, other, upsert(1, name="Ada")):
        assert command.kind == "upsert"
        bury_command(world.hub.store, command)
    assert work.dead_letters(progress) == 1


def test_a_look_ahead_sends_and_writes_nothing(world: World, file: Path) -> None:
    worker = Worker(world)
    work = backfill(world, file, worker)
    progress = work.begin()
    assert work.look_ahead(progress) == 1
    assert (progress.lines, progress.accepted, worker.taken) == (5, 5, [])
    assert list(file.parent.iterdir()) == [file]


def test_rows_are_those_of_the_project(world: World, file: Path) -> None:
    run(backfill(world, file, Worker(world)))
    assert world.hub.store.outbox.read_customer(partition(PROJECT, SALT, "u4"))
