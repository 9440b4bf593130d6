"""`hubctl doctor`: every finding says what to do, and whatever cannot be looked at keeps nobody from the rest."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from cdphub.aws import AwsError, aws_errors
from cdphub.clock import HOUR, MINUTE
from cdphub.connections import Project, ProjectSecrets, connection_parameter, list_keys
from cdphub.failures import FailureClass
from cdphub.http import HttpReply, HttpRequest
from cdphub.pauses import CONNECTIONS, PROJECTS, Pauses
from cdphub.store.connections import DynamoConnections
from cdphub.voucherify.answers import Answer
from tests.fakes import FakeVendor
from tests.hubctl.conftest import REGION, STACK, Run
from tests.hubctl.letters import bury_event
from tests.hubctl.shop import PROJECT_SECRETS, WRITE_KEY, connected, stored
from tests.hubctl.watched import measure
from tools.hubctl.doctor import aws, metrics, projects, webhooks
from tools.hubctl.doctor.finding import Finding, looking
from voucherify.normalise import KINDS

YES = Answer(None, status=200)
Doctor = Callable[[], tuple[dict[tuple[str, str], dict[str, Any]], int]]
SHOP = Project(id="shop", name="Shop", api_url="https://api.voucherify.io")


def levels(findings: Iterator[Finding]) -> list[str]:
    return [finding.level for finding in findings]


@pytest.fixture
def doctor(run: Run, stack: str) -> Doctor:
    """`hubctl doctor --json` on the stack: what was found by level and about what, and the exit code."""

    def doctor() -> tuple[dict[tuple[str, str], dict[str, Any]], int]:
        result = run("doctor", "--json")
        found = json.loads(result.stdout)
        return {(one["level"], one["about"]): one for one in found}, result.exit_code

    return doctor


def test_a_sound_stack_has_no_problem(run: Run, doctor: Doctor) -> None:
    connection, _ = connected(run)
    for kind in KINDS:
        measure("WebhookSeen", 1, project="shop", kind=kind)
    found, code = doctor()
    assert code == 0
    assert {level for level, _ in found} == {"ok"}
    assert {about for _, about in found} == {
        "queues",
        "alarms",
        "clock",
        "project shop",
        f"connection {connection.id}",
    }
    assert "has no call" in found["ok", f"connection {connection.id}"]["what"]


def test_a_stack_without_projects_says_what_to_do(doctor: Doctor) -> None:
    found, code = doctor()
    assert code == 0
    assert found["warning", "projects"]["next_step"] == "hubctl project add"


def test_g7_a_key_that_voucherify_refuses_is_a_problem_without_the_key(
    run: Run, doctor: Doctor, voucherify: FakeVendor
) -> None:
    connected(run)
    voucherify.answer = lambda _: HttpReply(401, {}, b"{}")
    found, code = doctor()
    assert code == 1
    assert found["problem", "project shop"]["next_step"] == "hubctl project credentials shop"
    assert "api-key" not in json.dumps([*found.values()])


def test_pauses_dead_letters_and_missing_credentials_are_told_with_the_next_command(run: Run, doctor: Doctor) -> None:
    connection, _ = connected(run)
    about = f"connection {connection.id}"
    hub = stored()
    Pauses(hub.store.state, PROJECTS).until_probed("shop", "auth")
    Pauses(hub.store.state, CONNECTIONS).until_probed(connection.id, "outage")
    bury_event(hub.store, 1, connection.id)
    hub.secrets.delete(connection_parameter(connection.id))
    (key,) = list_keys(hub.store, connection)
    hub.store.connections.delete_key("segment", key.application_id)

    result = run("doctor", "--json")
    told = [(one["level"], one["about"], one["next_step"]) for one in json.loads(result.stdout)]
    assert result.exit_code == 1
    assert ("problem", "project shop", "hubctl project credentials shop") in told
    assert ("warning", about, "nothing: it resumes by itself once the CDP answers") in told
    assert ("problem", about, f"hubctl dead-letters list --connection {connection.id}") in told
    assert ("problem", about, f"hubctl connections credentials {connection.id}") in told
    assert ("problem", about, f"hubctl keys add {connection.id}") in told


def test_projects_and_connections_are_looked_at_several_at_a_time(
    run: Run, doctor: Doctor, voucherify: FakeVendor
) -> None:
    """Each of them may take until its time is out: here none is answered before the other has asked."""
    for project in ("shop", "mill"):
        run("project", "add", project, "--cluster", "eu", **PROJECT_SECRETS)
        run("connect", "iterable", "--project", project, ITERABLE_API_KEY="key")
    both, answer_at_once = Barrier(2), voucherify.answer

    def answer(request: HttpRequest) -> HttpReply:
        both.wait(timeout=10)
        return answer_at_once(request)

    voucherify.answer = answer
    found, code = doctor()
    assert code == 0
    assert [about.partition("-")[0] for level, about in found if level == "ok" and " " in about] == [
        "project mill",
        "project shop",
        "connection iterable",
        "connection iterable",
    ]


def test_one_more_connection_does_not_read_all_projects_once_more(
    run: Run, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stack may have a thousand of both."""
    read: list[str] = []
    list_projects = DynamoConnections.list_projects

    def counted(connections: DynamoConnections) -> list[str]:
        read.append("projects")
        return list_projects(connections)

    connected(run)
    monkeypatch.setattr(DynamoConnections, "list_projects", counted)
    doctor()
    of_one = len(read)
    run("connect", "segment", "--project", "shop", "--another", **WRITE_KEY)
    read.clear()
    doctor()
    assert len(read) == of_one


