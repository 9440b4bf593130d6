"""`hubctl dead-letters` on a deployed stack."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import boto3
import pytest
from click.testing import Result

from cdphub import clock
from cdphub.aws import AwsError, Names
from cdphub.connections import Connection, Project
from cdphub.hub import hub_of
from cdphub.queues import Message
from cdphub.store import Store
from cdphub.store.backlog import DEAD
from tests.builders import CONNECTION, START, erase, upsert
from tests.fakes import PROJECT, FakeClock
from tests.hubctl.conftest import REGION, STACK, Run
from tests.hubctl.letters import SECRET_REASON, bury_command, bury_event
from tools.hubctl.dead_letters import OPERATOR
from tools.hubctl.queues import StackQueues

LIST = ("dead-letters", "list")
REPLAY = ("dead-letters", "replay")


@pytest.fixture
def store(stack: str) -> Iterator[Store]:
    """The stack's tables with one connection; time stands still, an hour after the beginning."""
    boto3.setup_default_session(region_name=REGION)
    store = hub_of(Names("", f"{STACK}-", "")).store
    project = Project(id=PROJECT, name="Shop", api_url="https://api.voucherify.io")
    connection = Connection(id=CONNECTION, project=PROJECT, cdp="segment")
    store.connections.put_project(PROJECT, project.model_dump_json())
    store.connections.put_connection(PROJECT, CONNECTION, connection.model_dump_json())
    with clock.use(FakeClock(now=START + clock.HOUR)):
        yield store


def sent_to(queue: str) -> list[dict[str, Any]]:
    sqs = boto3.client("sqs", REGION)
    url = sqs.get_queue_url(QueueName=f"{STACK}-{queue}")["QueueUrl"]
    reply = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0)
    return [json.loads(message["Body"]) for message in reply.get("Messages", [])]


def summed_up(result: Result, outcome: str, letters: int) -> bool:
    return re.search(rf"{CONNECTION} +│ {outcome} +│ {letters} ", result.stdout) is not None


def left(store: Store) -> int:
    return len(list(store.backlog.list(CONNECTION, DEAD)))


def test_g7_letters_are_listed_without_what_is_in_them(run: Run, store: Store) -> None:
    bury_event(store, 1)
    bury_command(store, upsert(2, name="Ada"))
    for form in ((), ("--json",)):
        shown = run(*LIST, *form, COLUMNS="300").stdout
        for told in (CONNECTION, "customer.rewarded", "upsert", "invalid", "400", "14:13:21.000Z"):
            assert told in shown
        assert "ada" not in shown.lower()
        assert SECRET_REASON in run(*LIST, "--reasons", *form, COLUMNS="300").stdout


def test_letters_are_listed_as_json_by_filters(run: Run, store: Store) -> None:
    for number in (0, 1_800, 3_540):
        bury_event(store, number)
    bury_command(store, upsert(3_550, name="Ada"))

    def traces(*options: str) -> list[str]:
        return [letter["trace_id"] for letter in json.loads(run(*LIST, "--json", *options).stdout)]

    assert traces("--direction", "outbound", "--cdp", "segment", "--failure", "invalid", "--since", "45m") == [
        "trace1800",
        "trace3540",
    ]
    assert traces("--since", "2026-09-21T14:43:20+00:00", "--until", "1m") == ["trace1800"]
    assert traces("--until", "2026-09-21 14:43") == ["trace0"]
    assert traces("--direction", "inbound") == ["trace3550"]
    assert traces("--project", PROJECT, "--connection", CONNECTION, "--limit", "1") == ["trace0"]


def test_more_than_the_limit_is_said(run: Run, store: Store) -> None:
    bury_event(store, 1)
    assert "There are more" not in run(*LIST, "--limit", "1").stderr
    bury_event(store, 2)
    assert "There are more" in run(*LIST, "--limit", "1").stderr


def test_nothing_to_list_or_to_replay_is_said(run: Run, store: Store) -> None:
    for command in (LIST, REPLAY, (*REPLAY, "--dry-run")):
        assert run(*command).output == "There are no such dead letters.\n"
    assert json.loads(run(*LIST, "--json").stdout) == []


def test_a_dry_run_says_what_would_be_sent(run: Run, store: Store) -> None:
    bury_event(store, 1)
    result = run(*REPLAY, "--dry-run")
    assert result.exit_code == 0
    assert "Dry run" in result.stdout
    assert summed_up(result, "sent", 1)
    assert left(store) == 1
    assert sent_to("deliver-segment") == []


