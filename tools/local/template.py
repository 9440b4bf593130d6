"""Reads a SAM template: its resources with parameters, references and intrinsic functions resolved."""

import shlex
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tools.local.intrinsics import NO_VALUE, Resolver, TemplateError

REGION = "eu-west-1"
ACCOUNT = "123456789012"
STACK_NAME = "local"
URL_SUFFIX = "amazonaws.com"

QUEUE = "AWS::SQS::Queue"
TABLE = "AWS::DynamoDB::Table"
FUNCTION = "AWS::Serverless::Function"
LAYER = "AWS::Serverless::LayerVersion"

_PSEUDO_PARAMETERS = {
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::StackName": STACK_NAME,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": URL_SUFFIX,
    "AWS::NoValue": NO_VALUE,
}
_NAME_PROPERTIES = {QUEUE: "QueueName", TABLE: "TableName", FUNCTION: "FunctionName"}
_ARNS = {
    QUEUE: f"arn:aws:sqs:{REGION}:{ACCOUNT}:",
    TABLE: f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/",
    FUNCTION: f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:",
}


@dataclass(frozen=True)
class Resource:
    """One resource of a template; `name` is what AWS calls it."""

    logical_id: str
    name: str
    arn: str
    properties: dict[str, Any]


class Template:
    """A SAM template with the values of its parameters.

    Raises TemplateError for what has no value or cannot be resolved, and only if it is asked for.
    """

    def __init__(self, path: Path, parameters: Mapping[str, str]) -> None:
        self.folder = path.resolve().parent
        document = _Loader(path.read_text()).get_single_data()
        declared = {name: it["Default"] for name, it in document.get("Parameters", {}).items() if "Default" in it}
        self._defaults = document.get("Globals", {}).get("Function", {})
        self._resolver = Resolver(document, _PSEUDO_PARAMETERS | declared | dict(parameters))
        self._resources = {
            logical_id: resource
            for logical_id, resource in document["Resources"].items()
            if "Condition" not in resource or self._resolver.condition(resource["Condition"])
        }
        self._names = {logical_id: self._name(logical_id) for logical_id in self._resources}
        for logical_id, name in self._names.items():
            self._refer(logical_id, self._resources[logical_id]["Type"], name)

    def resources(self, kind: str, wanted: tuple[str, ...] = ()) -> Iterator[Resource]:
        """The resources of a type; only the `wanted` properties, if any are named, are resolved."""
        for logical_id, resource in self._resources.items():
            if resource["Type"] != kind:
                continue
            given = resource.get("Properties", {})
            if kind == FUNCTION:
                given = _merged(self._defaults, given)
            properties = {key: value for key, value in given.items() if not wanted or key in wanted}
            name = self._names[logical_id]
            arn = _ARNS.get(kind, "") + name
            yield Resource(logical_id, name, arn, self._resolver.resolve(properties))

    def _name(self, logical_id: str) -> str:
        resource = self._resources[logical_id]
        if resource["Type"] not in _NAME_PROPERTIES:
            return logical_id
        given = resource.get("Properties", {}).get(_NAME_PROPERTIES[resource["Type"]])
        return self._resolver.resolve(given) if given else f"{STACK_NAME}-{logical_id}"

    def _refer(self, logical_id: str, kind: str, name: str) -> None:
        is_queue = kind == QUEUE
        url = f"https://sqs.{REGION}.{URL_SUFFIX}/{ACCOUNT}/{name}"
        self._resolver.references[logical_id] = url if is_queue else name
        if kind in _ARNS:
            self._resolver.attributes[f"{logical_id}.Arn"] = _ARNS[kind] + name
        if is_queue:
            self._resolver.attributes[f"{logical_id}.QueueName"] = name


def overrides(samconfig: Path, environment: str = "local") -> dict[str, str]:
    """The parameter overrides of one of samconfig.toml's environments; none without the file."""
    if not samconfig.exists():
        return {}
    commands = tomllib.loads(samconfig.read_text()).get(environment, {})
    found: dict[str, str] = {}
    for command in ("global", "deploy"):
        given = commands.get(command, {}).get("parameters", {}).get("parameter_overrides", [])
        pairs = shlex.split(given) if isinstance(given, str) else given
        found |= dict(pair.split("=", 1) for pair in pairs)
    return found


def _merged(defaults: Any, own: Any) -> Any:
    """How SAM's Globals combine with a resource: objects merge, lists add up, anything else is replaced."""
    if isinstance(defaults, dict) and isinstance(own, dict):
        return defaults | {key: _merged(defaults[key], own[key]) if key in defaults else own[key] for key in own}
    if isinstance(defaults, list) and isinstance(own, list):
        return defaults + own
    return own


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms, such as `!Sub`."""


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        argument: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        argument = loader.construct_sequence(node, deep=True)
    else:
        raise TemplateError(f"!{suffix} takes text or a list")
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": argument}


_Loader.add_multi_constructor("!", _short_form)