def test_a_connection_that_does_not_work_on_purpose_is_no_problem(run: Run, doctor: Doctor) -> None:
    connection, _ = connected(run)
    run("connections", "pause", connection.id)
    found, code = doctor()
    assert (found["warning", f"connection {connection.id}"]["what"], code) == ("is paused", 0)


def test_what_sqs_has_given_up_is_a_problem(run: Run, doctor: Doctor) -> None:
    sqs = boto3.client("sqs", REGION)
    url = sqs.create_queue(QueueName=f"{STACK}-apply-dead")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    found, code = doctor()
    assert code == 1
    assert found["problem", "queue apply-dead"]["next_step"].endswith("docs/runbook.md#dead-letter-queue")


def test_an_alarm_names_its_section_of_the_runbook(doctor: Doctor) -> None:
    cloudwatch = boto3.client("cloudwatch", REGION)
    for name in (f"{STACK}-NotStored-1", "another-stack-NotStored-1"):
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            AlarmDescription="Requests could not be stored. docs/runbook.md#not-stored",
            ComparisonOperator="GreaterThanThreshold",
            EvaluationPeriods=1,
        )
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    found, _ = doctor()
    assert [one["next_step"] for (_, about), one in found.items() if about.startswith("alarm ")] == [
        "docs/runbook.md#not-stored"
    ]


def test_what_must_not_be_looked_at_is_told_and_the_rest_goes_on(
    run: Run, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(run)

    def denied(_: str) -> Any:
        with aws_errors("CloudWatch"):
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "DescribeAlarms")

    monkeypatch.setattr("tools.hubctl.commands.doctor.ringing", denied)
    found, code = doctor()
    assert code == 0
    assert found["warning", "alarms"]["next_step"].startswith("docs/operations.md#what-an-operators-role")
    assert ("ok", "project shop") in found


def test_an_error_that_is_not_expected_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError), looking([], "queues", KeyError):
        raise ZeroDivisionError


def test_ages_that_must_not_be_looked_at_leave_the_numbers(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: Any) -> Any:
        raise AwsError("CloudWatch: AccessDenied")

    monkeypatch.setattr("tools.hubctl.commands.doctor.oldest", denied)
    found, _ = doctor()
    assert ("ok", "queues") in found
    assert ("warning", "ages of messages") in found


@pytest.mark.parametrize(("age", "level"), [(900, "ok"), (901, "warning")])
def test_old_messages_are_told_with_their_age(age: int, level: str) -> None:
    first, *_ = aws.of_queues({"apply": 3, "apply-dead": 0}, {"apply": age, "apply-dead": 9_999})
    assert (first.level, f", the oldest for {age} s" in first.what) == (level, True)


