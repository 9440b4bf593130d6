"""G7: keys that come in, and Voucherify's, are in no answer, log line or message, whatever is wrong with a request."""

import io
import json
import sys
from typing import Any

import pytest

from cdphub.connections import ApiKey, ManagementKeys, Project, ProjectSecrets, project_parameter
from cdphub.http import HttpReply, HttpRequest, NoReplyError
from cdphub.telemetry import logger
from cdphub.voucherify.client import Voucherify
from front.default import PROFILES
from publications.publish import Desk, answer
from publications.publisher import Publisher
from tests.attacks.test_projects_apart import ASKS
from tests.fakes import PROJECT, SECRET_KEY, WEBHOOK_SECRET, FakeVendor, World
from tests.fuzz import hostile
from tests.fuzz.bodies import text_of
from tests.fuzz.doors import Sent, hub_of_all, key_headers, send
from tests.fuzz.targets import VOUCHERIFY, Target, targets
from tests.publications.bench import CDPS, KEY

CANARY = "canary-4f1c"
STATUSES = [None, 200, 400, 401, 402, 403, 404, 409, 422, 429, 500, 502]
IN_BODY = "SECRET_KEY"
"""What stands in the example events for the key that mParticle sends in the body."""

TARGETS = [target for target in targets() if target.path != "/health"]
SECRETS = ProjectSecrets(
    application_id="id",
    secret_key=CANARY,
    salt=CANARY,
    webhook_secrets=[CANARY],
    management=ManagementKeys(project="proj_1", id="id", token=CANARY),
    cdp_keys={"braze": ApiKey(application_id="id", secret_key=CANARY)},
)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Logs and metrics."""
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    monkeypatch.setattr(sys, "stdout", written)
    return written


def bodies(target: Target, secret: str) -> list[bytes]:
    """What is rightly sent, with the key where a CDP sends it in the body, whole and torn, and what no CDP sends."""
    good = [text_of(seed).replace(IN_BODY.encode(), secret.encode()) for seed in target.seeds[:8]]
    return [*good, *(body[:-1] for body in good), *hostile.BODIES[:24]]


@pytest.mark.parametrize("secret", [SECRET_KEY, CANARY], ids=["right", "wrong"])
@pytest.mark.parametrize("broken", [False, True], ids=["", "not stored"])
@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_g7_a_key_that_is_presented_is_written_nowhere(
    written: io.StringIO, target: Target, broken: bool, secret: str
) -> None:
    told = []
    with hub_of_all() as world:
        world.queues.broken = broken
        headers = (
            {} if target.cdp == VOUCHERIFY else key_headers(PROFILES[target.cdp].credentials[0], target.cdp, secret)
        )
        for body in bodies(target, secret):
            told.append(str(send(target, Sent(body, headers))))
        stored = str(world.queues.sent)
    for leaked in (secret, WEBHOOK_SECRET):
        assert leaked not in "".join(told) + written.getvalue() + stored


def echo(request: HttpRequest, status: int | None) -> HttpReply:
    """Says back the key that it was told."""
    if status is None:
        raise NoReplyError("ReadTimeout", written=True)
    told = {"code": status, "key": "x", "message": f"{CANARY} is wrong", "details": dict(request.headers)}
    mine = {"id": "ana", "customer": {"source_id": "ana"}, "voucher": {"code": "C", "campaign": "Welcome"}}
    return HttpReply(status, dict(request.headers), json.dumps({**told, **mine, "redeemables": {}}).encode())


@pytest.mark.parametrize("status", STATUSES, ids=str)
@pytest.mark.parametrize("what", ASKS)
@pytest.mark.parametrize("cdp", CDPS)
def test_g7_voucherifys_keys_reach_no_caller_though_voucherify_repeats_them(
    world: World, written: io.StringIO, cdp: str, what: str, status: int | None
) -> None:
    world.hub.secrets.write(project_parameter(PROJECT), SECRETS.model_dump())
    world.add_key(world.add_connection(cdp, cdp))
    vendor = FakeVendor(lambda request: echo(request, status))
    told: Any = answer(ASKS[what](KEY), Desk(Publisher(world.hub, vendor), PROFILES))
    assert vendor.requests
    assert CANARY not in str(told) + written.getvalue() + str(world.queues.sent)


@pytest.mark.parametrize("status", STATUSES, ids=str)
def test_g7_what_the_hub_keeps_of_voucherifys_answers_has_no_keys_in_it(status: int | None) -> None:
    """Reasons of dead letters, and of what is tried again, come from these."""
    project = Project(id=PROJECT, name="Shop", api_url="https://api.voucherify.io")
    voucherify = Voucherify(project, SECRETS, FakeVendor(lambda request: echo(request, status)))
    for told in (voucherify.probe(), voucherify.read_event_schemas(), voucherify.upsert_customer({"source_id": "a"})):
        assert CANARY not in f"{told} {told.reason} {told.body}"
