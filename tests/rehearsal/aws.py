"""What `sam deploy` talks to: moto's S3, and a CloudFormation that takes change sets and carries none out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MANAGED_STACK = "aws-sam-cli-managed-default"
"""The stack that SAM makes for `resolve_s3`; its output is the bucket."""


@dataclass(frozen=True)
class ChangeSet:
    """One that was asked for; `template` is the key of an object in the region's bucket."""

    region: str
    stack: str
    kind: str
    parameters: dict[str, str]
    capabilities: list[str]
    template: str


def bucket(region: str) -> str:
    """The one that SAM uses in a region."""
    return f"rehearsal-{region}"


class Aws:
    """A WSGI application; `change_sets` grows with what was asked for."""

    def __init__(self) -> None:
        self.change_sets: list[ChangeSet] = []
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        region, service = re.findall(r"Credential=[^/]+/[0-9]+/([^/]+)/([^/]+)/", environ["HTTP_AUTHORIZATION"])[0]
        if service == "s3":
            answer: Iterable[bytes] = self._moto(environ, start_response)
            return answer
        asked = Request(environ).form.to_dict()
        return self._cloudformation(asked, region)(environ, start_response)

    def _cloudformation(self, asked: dict[str, str], region: str) -> Response:
        match asked["Action"], asked["StackName"]:
            case "DescribeStacks", name if name == MANAGED_STACK:
                return answer("DescribeStacks", _managed_stack(region))
            case "DescribeStacks", name:
                return error(f"Stack with id {name} does not exist")
            case "CreateChangeSet", _:
                self.change_sets.append(_change_set(asked, region))
                return answer("CreateChangeSet", "<Id>arn:rehearsal</Id>")
            case "DescribeChangeSet", _:
                return answer("DescribeChangeSet", "<Status>CREATE_COMPLETE</Status><Changes/>")
        return error(f"a rehearsal has no {asked['Action']}")


def _change_set(asked: dict[str, str], region: str) -> ChangeSet:
    names, values = (_members(asked, "Parameters", f".Parameter{part}") for part in ("Key", "Value"))
    return ChangeSet(
        region,
        asked["StackName"],
        asked["ChangeSetType"],
        dict(zip(names, values, strict=True)),
        _members(asked, "Capabilities"),
        asked["TemplateURL"].rpartition("/")[2],
    )


def _members(asked: dict[str, Any], name: str, field: str = "") -> list[str]:
    """A list, in the form of AWS's query protocol."""
    pattern = re.compile(rf"{name}\.member\.\d+{re.escape(field)}")
    return [value for key, value in asked.items() if pattern.fullmatch(key)]


def _managed_stack(region: str) -> str:
    tag = "<Key>ManagedStackSource</Key><Value>AwsSamCli</Value>"
    output = f"<OutputKey>SourceBucket</OutputKey><OutputValue>{bucket(region)}</OutputValue>"
    return (
        f"<Stacks><member><StackName>{MANAGED_STACK}</StackName><StackStatus>CREATE_COMPLETE</StackStatus>"
        f"<Tags><member>{tag}</member></Tags><Outputs><member>{output}</member></Outputs></member></Stacks>"
    )


def answer(action: str, result: str) -> Response:
    """CloudFormation's reply to an action; `result` is XML."""
    text = f"<{action}Response><{action}Result>{result}</{action}Result></{action}Response>"
    return Response(text, mimetype="text/xml")


def error(message: str) -> Response:
    """Its reply to what it cannot do, or does not know."""
    text = f"<ErrorResponse><Error><Code>ValidationError</Code><Message>{message}</Message></Error></ErrorResponse>"
    return Response(text, 400, mimetype="text/xml")
