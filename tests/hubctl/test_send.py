"""`hubctl send`: an event file as the request of its CDP, or of Voucherify."""

import base64
import hashlib
import hmac
import json

import pytest

from cdphub.http import HttpReply
from tests.fakes import FakeVendor
from tests.hubctl.conftest import HUB_URL, Run
from tests.hubctl.shop import add_shop, connected, key_in
from tools.local import ROOT

pytestmark = pytest.mark.usefixtures("stack")

IDENTIFY = str(ROOT / "events/segment/identify.json")
WEBHOOK = str(ROOT / "events/voucherify/webhook-customer-rewarded.json")


def test_a_cdps_event_carries_the_newest_key_of_the_connection(run: Run, voucherify: FakeVendor) -> None:
    connection, _ = connected(run)
    newest = key_in(run("keys", "add", connection.id).stdout)
    voucherify.answer = lambda _: HttpReply(200, {}, b'{"trace_id": "trace-1", "accepted": 1}')
    result = run("send", IDENTIFY, "--connection", connection.id, SEGMENT_INTEGRATION_SECRET=newest.secret)

    assert result.exit_code == 0
    assert "POST /segmentio/customer-processing: HTTP 200" in result.stdout
    assert "hubctl trace trace-1" in result.stdout
    sent = voucherify.requests[-1]
    assert sent.url == f"{HUB_URL}/segmentio/customer-processing"
    assert sent.headers["authorization"] == f"Basic {base64.b64encode(newest.application_id.encode()).decode()}"
    assert sent.headers["secret-key"] == base64.b64encode(newest.secret.encode()).decode()
    assert newest.secret not in result.output


def test_the_reply_is_told_to_programs_as_json(run: Run, voucherify: FakeVendor) -> None:
    add_shop(run)
    voucherify.answer = lambda _: HttpReply(202, {}, b'{"trace_id": "trace-1"}')
    told = json.loads(run("send", WEBHOOK, "--project", "shop", "--json").stdout)
    assert (told["status"], told["trace_id"], told["path"]) == (202, "trace-1", "/voucherify/webhooks/shop")
    voucherify.answer = lambda _: HttpReply(401, {}, b"not JSON")
    refused = run("send", WEBHOOK, "--project", "shop", "--json")
    assert refused.exit_code == 1
    assert (json.loads(refused.stdout)["body"], json.loads(refused.stdout)["trace_id"]) == ("not JSON", None)


def test_another_key_of_the_connection_may_be_named(run: Run, voucherify: FakeVendor) -> None:
    connection, first = connected(run)
    run("keys", "add", connection.id)
    run("send", IDENTIFY, "--connection", connection.id, "--key", first.application_id, lines=(first.secret,))
    assert base64.b64encode(first.application_id.encode()).decode() in voucherify.requests[-1].headers["authorization"]


def test_a_webhook_is_signed_by_the_projects_secret(run: Run, voucherify: FakeVendor) -> None:
    add_shop(run)
    assert run("send", WEBHOOK, "--project", "shop").exit_code == 0
    sent = voucherify.requests[-1]
    assert sent.url == f"{HUB_URL}/voucherify/webhooks/shop"
    signature = hmac.new(b"webhook-secret", sent.body or b"", hashlib.sha256).hexdigest()
    assert sent.headers["x-voucherify-signature"] == signature


def test_what_the_hub_refuses_is_shown_and_no_success(run: Run, voucherify: FakeVendor) -> None:
    add_shop(run)
    voucherify.answer = lambda _: HttpReply(401, {}, b"not JSON")
    result = run("send", WEBHOOK, "--project", "shop")
    assert result.exit_code == 1
    assert "HTTP 401\nnot JSON\n" in result.stdout


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ((WEBHOOK,), "connection: give --connection"),
        ((WEBHOOK, "--project", "shop", "--connection", "any"), "connection: give --connection"),
        ((WEBHOOK, "--project", "other"), "project: there is none called other"),
        ((WEBHOOK, "--connection", "other"), "connection: there is none called other"),
        (
            (str(ROOT / "events/segment/deliver.json"), "--project", "shop"),
            "events/segment/deliver.json: is no request",
        ),
        ((str(ROOT / "README.md"), "--project", "shop"), "README.md: is no request"),
    ],
)
def test_wrong_input_is_one_clear_line(run: Run, options: tuple[str, ...], line: str) -> None:
    add_shop(run)
    result = run("send", *options)
    assert result.exit_code == 1
    assert result.stderr.replace(f"{ROOT}/", "").startswith(f"Error: {line}")
    assert result.stderr.count("\n") == 1


def test_a_key_or_a_webhook_secret_that_is_not_there_is_one_clear_line(run: Run) -> None:
    connection, _ = connected(run)
    result = run("send", IDENTIFY, "--connection", connection.id, "--key", "other")
    assert result.stderr.startswith(f"Error: key: {connection.id} has no other")

    environment = {"VOUCHERIFY_APPLICATION_ID": "id", "VOUCHERIFY_SECRET_KEY": "key"}
    assert run("project", "add", "bare", "--cluster", "eu", lines=("",), **environment).exit_code == 0
    result = run("send", WEBHOOK, "--project", "bare")
    assert result.stderr.startswith("Error: project: bare has no webhook secret")
