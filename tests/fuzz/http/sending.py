"""Requests as schemathesis draws them of the document, good and bad, some with a body that no document describes."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis import BaseSchema, Case, GenerationMode

from cdphub.api import Reply
from front.default import PROFILES
from tests.e2e.hub import Hub
from tests.fuzz.bodies import bodies
from tests.fuzz.doors import key_headers
from tests.fuzz.fuzz import FORM
from tests.fuzz.targets import VOUCHERIFY, Target
from tests.openapi.documented import JSON, path_of
from tools.openapi.document import FILE

REPLY_SECONDS = 120
"""Only against hanging."""


@dataclass(frozen=True)
class Sent:
    """A request; `body` is sent instead of the case's own, without a key if `is_stranger`."""

    case: Case[Any]
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    is_stranger: bool = False


@cache
def document() -> BaseSchema:
    """The document as schemathesis reads it."""
    return schemathesis.openapi.from_path(FILE)


def sending(target: Target, project: str) -> st.SearchStrategy[Sent]:
    """Requests to the target, most of them with its key; webhooks are of this project."""
    operation = document()[path_of(target.path)][target.method]
    given: Any = {"path_parameters": {"project": project}} if target.cdp == VOUCHERIFY and operation.body else {}
    # Of nothing, nothing can be made wrong.
    kinds = list(GenerationMode) if operation.body or list(operation.iter_parameters()) else [GenerationMode.POSITIVE]
    cases = st.sampled_from(kinds).flatmap(lambda kind: operation.as_strategy(kind, **given))
    hostile = st.sampled_from([{"Content-Type": JSON}, {"Content-Type": FORM}, {"Content-Encoding": "gzip"}])
    is_stranger = st.sampled_from([False] * 9 + [True])
    drawn = st.builds(Sent, cases, is_stranger=is_stranger)
    if target.method == "GET":
        return drawn
    return drawn | st.builds(Sent, cases, bodies(target.seeds), hostile, is_stranger)


def exchange(hub: Hub, target: Target, sent: Sent) -> Reply:
    """The hub's answer in the form in which its functions give it; raises requests.RequestException."""
    request = requests.Request(**sent.case.as_transport_kwargs(base_url=hub.url)).prepare()
    if sent.body is not None:
        request.prepare_body(sent.body, None)
        request.headers["Content-Length"] = str(len(sent.body))  # requests leaves it alone for an empty body
    request.headers.update(sent.headers)
    body = request.body.encode() if isinstance(request.body, str) else request.body or b""
    if not sent.is_stranger:
        request.headers.update(_proof(hub, target, body))
    with requests.Session() as session:
        response = session.send(request, timeout=REPLY_SECONDS, allow_redirects=False)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return {"statusCode": response.status_code, "headers": headers, "body": response.text}


def _proof(hub: Hub, target: Target, body: bytes) -> dict[str, str]:
    """The key that opens the route, or Voucherify's signature."""
    if target.cdp == VOUCHERIFY:
        return {"x-voucherify-signature": hub.sign(body)}
    key = hub.endpoints["connections"][target.cdp]
    return key_headers(PROFILES[target.cdp].credentials[0], key["application_id"], key["secret_key"])