def test_webhooks_that_do_not_come_are_told_by_kind_with_what_to_do(run: Run, doctor: Doctor) -> None:
    connection, _ = connected(run)
    measure("WebhookSeen", 1, project="shop", kind="webhook")
    measure("WebhookSeen", 1, project="other", kind="distribution")
    assert told_of_webhooks(run) == [
        ("ok", "last webhook of the project's settings in the last ten minutes"),
        ("warning", "no webhook of a distribution in 14 days"),
    ]
    run("connections", "disable", connection.id)
    assert told_of_webhooks(run) == []


def told_of_webhooks(run: Run) -> list[tuple[str, str]]:
    found = json.loads(run("doctor", "--json").stdout)
    return [(one["level"], one["what"]) for one in found if "webhook of" in one["what"]]


@pytest.mark.parametrize(
    ("age_ms", "text"),
    [
        (0, "in the last ten minutes"),
        (10 * MINUTE, "10 minutes ago"),
        (119 * MINUTE, "119 minutes ago"),
        (2 * HOUR, "2 hours ago"),
        (49 * HOUR, "2 days ago"),
    ],
)
def test_the_age_of_the_last_webhook(age_ms: int, text: str) -> None:
    last = {("shop", kind): 1_000 for kind in KINDS}
    found = list(webhooks.of_webhooks(SHOP, last, 1_000 + age_ms))
    assert [one.what.endswith(text) for one in found] == [True, True]


@pytest.mark.usefixtures("aws")
def test_sqs_is_asked_for_the_age_of_each_queue_and_the_newest_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto has no metrics of SQS."""
    now = 1_772_442_900_000
    client = boto3.client("cloudwatch", REGION)
    results = [
        {"Id": "m0", "Timestamps": [utc_time(now - 300_000), utc_time(now)], "Values": [900.0, 12.0]},
        {"Id": "m1", "Timestamps": [], "Values": []},
    ]
    monkeypatch.setattr(boto3, "client", lambda *_, **__: client)
    with Stubber(client) as stub:
        stub.add_response("get_metric_data", {"MetricDataResults": results})
        assert metrics.oldest(STACK, ["apply", "events"], now) == {"apply": 12}


def utc_time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1_000, UTC)


@pytest.mark.parametrize(
    ("waiting", "expected"),
    [
        ({}, ["problem"]),
        ({"apply": 10_000, "apply-dead": 0}, ["ok"]),
        ({"apply": 10_001, "apply-dead": 0}, ["warning", "ok"]),
        ({"apply": 0, "apply-dead": 1}, ["problem"]),
    ],
)
def test_numbers_of_messages(waiting: dict[str, int], expected: list[str]) -> None:
    assert levels(aws.of_queues(waiting, {})) == expected


@pytest.mark.parametrize(("apart", "level"), [(0, "ok"), (60_000, "ok"), (-60_001, "warning")])
def test_a_clock_may_be_a_minute_off(apart: int, level: str) -> None:
    assert aws.of_clock(1_000_000, 1_000_000 + apart).level == level


@pytest.mark.parametrize(
    ("probe", "schemas", "level"),
    [
        (YES, YES, "ok"),
        (YES, Answer(FailureClass.INVALID, status=404, reason="404"), "ok"),
        (YES, Answer(FailureClass.CONFIG, status=403, reason="403"), "problem"),
        (Answer(FailureClass.TRANSIENT, reason="503"), YES, "warning"),
        (Answer(FailureClass.AUTH, status=401, reason="401"), YES, "problem"),
    ],
)
def test_what_voucherify_answers(probe: Answer, schemas: Answer, level: str) -> None:
    assert levels(projects.of_key(SHOP, probe, schemas)) == [level]


@pytest.mark.parametrize(
    ("webhook_secrets", "expected"), [([], ["problem"]), (["one"], []), (["one", "two"], ["warning"])]
)
def test_webhook_secrets(webhook_secrets: list[str], expected: list[str]) -> None:
    shop = SHOP.model_copy(update={"metadata_write": "read_modify_write", "address_write": "read_modify_write"})
    secrets = ProjectSecrets(application_id="id", secret_key="key", webhook_secrets=webhook_secrets, salt="salt")
    assert levels(projects.of_settings(shop, secrets)) == expected
