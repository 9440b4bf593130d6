"""G7: what the hub presents to a CDP is written nowhere, whatever the CDP answers, be it the secret itself."""

import base64
import importlib
import io
import json
import sys
from typing import Any

import pytest

from cdphub import clock
from cdphub.clock import MINUTE
from cdphub.http import HttpReply, HttpRequest, NoReplyError
from cdphub.outbound.deliver import Deliverer
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.vendor import Vendor
from cdphub.store.backlog import DEAD, PARKED
from cdphub.telemetry import logger
from front.default import PROFILES
from tests.builders import START
from tests.cdphub.outbound.stack import event
from tests.fakes import PROJECT, FakeVendor, World
from tools.local.sandbox import sinks

CANARY = "canary-4f1c"
STATUSES = [None, 200, 202, 400, 401, 403, 404, 408, 429, 500, 502]


def _leaks(text: str) -> bool:
    """Whether a secret is in it, as it is or as Basic authentication writes it, alone, first or second."""
    pairs = (f"{CANARY}:", f"{CANARY}:{CANARY}")
    return any(form in text for form in (CANARY, *(base64.b64encode(pair.encode()).decode() for pair in pairs)))


def echo(request: HttpRequest, status: int | None) -> HttpReply:
    """Says back the key that it was told."""
    if status is None:
        raise NoReplyError("ReadTimeout", written=True)
    told = f"the key {CANARY} is wrong"
    return HttpReply(status, dict(request.headers), json.dumps({"message": told, "errors": [told]}).encode())


@pytest.mark.parametrize("status", STATUSES, ids=str)
@pytest.mark.parametrize("cdp", sinks.names())
def test_g7_a_cdps_credentials_stay_where_they_are(
    world: World, monkeypatch: pytest.MonkeyPatch, cdp: str, status: int | None
) -> None:
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    monkeypatch.setattr(sys, "stdout", written)
    profile = PROFILES[cdp]
    connection = world.add_connection(cdp, cdp, settings=sinks.settings(cdp))
    world.add_secrets(connection, **dict.fromkeys(profile.secrets.model_fields, CANARY))
    vendor: Vendor[Any, Any] = importlib.import_module(f"{cdp}.deliver").VENDOR
    delivery = Delivery(trace_id="t1", project=PROJECT, connection=cdp, accepted_ms=START, customer="c", event=event(1))
    transport = FakeVendor(lambda request: echo(request, status))
    record = {"messageId": "m1", "body": delivery.model_dump_json()}
    Deliverer(vendor, world.hub, transport).deliver([record], clock.now_ms() + MINUTE)
    assert _leaks(str([dict(request.headers) for request in transport.requests]))
    kept = [list(world.hub.store.backlog.list(cdp, state)) for state in (DEAD, PARKED)]
    assert not _leaks(written.getvalue() + str(world.queues.sent) + str(kept))
