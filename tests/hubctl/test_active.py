"""A new connection is active once the hub admits its key: asked by a request that brings nothing."""

from dataclasses import replace
from importlib import import_module

import pytest

from cdphub.credentials import Pair
from cdphub.http import HttpReply, HttpRequest, NoReplyError
from cdphub.hub import hub
from cdphub.profile import load_handler, load_profiles
from publications.publish import desk
from publications.publisher import publisher
from tests.fakes import FakeVendor, World
from tests.hubctl.conftest import HUB_URL, REGION, STACK, Run
from tests.hubctl.shop import CONNECT, WRITE_KEY, add_shop, admits, key_in
from tools.hubctl import FUNCTIONS
from tools.hubctl.active import knock, wait_until_active
from tools.hubctl.errors import WrongInputError

PROFILES = load_profiles(FUNCTIONS)
KEY = Pair("their-id", "their-secret")


def answers(monkeypatch: pytest.MonkeyPatch, *statuses: int | NoReplyError) -> FakeVendor:
    """A hub that answers so, one by one, and goes on with the last."""
    left = list(statuses)

    def answer(_: HttpRequest) -> HttpReply:
        next_one = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(next_one, NoReplyError):
            raise next_one
        return HttpReply(next_one, {}, b"")

    vendor = FakeVendor(answer)
    monkeypatch.setattr("tools.hubctl.active.Urllib3Transport", lambda: vendor)
    return vendor


@pytest.mark.parametrize(
    "statuses", [(200,), (401, 401, 400), (404, 503, 200), (NoReplyError("ConnectionError", written=False), 200)]
)
def test_it_asks_until_the_hub_admits_the_key(
    world: World, monkeypatch: pytest.MonkeyPatch, statuses: tuple[int | NoReplyError, ...]
) -> None:
    vendor = answers(monkeypatch, *statuses)
    wait_until_active(PROFILES["segment"], HUB_URL, KEY)
    assert len(vendor.requests) == len(statuses)


@pytest.mark.parametrize("status", [401, 404, 503, 302])
def test_it_gives_up_after_a_minute(world: World, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    vendor = answers(monkeypatch, status)
    began = world.clock.now
    with pytest.raises(WrongInputError, match=rf"^hub: the connection is stored, but .*\(HTTP {status}\)"):
        wait_until_active(PROFILES["segment"], HUB_URL, KEY)
    assert world.clock.now - began == 60_000
    assert len(vendor.requests) == 31


@pytest.mark.usefixtures("stack")
def test_connect_waits_unless_told_otherwise(run: Run, monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    add_shop(run)
    answers(monkeypatch, 401)
    given_up = run(*CONNECT, **WRITE_KEY)
    assert (given_up.exit_code, given_up.stderr.count("\n")) == (1, 1)
    assert admits(key_in(given_up.stdout))
    assert run(*CONNECT, "--another", "--no-wait", **WRITE_KEY).exit_code == 0
    answers(monkeypatch, 200)
    assert "Active: the hub admits the key.\n" in run(*CONNECT, "--another", **WRITE_KEY).stdout


def handled(request: HttpRequest, handler: str) -> int:
    """The status by which a function that knows nothing yet answers the request."""
    path = request.url.removeprefix(HUB_URL)
    context = {"http": {"method": request.method, "path": path}, "domainName": "hub.example.com"}
    event = {"requestContext": context, "rawPath": path, "headers": dict(request.headers)}
    for made_once in (hub, publisher, desk, getattr(import_module(handler.rpartition(".")[0]), "gatekeeper", desk)):
        made_once.cache_clear()
    reply = load_handler(handler)(event, None)
    assert isinstance(reply, dict)
    status: int = reply["statusCode"]
    return status


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("cdp", PROFILES)
def test_every_cdps_function_tells_its_own_key_from_a_strangers(
    run: Run, monkeypatch: pytest.MonkeyPatch, cdp: str
) -> None:
    """G7."""
    add_shop(run)
    monkeypatch.setenv("TABLE_PREFIX", f"{STACK}-")
    monkeypatch.setenv("QUEUE_PREFIX", f"https://sqs.{REGION}.amazonaws.com/123456789012/{STACK}-")
    monkeypatch.setenv("PARAMETER_PREFIX", f"/{STACK}/")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    profile = PROFILES[cdp]
    without = ("--no-send-events",) if "send_events" in profile.settings.model_fields else ()
    key = key_in(run("connect", cdp, "--project", "shop", *without).stdout)

    request = knock(profile, HUB_URL, key)
    handler = profile.handler(request.url.removeprefix(HUB_URL))
    assert handled(request, handler) in (200, 400)
    assert handled(knock(profile, HUB_URL, replace(key, secret="guess")), handler) == 401
