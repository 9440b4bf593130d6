"""A deployed stack of in-process AWS, and commands that act on it."""

import os
from collections.abc import Callable, Iterator

import boto3
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from cdphub.http import HttpReply
from cdphub.store import dynamo
from tests.fakes import FakeVendor
from tests.template.stack import TABLES
from tools.hubctl.cli import cli

STACK = "hub-eu"
REGION = "eu-west-1"
HUB_URL = "https://hub.example.com"
PROPERTIES = ("AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema")

Run = Callable[..., Result]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AWS without a stack, and a process that knows no region or profile."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    dynamo._client.cache_clear()
    with mock_aws():
        yield
    dynamo._client.cache_clear()


@pytest.fixture
def stack(aws: None) -> str:
    """The name of a stack, there as far as hubctl needs it."""
    for table in ("backlog", "connections", "outbox", "state"):
        described = TABLES[f"local-{table}"]
        properties = {name: described[name] for name in PROPERTIES if name in described}
        boto3.client("dynamodb", REGION).create_table(TableName=f"{STACK}-{table}", **properties)
    for queue in ("apply", "deliver-segment"):
        boto3.client("sqs", REGION).create_queue(QueueName=f"{STACK}-{queue}")
    return STACK


@pytest.fixture
def voucherify(monkeypatch: pytest.MonkeyPatch) -> FakeVendor:
    """Voucherify, the CDPs and the hub, as far as hubctl asks them; all say yes until a test changes their minds.

    Voucherify lists nothing.
    """
    vendor = FakeVendor(lambda _: HttpReply(200, {}, b'{"data_ref": "data", "data": []}'))
    for asking in ("active", "check", "doctor.projects", "lists", "send", "trial"):
        monkeypatch.setattr(f"tools.hubctl.{asking}.Urllib3Transport", lambda: vendor)
    return vendor


@pytest.fixture
def run(voucherify: FakeVendor) -> Run:
    """Runs a command on the stack: `run("connections", "list")`; `lines` stand on standard input."""

    def run(*command: str, lines: tuple[str, ...] = (), **environment: str) -> Result:
        target = ["--stack", STACK, "--region", REGION, "--hub-url", HUB_URL]
        standard_input = "".join(f"{line}\n" for line in lines)
        return CliRunner().invoke(cli, [*target, *command], input=standard_input, env=environment)

    return run
