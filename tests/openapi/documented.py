"""What docs/openapi.yaml says of an operation, and whether a body or an answer is as it says."""

from functools import cache
from typing import Any

import yaml
from jsonschema_rs import Draft202012Validator

from cdphub.api import Reply
from tools.openapi.document import FILE

DOCUMENT: dict[str, Any] = yaml.safe_load(FILE.read_text())
JSON = "application/json"


def path_of(route: str) -> str:
    """A route's path as OpenAPI writes it, which knows no parameters with slashes in them."""
    return route.replace("+}", "}")


def operation(method: str, path: str) -> dict[str, Any]:
    """The operation of one of template.yaml's routes."""
    found: dict[str, Any] = DOCUMENT["paths"][path_of(path)][method.lower()]
    return found


def answer(method: str, path: str, status: int) -> dict[str, Any] | None:
    """The answer of this status; None if there is none."""
    answers = operation(method, path)["responses"]
    found = answers.get(str(status)) or answers.get(f"{status // 100}XX")
    return resolved(found) if found else None


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """What a reference means."""
    if "$ref" not in part:
        return part
    meant: Any = DOCUMENT
    for name in part["$ref"].removeprefix("#/").split("/"):
        meant = meant[name]
    return resolved(meant)


def check_body(route: str, body: Any) -> None:
    """Raises jsonschema_rs.ValidationError if the body is not what the route, like `POST /mparticle`, takes."""
    _validator_of_body(route).validate(body)


def check_answer(method: str, path: str, reply: Reply, body: Any) -> None:
    """Raises AssertionError or jsonschema_rs.ValidationError if the answer, whose JSON `body` is, is not documented."""
    status = reply["statusCode"]
    found = answer(method, path, status)
    assert found is not None, f"{status} is not among the answers"
    assert reply["headers"]["content-type"] == JSON
    needed = {name.lower() for name, header in found.get("headers", {}).items() if resolved(header).get("required")}
    assert needed <= set(reply["headers"])
    _validator_of_answer(method, path, status).validate(body)


@cache
def _validator_of_body(route: str) -> Draft202012Validator:
    return _validator(operation(*route.split(" ", 1))["requestBody"]["content"][JSON]["schema"])


@cache
def _validator_of_answer(method: str, path: str, status: int) -> Draft202012Validator:
    found = answer(method, path, status)
    assert found
    return _validator(found["content"][JSON]["schema"])


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})
