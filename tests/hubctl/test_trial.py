"""Credentials are tried at their CDP before they are stored."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest

from cdphub.connections import list_connections
from cdphub.http import HttpReply, HttpRequest, NoReplyError
from cdphub.profile import load_profiles
from tests.builders import START
from tests.fakes import FakeVendor
from tests.hubctl.conftest import Run
from tests.hubctl.shop import CONNECT, WRITE_KEY, add_shop, connection, credentials, stored
from tests.hubctl.test_connect import TOY
from tools.hubctl import FUNCTIONS, trial
from tools.hubctl.errors import WrongInputError
from tools.local.sandbox import sinks
from tools.local.sandbox.core import Request

pytestmark = pytest.mark.usefixtures("stack")

CREDENTIALS = {
    "bloomreach": {"api_key_id": "key-1", "api_secret": "right"},
    "braze": {"rest_api_key": "right"},
    "iterable": {"api_key": "right"},
    "mparticle": {"feed_key": "key-1", "feed_secret": "right"},
}
REFUSING: dict[str, dict[str, Any]] = {
    "bloomreach": {"api_key": "key-1:other"},
    "braze": {"rest_api_key": "other"},
    "iterable": {"apiKeys": ["right"]},
    "mparticle": {"feed_key": "key-1:other"},
}
PROFILES = load_profiles(FUNCTIONS)
KEY = {"BRAZE_REST_API_KEY": "the-braze-key"}
BRAZE = ("connect", "braze", "--project", "shop", "--instance", "fra-01")


def stand_in(cdp: str, refusing: Mapping[str, Any]) -> FakeVendor:
    """The CDP's stand-in, in process."""
    sink = sinks.sink(cdp, lambda: START)
    sink.views()["PUT /_sandbox/rules"](Request("PUT", "/_sandbox/rules", body=json.dumps(refusing).encode()))

    def answer(request: HttpRequest) -> HttpReply:
        url = urlsplit(request.url)
        reply = sink.handle(Request(request.method, url.path, {}, request.headers, request.body or b""))
        return HttpReply(reply.status, {}, reply.body)

    return FakeVendor(answer)


def replying(status: int) -> Callable[[HttpRequest], HttpReply]:
    return lambda _: HttpReply(status, {}, b"{}")


def nobody(_: HttpRequest) -> HttpReply:
    raise NoReplyError("ConnectTimeout", written=False)


@pytest.mark.parametrize("cdp", CREDENTIALS)
def test_a_good_key_is_admitted_and_nothing_comes_of_the_call(cdp: str, monkeypatch: pytest.MonkeyPatch) -> None:
    vendor = stand_in(cdp, {})
    monkeypatch.setattr("tools.hubctl.trial.Urllib3Transport", lambda: vendor)
    shown = trial.outcome(PROFILES[cdp], sinks.settings(cdp), CREDENTIALS[cdp])

    [call] = vendor.requests
    assert shown == f"{PROFILES[cdp].title} at {urlsplit(call.url).netloc} admits the credentials."
    assert "customer" not in str(call.body)


@pytest.mark.parametrize("cdp", CREDENTIALS)
def test_a_refused_key_is_named_but_not_shown(cdp: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """G7."""
    monkeypatch.setattr("tools.hubctl.trial.Urllib3Transport", lambda: stand_in(cdp, REFUSING[cdp]))
    with pytest.raises(WrongInputError, match=f"^{', '.join(CREDENTIALS[cdp])}: refused by ") as refused:
        trial.outcome(PROFILES[cdp], sinks.settings(cdp), CREDENTIALS[cdp])
    assert "right" not in str(refused.value)


def test_a_wrong_project_token_of_bloomreachs_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.hubctl.trial.Urllib3Transport", lambda: stand_in("bloomreach", {}))
    with pytest.raises(WrongInputError, match="refused by "):
        trial.outcome(PROFILES["bloomreach"], {"project_token": "another"}, CREDENTIALS["bloomreach"])


@pytest.mark.parametrize("cdp", PROFILES)
def test_only_whom_something_is_sent_to_is_asked(cdp: str) -> None:
    without = {"send_events": False} if "send_events" in PROFILES[cdp].settings.model_fields else {}
    assert trial.call(PROFILES[cdp], without, {}) is None
    assert trial.outcome(PROFILES[cdp], without, {}) is None


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (replying(401), "rest_api_key: refused by Braze at rest.fra-01.braze.eu (HTTP 401): look at "),
        (replying(503), "Braze at rest.fra-01.braze.eu does not tell whether the credentials are good (HTTP 503); "),
        (replying(302), "Braze at rest.fra-01.braze.eu does not tell whether the credentials are good (HTTP 302); "),
        (nobody, "Braze at rest.fra-01.braze.eu does not answer: ConnectTimeout; --no-check stores "),
    ],
)
def test_what_is_no_yes_is_one_clear_line_and_nothing_is_stored(
    run: Run, voucherify: FakeVendor, answer: Callable[[HttpRequest], HttpReply], line: str
) -> None:
    """G7."""
    add_shop(run)
    voucherify.answer = answer
    refused = run(*BRAZE, **KEY)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"Error: {line}")
    assert (refused.stderr.count("\n"), "the-braze-key" in refused.stderr) == (1, False)
    assert list_connections(stored().store, "shop") == []
    assert run(*BRAZE, "--no-check", "--no-wait", **KEY).exit_code == 0
    assert credentials() == {"rest_api_key": "the-braze-key"}


def test_a_cdp_without_such_a_call_says_so(run: Run, voucherify: FakeVendor) -> None:
    """Segment answers 200 to any write key."""
    add_shop(run)
    shown = run(*CONNECT, "--no-wait", **WRITE_KEY)
    assert shown.stdout.startswith("Segment has no call that tries credentials: ")
    assert "segment" not in "".join(request.url for request in voucherify.requests)


def test_a_cdp_without_a_check_keeps_working() -> None:
    shown = trial.outcome(TOY, {"workspace": "beans"}, {"token": "toy-token"})
    assert shown == "Toy has no call that tries credentials: the first event shows whether they work."


def test_new_credentials_are_tried_and_the_old_ones_stay_if_they_are_refused(run: Run, voucherify: FakeVendor) -> None:
    add_shop(run)
    run(*BRAZE, **KEY)
    voucherify.answer = replying(401)
    for command in (("credentials", connection().id), ("set", connection().id, "--instance", "iad-01")):
        refused = run("connections", *command, BRAZE_REST_API_KEY="another")
        assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert credentials() == {"rest_api_key": "the-braze-key"}
    assert connection().settings == {"instance": "fra-01"}

    assert run("connections", "credentials", connection().id, "--no-check", BRAZE_REST_API_KEY="other").exit_code == 0
    assert run("connections", "set", connection().id, "--no-check", "--instance", "iad-01").exit_code == 0
    assert (credentials(), connection().settings) == ({"rest_api_key": "other"}, {"instance": "iad-01"})


def test_settings_that_change_nothing_about_the_call_try_nothing(run: Run, voucherify: FakeVendor) -> None:
    add_shop(run)
    run(*BRAZE, **KEY)
    voucherify.answer = nobody
    assert run("connections", "set", connection().id, "--max-event-age", "48").exit_code == 0
