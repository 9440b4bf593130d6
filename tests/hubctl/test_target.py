"""Which stack a command is about, and what is said when it is not there."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from click.testing import CliRunner, Result

from tests.hubctl.conftest import REGION, STACK
from tools.hubctl.check import check_cluster
from tools.hubctl.cli import cli
from tools.hubctl.errors import WrongInputError
from tools.hubctl.target import LocalCloud, Stack

LIST = ("connections", "list")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.fixture
def cloudformation(aws: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """CloudFormation that answers as told."""
    client = boto3.client("cloudformation", REGION)
    monkeypatch.setattr(boto3, "client", lambda *_, **__: client)
    with Stubber(client) as stub:
        yield stub


def described(*outputs: dict[str, str], **parameters: str) -> dict[str, Any]:
    created = "2026-11-01T00:00:00Z"
    stack = {"StackName": STACK, "CreationTime": created, "StackStatus": "CREATE_COMPLETE", "Outputs": list(outputs)}
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
    return {"Stacks": [stack | {"Parameters": given}]}


def test_a_stacks_outputs_say_where_the_hub_is(cloudformation: Any) -> None:
    cloudformation.add_response(
        "describe_stacks",
        described(
            *[
                {"OutputKey": "SegmentUrl", "OutputValue": "https://other"},
                {"OutputKey": "HubUrl", "OutputValue": "https://hub/"},
            ]
        ),
    )
    assert Stack(STACK, REGION, None, None).url() == "https://hub"


def test_a_stack_that_is_not_there_or_no_hub_is_named(cloudformation: Any) -> None:
    cloudformation.add_client_error("describe_stacks", "ValidationError", f"Stack with id {STACK} does not exist")
    with pytest.raises(WrongInputError, match=f"no {STACK} here"):
        Stack(STACK, REGION, None, None).url()
    cloudformation.add_response("describe_stacks", described())
    with pytest.raises(WrongInputError, match="no output HubUrl"):
        Stack(STACK, REGION, None, None).url()


def test_the_local_cloud_tells_where_it_is(tmp_path: Path) -> None:
    endpoints = tmp_path / "endpoints.json"
    endpoints.write_text(json.dumps({"hub": "http://127.0.0.1:1", "aws": "http://127.0.0.1:2"}))
    assert LocalCloud(endpoints).url() == "http://127.0.0.1:1"


def test_the_local_cloud_knows_the_keys_that_it_has_made_and_no_others(tmp_path: Path) -> None:
    endpoints = tmp_path / "endpoints.json"
    pair = {"application_id": "id-1", "secret_key": "secret-1"}
    endpoints.write_text(json.dumps({"connections": {"braze": pair | {"application_id": "id-2"}, "segment": pair}}))
    local = LocalCloud(endpoints)
    assert [local.integration_secret(each) for each in ("id-1", "id-3")] == ["secret-1", None]


@pytest.mark.parametrize("arguments", [LIST, ("--local", *LIST)])
def test_without_a_stack_the_local_cloud_is_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setattr("tools.hubctl.target.ENDPOINTS", tmp_path / "endpoints.json")
    result = run(*arguments)

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: no local cloud is running")


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--stack", STACK, "--region", REGION), "no such stack here"),
        (("--stack", STACK), "no AWS region"),
        (("--stack", STACK, "--region", REGION, "--profile", "nobody"), "no such AWS profile"),
        (("--stack", STACK, "--local"), "--local and --stack"),
        (("--region", REGION), "--region, --profile and --hub-url go with --stack"),
    ],
)
def test_a_target_that_cannot_be_reached_is_one_clear_line(arguments: tuple[str, ...], line: str) -> None:
    result = run(*arguments, *LIST)

    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {line}")
    assert result.stderr.count("\n") == 1


def test_credentials_that_are_missing_are_one_clear_line(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as changed:  # moto wants its own credentials back at the end
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            changed.delenv(name, raising=False)
        changed.setenv("AWS_EC2_METADATA_DISABLED", "true")
        result = run("--stack", STACK, "--region", REGION, *LIST)

    assert result.stderr == "Error: no AWS credentials: give --profile, or set AWS_PROFILE\n"


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException"])
def test_what_aws_does_not_allow_is_one_clear_line(stack: str, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    def refuse(_: object, operation: str, __: object) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "User: arn:aws:iam::123456789012:user/eve"}}, operation)

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", refuse)
    result = run("--stack", stack, "--region", REGION, *LIST)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert result.stderr.startswith("Error: AWS does not allow it: look at --profile; ")


def test_help_needs_no_target(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tools.hubctl.target.ENDPOINTS", tmp_path / "endpoints.json")
    assert run("connect", "segment", "--help").exit_code == 0


@pytest.mark.parametrize(
    ("parameters", "url"),
    [
        ({"Cluster": "us", "DedicatedUrl": ""}, "https://us1.api.voucherify.io"),
        ({"Cluster": "dedicated", "DedicatedUrl": "https://own.example.com"}, "https://own.example.com"),
        ({}, None),
    ],
)
def test_a_stacks_parameters_say_which_cluster_it_serves(
    cloudformation: Any, parameters: dict[str, str], url: str | None
) -> None:
    cloudformation.add_response("describe_stacks", described(**parameters))
    assert Stack(STACK, REGION, None, None).cluster_url() == url


def test_a_project_of_another_cluster_is_refused_unless_meant() -> None:
    check_cluster("https://api.voucherify.io", "https://api.voucherify.io/")
    check_cluster(None, "https://api.voucherify.io")
    with pytest.raises(WrongInputError, match=r"^api_url: the stack serves https://us1\.api\.voucherify\.io, not "):
        check_cluster("https://us1.api.voucherify.io", "https://api.voucherify.io")


def test_a_project_of_another_cluster_is_one_clear_line(stack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stack, "cluster_url", lambda _: "https://us1.api.voucherify.io")
    add = (
        "--stack",
        stack,
        "--region",
        REGION,
        "--hub-url",
        "https://hub",
        "project",
        "add",
        "shop",
        "--cluster",
        "eu",
    )
    options = ("--application-id", "id", "--no-check")
    refused = run(*add, *options)
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert refused.stderr.startswith("Error: api_url: the stack serves https://us1.api.voucherify.io, ")

    keys = {"VOUCHERIFY_SECRET_KEY": "key", "VOUCHERIFY_WEBHOOK_SECRET": "secret"}
    assert CliRunner().invoke(cli, [*add, *options, "--other-cluster"], env=keys).exit_code == 0
