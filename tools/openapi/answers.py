"""What the hub answers, as models: their JSON Schemas are in the document, and tests hold them to real answers."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tools.openapi.plain import Schema
from tools.openapi.schemas import Schemas


class Answer(BaseModel):
    """An answer that has these fields and no others."""

    model_config = ConfigDict(extra="forbid")


class Rejected(Answer):
    """An item of a request that was not accepted; its neighbours were."""

    index: int = Field(description="Its place among the items, from 0 on")
    reason: str


class Accepted(Answer):
    """What was accepted is stored. Of what was not, the first 20 reasons, fewer where the answer must be short."""

    trace_id: str = Field(description="Finds the request in the hub's logs")
    accepted: int = Field(description="How many items")
    rejected: list[Rejected]


class Wrong(Answer):
    """What is wrong with a request."""

    field: str = Field(description="`body` if it is not JSON or too long")
    reason: str


class Refused(Answer):
    """Nothing was accepted, and nothing will be of the same request."""

    error: Wrong
    trace_id: str


class Trouble(Answer):
    """The hub's own trouble."""

    field: None
    reason: str


class Unavailable(Answer):
    """Nothing was accepted; the same request may be sent again after the seconds of Retry-After."""

    error: Trouble
    trace_id: str


class Received(Answer):
    """The event is stored."""

    trace_id: str


class Health(Answer):
    """The hub answers."""

    status: Literal["ok"]
    version: str


class VoucherifyError(BaseModel):
    """Voucherify's error object as it is, or the hub's own in the same form, with an id of the request."""

    model_config = ConfigDict(extra="allow")

    request_id: str
    message: str
    code: int | None = None
    key: str | None = None
    details: Any = None


def answer(description: str, schema: Schema, *headers: str) -> Schema:
    """One of an operation's answers; `headers` are names of those in components."""
    told: Schema = {"description": description}
    if headers:
        told["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
    return told | {"content": {"application/json": {"schema": schema}}}


def shared(schemas: Schemas) -> Schema:
    """The answers that many operations have, by name."""
    wrong, refused, error = "The key is missing or wrong.", schemas.of(Refused), schemas.of(VoucherifyError)
    later = "The same call may work later."
    return {
        "Refused": answer("Refused: the same will not work again.", refused),
        "Unauthorized": answer(wrong, refused),
        "NotStored": answer("Not stored.", schemas.of(Unavailable), "Retry-After"),
        "WillNotWork": answer("The same call will not work.", error, "X-Trace-Id"),
        "MayWorkLater": answer(later, error, "Retry-After", "X-Trace-Id"),
        "NoKey": answer(wrong, error, "X-Trace-Id"),
    }


def to(name: str) -> Schema:
    """A reference to one of these."""
    return {"$ref": f"#/components/responses/{name}"}


HEADERS: Schema = {
    "Retry-After": {
        "description": "Seconds after which to send the same request again.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "X-Trace-Id": {
        "description": "Finds the request in the hub's logs.",
        "schema": {"type": "string"},
    },
}
