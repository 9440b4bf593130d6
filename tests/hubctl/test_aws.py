"""The whole command line against AWS as moto serves it: stack, region and profile, and nothing of the local cloud."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws

from cdphub.store import dynamo
from tests.fakes import FakeVendor
from tests.hubctl.backfilling import identify, write
from tests.hubctl.conftest import HUB_URL, PROPERTIES, REGION, STACK
from tests.hubctl.letters import bury_event
from tests.hubctl.served import Aws
from tests.hubctl.shop import PROJECT_SECRETS, WRITE_KEY, connection, key_in, stored
from tests.hubctl.watched import log, measure
from tests.template.stack import QUEUES, TABLES
from tools.hubctl.cli import cli
from tools.local import ROOT
from tools.local.serving import LOOPBACK, serving

pytestmark = [pytest.mark.integration, pytest.mark.allow_hosts([LOOPBACK])]

PROFILE = "operator"
TRACE = "0af7651916cd43dd8448eb211c80319c"
IDENTIFY = str(ROOT / "events/segment/identify.json")
WEBHOOK = str(ROOT / "events/voucherify/webhook-customer-rewarded.json")

Hubctl = Callable[..., str]


@pytest.fixture
def aws_profile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An operator's profile, which says where AWS is and whose the keys are; the environment says nothing."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", LOOPBACK)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    dynamo._client.cache_clear()
    with mock_aws():
        pass  # forgets what other tests have left in this process
    with serving(Aws(), LOOPBACK, 0) as url:
        config = tmp_path / "config"
        keys = "aws_access_key_id = operator\naws_secret_access_key = secret"
        config.write_text(f"[profile {PROFILE}]\n{keys}\nendpoint_url = {url}\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        yield
    dynamo._client.cache_clear()


@pytest.fixture
def deployed(aws_profile: None) -> None:
    """The stack's tables and queues, all those of template.yaml."""
    here = boto3.Session(profile_name=PROFILE, region_name=REGION)
    for table in TABLES.values():
        named = {"TableName": table["TableName"].replace("local-", f"{STACK}-", 1)}
        here.client("dynamodb").create_table(**{name: table[name] for name in PROPERTIES if name in table}, **named)
    for queue in QUEUES.values():
        here.client("sqs").create_queue(QueueName=queue["QueueName"].replace("local-", f"{STACK}-", 1))
    # moto loads a service at its first call, which takes longer than the hub waits.
    here.client("ssm").describe_parameters()
    here.client("logs").create_log_group(logGroupName=f"/{STACK}")
    here.client("cloudwatch").describe_alarms()


@pytest.fixture
def hubctl(deployed: None, voucherify: FakeVendor) -> Hubctl:
    """Runs a command that must succeed, and gives what it printed; `lines` stand on standard input."""

    def run(*command: str, lines: tuple[str, ...] = (), **environment: str) -> str:
        target = ["--stack", STACK, "--region", REGION, "--profile", PROFILE]
        given = "".join(f"{line}\n" for line in lines)
        result = CliRunner().invoke(cli, [*target, *command], input=given, env=environment)
        assert (result.exit_code, result.exception) == (0, None), (command, result.output)
        return result.stdout

    return run


def waiting(queue: str) -> list[Any]:
    """What is in a queue of the stack, which is empty then."""
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{STACK}-{queue}")["QueueUrl"]
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0).get("Messages", [])
    return [json.loads(message["Body"]) for message in received]


def test_what_sets_up_shows_changes_and_repairs_does_so_on_aws(
    hubctl: Hubctl, voucherify: FakeVendor, tmp_path: Path
) -> None:
    hubctl("project", "add", "shop", "--cluster", "eu", **PROJECT_SECRETS)
    hubctl("project", "set", "shop", "--api-budget", "0.4")
    hubctl("project", "credentials", "shop", lines=("", "never-shown-1"))
    hubctl("project", "cdp-key", "shop", "braze", "--application-id", "braze-id", lines=("braze-key",))
    assert f"POST            {HUB_URL}/segmentio/webhook" in hubctl(
        "connect", "segment", "--project", "shop", **WRITE_KEY
    )
    here = connection().id
    key = key_in(hubctl("keys", "rotate", here))
    hubctl("connections", "set", here, "--region", "eu")
    hubctl("connections", "credentials", here, lines=("never-shown-2",))
    for change, state in (("pause", "paused"), ("disable", "off"), ("enable", "live")):
        hubctl("connections", change, here)
        assert connection().state == state

    for read in (
        ("project", "list"),
        ("project", "show", "shop"),
        ("connections", "list"),
        ("connections", "show", here),
        ("keys", "list", here),
        ("handout", "segment"),
        ("omitted",),
        ("dead-letters", "list"),
        ("try", IDENTIFY, "--connection", here),
    ):
        assert "never-shown" not in hubctl(*read)

    hubctl("send", IDENTIFY, "--connection", here, SEGMENT_INTEGRATION_SECRET=key.secret)
    hubctl("send", WEBHOOK, "--project", "shop")
    assert [request.url.removeprefix(HUB_URL) for request in voucherify.requests[-2:]] == [
        "/segmentio/customer-processing",
        "/voucherify/webhooks/shop",
    ]
    customers = write(tmp_path / "customers.ndjson", identify(1), identify(2))
    backfill = ("backfill", str(customers), "--as", "segment", "--connection", here)
    assert '"accepted": 2' in hubctl(*backfill, "--dry-run", "--json")
    hubctl("forget", "shop", "--yes", lines=("ada@crm",))
    ((erasure,),) = [message["commands"] for message in waiting("apply")]
    assert (erasure["kind"], erasure["customer"]["source_id"]) == ("erase", "ada@crm")

    hubctl("keys", "revoke", here, key.application_id)
    hubctl("connections", "remove", here, "--yes")
    hubctl("project", "remove", "shop", "--yes")
    assert hubctl("project", "list") == "There are no projects yet.\n"


def test_what_watches_and_replays_reads_and_writes_on_aws(hubctl: Hubctl) -> None:
    hubctl("project", "add", "shop", "--cluster", "eu", **PROJECT_SECRETS)
    hubctl("connect", "segment", "--project", "shop", **WRITE_KEY)
    here = connection().id
    log("SegmentIngest", {"message": "accepted", "trace_id": TRACE, "connection": here})
    measure("Accepted", 7, cdp="segment")
    assert json.loads(hubctl("doctor", "--json"))
    assert TRACE in hubctl("tail", "--no-follow", "--since", "1h", "--connection", here)
    assert "accepted" in hubctl("trace", TRACE)
    assert json.loads(hubctl("stats", "--json"))["inbound"]["segment"]["Accepted"] == 7

    for number in (1, 2):
        bury_event(stored().store, number, here)
    first, _ = json.loads(hubctl("dead-letters", "list", "--json"))
    assert first["trace_id"] in hubctl("dead-letters", "show", first["trace_id"])
    hubctl("dead-letters", "replay", "--limit", "1")
    assert [delivery["trace_id"] for delivery in waiting("deliver-segment")] == [first["trace_id"]]
    assert "1 dead letters are deleted." in hubctl("dead-letters", "purge", "--yes")


def test_another_region_has_no_such_stack(hubctl: Hubctl) -> None:
    result = CliRunner().invoke(
        cli,
        ["--stack", STACK, "--region", "us-east-1", "--profile", PROFILE, "connect", "segment", "--project", "shop"],
    )
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Error: stack: no {STACK} here: look at --region and --profile\n"
