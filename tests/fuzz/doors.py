"""A hub in memory with a connection to every CDP, and requests as API Gateway hands them on."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pytest

from cdphub import clock
from cdphub.api import Reply
from cdphub.credentials import BasicPair, CredentialForm
from cdphub.http import HttpReply, HttpRequest
from cdphub.profile import load_handler
from front.default import PROFILES
from tests.fakes import PROJECT, SECRET_KEY, WEBHOOK_SECRET, World
from tests.front.conftest import open_doors
from tests.fuzz.targets import VOUCHERIFY, Target
from tests.voucherify.vendor import SandboxTransport
from voucherify.webhook_secrets import WebhookSecrets

DEFAULT = "front.default.handler"


@dataclass(frozen=True)
class Sent:
    """What is sent to a route; `part` is the text in place of a parameter of the path, or at `$default` the path."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    part: str = PROJECT
    in_base64: bool = False
    by_default: bool = False


@contextmanager
def hub_of_all() -> Iterator[World]:
    """Every CDP's handler, Voucherify's webhook and `$default`, in a world of their own."""
    world = World()
    for cdp in PROFILES:
        world.add_key(world.add_connection(cdp, cdp), cdp)
    with clock.use(world.clock), pytest.MonkeyPatch.context() as patch:
        open_doors(world, patch, _Voucherify(world))
        secrets = WebhookSecrets(world.hub)
        patch.setattr("voucherify.webhook.hub", lambda: world.hub)
        patch.setattr("voucherify.webhook.webhook_secrets", lambda: secrets)
        yield world


class _Voucherify:
    """The stand-in, made for whoever comes that far: few do, and it is by far the slowest part to make."""

    def __init__(self, world: World) -> None:
        self._world = world

    @cached_property
    def _made(self) -> SandboxTransport:
        return SandboxTransport(self._world.clock, [])

    def send(self, request: HttpRequest) -> HttpReply:
        return self._made.send(request)


def send(target: Target, sent: Sent) -> Reply:
    """The answer of the route's handler, or of `$default` to the path with a slash too many."""
    path = target.path.replace("$default", f"/{sent.part}").replace("{project}", sent.part)
    path = path.replace("{customer+}", sent.part)
    handler: Callable[..., Any] = load_handler(DEFAULT if sent.by_default else target.handler)
    reply: Reply = handler(_event(target, f"/{path}" if sent.by_default else path, sent), None)
    return reply


def key_headers(form: CredentialForm, application_id: str, secret: str = SECRET_KEY) -> dict[str, str]:
    """Headers that present a key in this form."""
    if isinstance(form, BasicPair):
        return {"authorization": f"Basic {_encoded(f'{application_id}:{secret}')}"}
    if form.encoded:
        return {form.id_header: form.id_scheme + _encoded(application_id), form.secret_header: _encoded(secret)}
    return {form.id_header: form.id_scheme + application_id, form.secret_header: secret}


def _event(target: Target, path: str, sent: Sent) -> dict[str, Any]:
    method = "POST" if target.method == "ANY" else target.method
    is_query = method == "GET"
    return {
        "rawPath": path,
        "rawQueryString": sent.body[:10_000].decode(errors="surrogateescape") if is_query else "",
        "headers": {**_proof(target, sent.body), **sent.headers},
        "pathParameters": {"project": sent.part},
        "body": "" if is_query else _text(sent),
        "isBase64Encoded": sent.in_base64,
        "requestContext": {"http": {"method": method, "path": path}, "domainName": "hub.example.com"},
    }


def _text(sent: Sent) -> str:
    if sent.in_base64:
        return base64.b64encode(sent.body).decode()
    return sent.body.decode(errors="surrogateescape")


def _proof(target: Target, body: bytes) -> dict[str, str]:
    """The key, or Voucherify's signature of the body as the hub gets to see it."""
    if target.cdp == VOUCHERIFY:
        return {"x-voucherify-signature": hmac.new(WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()}
    return key_headers(PROFILES[target.cdp].credentials[0], target.cdp)


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode(errors="surrogatepass")).decode()
