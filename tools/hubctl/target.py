"""The stack that a command is about: the local cloud, or one that is deployed."""

import json
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import ClientError

from cdphub.aws import aws_errors, client_config
from cdphub.hub import Hub
from cdphub.secrets import SsmSecrets
from cdphub.store import dynamo_store
from cdphub.urls import check_base_url
from tools.hubctl.errors import WrongInputError
from tools.hubctl.projects import CLUSTERS
from tools.hubctl.queues import StackQueues
from tools.local.settings import FOLDER, Settings
from tools.local.template import REGION, STACK_NAME

ENDPOINTS = Settings(FOLDER).endpoints


class Target(Protocol):
    """Where a command reads and writes; all raise WrongInputError and cdphub.aws.AwsError."""

    def stack(self) -> str:
        """The stack's name, by which AWS knows its logs and metrics; its AWS is this process's from then on."""

    def hub(self) -> Hub:
        """The stack's tables, queues and secrets."""

    def url(self) -> str:
        """Where CDPs and Voucherify find the hub."""

    def cluster_url(self) -> str | None:
        """The API URL of the Voucherify cluster that the stack serves; None if nobody tells."""

    def integration_secret(self, application_id: str) -> str | None:
        """The secret of an integration key, where it is known: the hub itself keeps only its hash."""


class LocalCloud:
    """What `make start` runs, as `endpoints.json` describes it while it runs."""

    def __init__(self, endpoints: Path) -> None:
        self._file = endpoints

    @cached_property
    def _endpoints(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self._file.read_text())
        except FileNotFoundError:
            raise WrongInputError("no local cloud is running: make start starts one, --stack means another") from None
        return found

    def stack(self) -> str:
        self.hub()
        return STACK_NAME

    def hub(self) -> Hub:
        return local_hub(self._endpoints["aws"])

    def url(self) -> str:
        url: str = self._endpoints["hub"]
        return url

    def cluster_url(self) -> None:
        """A stand-in is no cluster."""

    def integration_secret(self, application_id: str) -> str | None:
        """Of the keys that `make start` has made."""
        pairs = self._endpoints.get("connections", {}).values()
        return next((pair["secret_key"] for pair in pairs if pair["application_id"] == application_id), None)


class Stack:
    """A deployed stack; its outputs say where the hub is, unless `hub_url` does."""

    def __init__(self, name: str, region: str | None, profile: str | None, hub_url: str | None) -> None:
        self._name = name
        self._url = hub_url
        with aws_errors("AWS"):
            boto3.setup_default_session(profile_name=profile, region_name=region)

    def stack(self) -> str:
        return self._name

    def hub(self) -> Hub:
        return _hub(self._name)

    def url(self) -> str:
        """Keys go there, so what an operator gives must be as safe as the stack's own."""
        return _hub_url(self._url) if self._url else self._output().rstrip("/")

    def cluster_url(self) -> str | None:
        if self._url:
            return None  # whoever gives it may have no right to describe stacks
        given = {each["ParameterKey"]: each["ParameterValue"] for each in self._described.get("Parameters", [])}
        return given.get("DedicatedUrl") or CLUSTERS.get(given.get("Cluster", ""))

    def integration_secret(self, application_id: str) -> None:
        """Whoever made the key has seen it, once."""

    def _output(self) -> str:
        outputs = {output["OutputKey"]: str(output["OutputValue"]) for output in self._described.get("Outputs", [])}
        if "HubUrl" not in outputs:
            raise WrongInputError(f"stack: {self._name} has no output HubUrl, so it is no hub")
        return outputs["HubUrl"]

    @cached_property
    @aws_errors("CloudFormation")
    def _described(self) -> Mapping[str, Any]:
        try:
            client = boto3.client("cloudformation", config=client_config())
            found: Mapping[str, Any] = client.describe_stacks(StackName=self._name)["Stacks"][0]
        except ClientError as error:
            if error.response["Error"].get("Code") == "ValidationError":
                raise WrongInputError(f"stack: no {self._name} here: look at --region and --profile") from None
            raise
        return found


def _hub_url(given: str) -> str:
    try:
        return check_base_url(given)
    except ValueError as error:
        raise WrongInputError(f"--hub-url: {error}, such as https://hub.example.com") from None


def target_of(
    *, local: bool, stack: str | None, region: str | None, profile: str | None, hub_url: str | None
) -> Target:
    """The target that the options of the command line mean; raises WrongInputError."""
    if stack is None:
        if region or profile or hub_url:
            raise WrongInputError("--region, --profile and --hub-url go with --stack")
        return LocalCloud(ENDPOINTS)
    if local:
        raise WrongInputError("--local and --stack exclude each other")
    return Stack(stack, region, profile, hub_url)


def local_hub(aws_url: str) -> Hub:
    """The hub of the local cloud whose AWS is at `aws_url`; from then on this process's AWS is that one."""
    os.environ.update(
        {
            "ALLOW_LOCAL_URLS": "true",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": aws_url,
            "AWS_SECRET_ACCESS_KEY": "local",
            "NO_PROXY": urlsplit(aws_url).hostname or "",
        }
    )
    return _hub(STACK_NAME)


def _hub(stack: str) -> Hub:
    return Hub(dynamo_store(f"{stack}-"), StackQueues(stack), SsmSecrets(f"/{stack}/"))
