"""Whatever is wrong: one clear line, a non-zero exit, nothing stored, and no secret in it (G7)."""

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner, Result

from cdphub.connections import list_projects
from cdphub.http import HttpReply
from tests.fakes import FakeVendor
from tests.hubctl.conftest import HUB_URL, REGION, Run
from tests.hubctl.shop import CONNECT, PROJECT_SECRETS, WRITE_KEY, connected, connection, stored
from tools.hubctl.cli import cli
from tools.hubctl.target import Stack

SECRETS = PROJECT_SECRETS | WRITE_KEY | {"BRAZE_REST_API_KEY": "the-rest-api-key"}
ADD = ("project", "add", "mill")
ABSENT = "hub-of-nobody"


def check(result: Result, line: str) -> None:
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(f"Error: {line}"), result.stderr
    assert result.stderr.count("\n") == 1
    assert not any(secret in result.stderr for secret in SECRETS.values())


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ((*ADD, "--api-url", "api.voucherify.io"), "api_url: must be a URL"),
        ((*ADD, "--api-url", "http://api.voucherify.io"), "api_url: must begin with https://"),
        ((*ADD, "--api-url", "https://api.voucherify.io/v1"), "api_url: must have no path"),
        ((*ADD, "--api-url", "https://10.0.0.7"), "api_url: must not name a private"),
        ((*ADD, "--api-url", "https://[::1]"), "api_url: must not name a private"),
        ((*ADD, "--cluster", "mars"), "cluster: there are eu, us, as"),
        ((*ADD, "--cluster", "eu", "--api-url", "https://own.example.com"), "give either --cluster or --api-url"),
        ((*CONNECT, "--another", "--base-url", "segment"), "base_url: must be a URL"),
        ((*CONNECT, "--another", "--base-url", "https://192.168.1.1"), "base_url: must not name a private"),
        ((*CONNECT, "--another", "--base-url", "https://169.254.169.254"), "base_url: must not name a private"),
        (CONNECT, "project: shop is connected to Segment already, by "),
        (("connect", "segment", "--project", "mill"), "project: there is none called mill"),
        (("connections", "set", "segment-0", "--region", "eu"), "connection: there is none called segment-0"),
        (("keys", "rotate", "segment-0"), "connection: there is none called segment-0"),
    ],
)
def test_what_cannot_be_used_is_named(run: Run, stack: str, command: tuple[str, ...], line: str) -> None:
    connected(run)
    check(run(*command, **SECRETS), line)
    assert [each.id for each in list_projects(stored().store)] == ["shop"]
    assert connection().settings == {}


@pytest.mark.parametrize("url", ["hub.example.com", "http://hub.example.com", "https://hub.example.com?x=1"])
def test_g7_no_key_goes_to_an_address_that_is_none_or_not_safe(
    run: Run, stack: str, voucherify: FakeVendor, url: str
) -> None:
    """Without https:// it would travel in clear, and the URL to paste would be none."""
    connected(run)
    voucherify.requests.clear()
    for command in ((*CONNECT, "--another"), (*ADD, "--cluster", "eu"), ("handout", "segment")):
        target = ("--stack", stack, "--region", REGION, "--hub-url", url)
        check(CliRunner().invoke(cli, [*target, *command], env=SECRETS), "--hub-url: must ")
    assert connection().cdp == "segment"
    assert not voucherify.requests


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ((*ADD, "--cluster", "eu"), "secret_key: https://api.voucherify.io refuses the API key: "),
        (("project", "credentials", "shop"), "secret_key: https://api.voucherify.io refuses the API key: "),
        (("connect", "braze", "--project", "shop", "--instance", "fra-01"), "rest_api_key: refused by Braze at "),
    ],
)
def test_a_wrong_key_is_named(
    run: Run, stack: str, voucherify: FakeVendor, command: tuple[str, ...], line: str
) -> None:
    connected(run)
    voucherify.answer = lambda _: HttpReply(401, {}, b"{}")
    check(run(*command, **SECRETS), line)
    assert connection().cdp == "segment"


def test_another_clusters_project_is_named(run: Run, stack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stack, "cluster_url", lambda _: "https://us1.api.voucherify.io")
    check(run(*ADD, "--cluster", "eu", **SECRETS), "api_url: the stack serves https://us1.api.voucherify.io, not ")


EVERYTHING: list[tuple[str, ...]] = [
    (*ADD, "--cluster", "eu"),
    ("project", "list"),
    CONNECT,
    ("connections", "list"),
    ("connections", "show", "segment-0"),
    ("keys", "list", "segment-0"),
    ("dead-letters", "list"),
    ("dead-letters", "replay"),
    ("omitted",),
    ("tail", "--no-follow"),
    ("trace", "0af7651916cd43dd8448eb211c80319c"),
    ("stats",),
    ("forget", "shop", "--yes"),
    ("handout", "segment"),
]


@pytest.mark.parametrize("command", EVERYTHING, ids=" ".join)
def test_a_stack_that_is_not_there_is_named(aws: None, voucherify: FakeVendor, command: tuple[str, ...]) -> None:
    target = ("--stack", ABSENT, "--region", REGION)
    result = CliRunner().invoke(cli, [*target, "--hub-url", HUB_URL, *command], env=SECRETS)
    check(result, "")
    assert "no such stack here" in result.stderr or "there is no" in result.stderr
    assert boto3.client("ssm", REGION).describe_parameters()["Parameters"] == []


@pytest.mark.parametrize("command", EVERYTHING, ids=" ".join)
def test_what_aws_does_not_allow_is_named(
    run: Run, stack: str, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    def refuse(_: object, operation: str, __: object) -> Any:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "arn:aws:iam::1:user/eve"}}, operation)

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", refuse)
    check(run(*command, **SECRETS), "AWS does not allow it: look at --profile; ")


def test_a_file_that_cannot_be_written_is_named(run: Run, stack: str, tmp_path: Path) -> None:
    connected(run)
    page = tmp_path / "absent" / "segment.md"
    check(run("handout", "segment", "--output", str(page)), f"{page}: No such file or directory")

    customers = tmp_path / "customers.ndjson"
    customers.write_text('{"type": "identify", "userId": "u1"}\n')
    (tmp_path / "customers.ndjson.progress.new").mkdir()
    ran = run("backfill", str(customers), "--as", "segment", "--connection", connection().id)
    assert ran.exit_code == 1
    assert f"Error: {customers}.progress.new: Is a directory\n" in ran.stderr


EXPIRED = ("ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException")


@pytest.mark.parametrize("code", EXPIRED)
def test_expired_credentials_are_named_also_by_doctor_who_sees_nothing_with_them(
    run: Run, stack: str, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    def refuse(_: object, operation: str, __: object) -> Any:
        raise ClientError({"Error": {"Code": code, "Message": "arn:aws:iam::1:user/eve"}}, operation)

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", refuse)
    for command in (("connections", "list"), ("doctor",)):
        check(run(*command), "AWS does not admit these credentials: have they expired? Log in again")
