"""No function asks AWS for more than its policy in template.yaml allows (G7)."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import requests

from tests.e2e.exchange import REPLY_SECONDS, wait_until
from tests.e2e.hub import Hub
from tests.template.stack import FUNCTIONS, as_list, statements
from tools.local.events import http_events
from tools.local.template import ACCOUNT, REGION

CREDENTIAL = re.compile("Credential=([^/]+)/")


def test_g7_functions_keep_to_their_policies(hub: Hub) -> None:
    """Judges all calls since the start, after every event of events/; a function's access key is its name here."""
    # What a publication's first call cannot do is left to the function that finishes it.
    with hub.voucherify.failing({"match": "/v1/publications", "count": 2}):
        for event in http_events(dict(hub.endpoints)):
            requests.request(
                event.method, hub.url + event.path, headers=event.headers, data=event.body, timeout=REPLY_SECONDS
            )
    hub.wait_until_quiet()
    wait_until(lambda: any(caller == "VoucherifySweep" for caller, _, _ in _calls(hub)))
    calls = set(_calls(hub))
    assert {caller for caller, _, _ in calls} == {function for function in FUNCTIONS if any(statements(function))}
    assert [call for call in sorted(calls) if not _allowed(*call)] == []


def _calls(hub: Hub) -> Iterator[tuple[str, str, str]]:
    """Caller, IAM action and resource of every call of a function."""
    for request in hub.aws.shows("requests"):
        headers = {name.lower(): value for name, value in request["headers"].items()}
        caller = CREDENTIAL.search(headers["authorization"])
        # A worker that is killed while it sends leaves a request without a whole body.
        if caller and caller[1] in FUNCTIONS and isinstance(request["body"], dict):
            service, _, operation = headers["x-amz-target"].partition(".")
            yield caller[1], *_permission(service, operation, request["body"])


def _permission(service: str, operation: str, body: Mapping[str, Any]) -> tuple[str, str]:
    """What IAM checks; sending in a batch is sending to it."""
    if service == "AmazonSQS":
        return f"sqs:{operation.removesuffix('Batch')}", _arn("sqs", body["QueueUrl"].rpartition("/")[2])
    if service == "AmazonSSM":
        return f"ssm:{operation}", _arn("ssm", f"parameter{body['Name']}")
    index = f"/index/{body['IndexName']}" if "IndexName" in body else ""
    return f"dynamodb:{operation}", _arn("dynamodb", f"table/{body['TableName']}{index}")


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def _allowed(function: str, action: str, resource: str) -> bool:
    return any(
        action in as_list(statement["Action"])
        and any(fnmatchcase(resource, pattern) for pattern in as_list(statement["Resource"]))
        for statement in statements(function)
    )