def test_a_replay_sends_each_letter_to_its_queue_and_deletes_it(run: Run, store: Store) -> None:
    bury_event(store, 1)
    bury_command(store, upsert(2, name="Łukasz"))
    result = run(*REPLAY)
    assert result.exit_code == 0
    assert summed_up(result, "sent", 2)
    assert "Replaying" in result.stderr
    assert left(store) == 0
    (delivery,) = sent_to("deliver-segment")
    assert (delivery["trace_id"], delivery["attempts"], delivery["first_ms"]) == ("trace1", 0, None)
    (message,) = sent_to("apply")
    assert message["commands"][0]["customer"]["name"] == "Łukasz"


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), AwsError("SQS: RequestThrottled")])
def test_what_is_not_sent_when_a_replay_is_stopped_stays(
    run: Run, store: Store, monkeypatch: pytest.MonkeyPatch, stop: BaseException
) -> None:
    for number in (1, 2, 3):
        bury_event(store, number)
    send = StackQueues.send

    def send_two(self: StackQueues, queue: str, messages: Sequence[Message]) -> None:
        if messages[0].body["trace_id"] == "trace3":
            raise stop
        send(self, queue, messages)

    monkeypatch.setattr(StackQueues, "send", send_two)
    result = run(*REPLAY)
    assert result.exit_code == 1
    assert summed_up(result, "sent", 2)
    assert left(store) == 1
    assert len(sent_to("deliver-segment")) == 2


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ((*LIST, "--connection", "nobody"), "Error: no connection is meant"),
        ((*LIST, "--since", "yesterday"), "yesterday is no time"),
        ((*LIST, "--failure", "bad"), "'bad' is not one of 'invalid', 'config'"),
        ((*REPLAY, "--per-second", "0"), "0.0 is not in the range"),
    ],
)
def test_wrong_input_is_named(run: Run, store: Store, command: tuple[str, ...], line: str) -> None:
    result = run(*command)
    assert result.exit_code != 0
    assert line in result.stderr


def test_g1_a_stack_without_the_queue_is_one_clear_line(run: Run, store: Store) -> None:
    bury_event(store, 1)
    sqs = boto3.client("sqs", REGION)
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=f"{STACK}-apply")["QueueUrl"])
    result = run(*REPLAY)
    assert "Error: no such queue here" in result.stderr
    assert left(store) == 1


def test_one_letter_is_shown_with_the_vendors_words_and_its_content_only_if_wanted(run: Run, store: Store) -> None:
    bury_command(store, upsert(1, name="Łukasz"))
    bury_event(store, 2)
    (trace_id, _) = (one["trace_id"] for one in json.loads(run(*LIST, "--json").stdout))
    assert trace_id in run(*LIST, COLUMNS="300").stdout

    shown = run("dead-letters", "show", trace_id).stdout
    assert SECRET_REASON in shown
    assert "Łukasz" not in shown
    (letter,) = json.loads(run("dead-letters", "show", trace_id, "--content", "--json").stdout)
    assert letter["content"]["customer"]["name"] == "Łukasz"


def test_a_trace_id_without_letters_is_one_clear_line(run: Run, store: Store) -> None:
    result = run("dead-letters", "show", "unknown")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith("Error: trace id: no dead letter has unknown")


def test_letters_that_are_meant_are_purged_once_confirmed(run: Run, store: Store) -> None:
    for number in (1, 2):
        bury_event(store, number)
    bury_command(store, upsert(3, name="Ada"))
    purge = ("dead-letters", "purge", "--direction", "outbound")

    assert run(*purge, "--dry-run").stdout == "2 dead letters would be deleted.\n"
    assert run(*purge, lines=("n",)).exit_code == 1
    assert left(store) == 3
    assert run(*purge, lines=("y",)).stdout.endswith("2 dead letters are deleted.\n")
    assert left(store) == 1
    assert run(*purge, "--yes").stdout == "There are no such dead letters.\n"


def test_a_letter_that_died_again_meanwhile_is_not_purged(
    run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    bury_event(store, 1)

    def confirm(*_: Any, **__: Any) -> bool:
        bury_event(store, 1, attempts=9)
        return True

    monkeypatch.setattr("click.confirm", confirm)
    run("dead-letters", "purge")
    assert left(store) == 1


def test_an_erasure_that_died_without_a_connection_is_listed_shown_and_replayed(run: Run, store: Store) -> None:
    bury_command(store, erase(1).model_copy(update={"connection": OPERATOR}))
    (told,) = json.loads(run(*LIST, "--project", PROJECT, "--json").stdout)
    assert (told["connection"], told["what"]) == (OPERATOR, "erase")
    assert json.loads(run(*LIST, "--cdp", "segment", "--json").stdout) == []
    assert "no connection is meant" in run(*LIST, "--project", "other").stderr
    assert run(*REPLAY, "--connection", OPERATOR).exit_code == 0
    (message,) = sent_to("apply")
    assert message["commands"][0]["kind"] == "erase"
