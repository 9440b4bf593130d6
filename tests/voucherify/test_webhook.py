"""Voucherify's webhooks, from request to stored message (G1)."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from cdphub import clock
from cdphub.api import Reply, Request
from tests.fakes import PROJECT, WEBHOOK_SECRET, World
from voucherify.webhook import EVENT_BYTES, answer
from voucherify.webhook_secrets import WebhookSecrets

BODY = json.dumps({"event": {"id": "ev_1"}, "data": {"customer": {"name": "Zoë"}}}, ensure_ascii=False).encode()


def signature(body: bytes, secret: str = WEBHOOK_SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Voucherify:
    """Sends webhooks as Voucherify does."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.secrets = WebhookSecrets(world.hub)

    def send(self, body: bytes = BODY, signed: str | None = None, project: str = PROJECT) -> Reply:
        headers = {"x-voucherify-signature": signature(body) if signed is None else signed}
        request = Request("POST", f"/voucherify/webhooks/{project}", headers, body, {"project": project})
        return answer(request, self.secrets, self.world.hub)

    def stored(self) -> list[dict[str, Any]]:
        return self.world.queues.bodies("events")


@pytest.fixture
def voucherify(world: World) -> Voucherify:
    return Voucherify(world)


def test_g1_an_event_is_stored_before_the_reply(voucherify: Voucherify) -> None:
    reply = voucherify.send()
    assert reply["statusCode"] == 202
    assert voucherify.stored() == [
        {
            "v": 1,
            "trace_id": json.loads(reply["body"])["trace_id"],
            "project": PROJECT,
            "received_ms": clock.now_ms(),
            "body": json.loads(BODY),
        }
    ]


def test_g1_what_could_not_be_stored_is_503_and_the_repeat_arrives(voucherify: Voucherify) -> None:
    voucherify.world.queues.broken = True
    reply = voucherify.send()
    assert (reply["statusCode"], int(reply["headers"]["retry-after"]) > 0) == (503, True)
    voucherify.world.queues.broken = False
    assert voucherify.send()["statusCode"] == 202
    assert len(voucherify.stored()) == 1


def test_what_alarms_count_is_counted(voucherify: Voucherify, capsys: pytest.CaptureFixture[str]) -> None:
    voucherify.send(signed="00")
    told = capsys.readouterr().out
    assert '"WebhookRefused":[1.0]' in told
    assert '"NotStored"' not in told
    voucherify.world.queues.broken = True
    voucherify.send()
    assert '"NotStored":[1.0]' in capsys.readouterr().out


def test_it_never_deduplicates(voucherify: Voucherify) -> None:
    assert [voucherify.send()["statusCode"] for _ in range(2)] == [202, 202]
    assert len(voucherify.stored()) == 2


@pytest.mark.parametrize("signed", ["", "00", signature(BODY, "guess"), signature(BODY + b" ")])
def test_a_wrong_signature_is_401(voucherify: Voucherify, signed: str) -> None:
    assert voucherify.send(signed=signed)["statusCode"] == 401
    assert not voucherify.stored()


@pytest.mark.parametrize("project", ["", "other", "x" * 5_000, "../connection/segment"])
def test_an_unknown_project_is_answered_like_a_wrong_signature(voucherify: Voucherify, project: str) -> None:
    reads = voucherify.world.secrets.reads
    unknown, wrong = voucherify.send(project=project), voucherify.send(signed="00")
    assert unknown["statusCode"] == wrong["statusCode"] == 401
    assert json.loads(unknown["body"])["error"] == json.loads(wrong["body"])["error"]
    assert voucherify.world.secrets.reads == reads + 1


def test_both_secrets_work_while_one_replaces_the_other(voucherify: Voucherify) -> None:
    assert voucherify.send()["statusCode"] == 202
    voucherify.world.pass_time(6_000)
    voucherify.world.add_project(PROJECT, "new", WEBHOOK_SECRET)
    assert voucherify.send(signed=signature(BODY, "new"))["statusCode"] == 202
    assert voucherify.send()["statusCode"] == 202


def test_a_wrong_signature_reads_the_secret_again_at_most_once_in_five_seconds(voucherify: Voucherify) -> None:
    secrets = voucherify.world.secrets
    voucherify.send()
    known = secrets.reads
    for _ in range(3):
        voucherify.world.pass_time(1_000)
        voucherify.send(signed="00")
    assert secrets.reads == known
    voucherify.world.pass_time(3_000)
    for _ in range(3):
        voucherify.send(signed="00")
    assert secrets.reads == known + 1


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"a":NaN}', b"[" * 100_000])
def test_a_signed_body_that_is_no_json_is_400(voucherify: Voucherify, body: bytes) -> None:
    reply = voucherify.send(body)
    assert (reply["statusCode"], json.loads(reply["body"])["error"]["field"]) == (400, "body")
    assert not voucherify.stored()


def test_half_a_character_is_no_reason_to_refuse(voucherify: Voucherify) -> None:
    assert voucherify.send(b'{"name":"Zo\\ud83d","code":"\\ud83e\\udd7e"}')["statusCode"] == 202
    assert voucherify.stored()[0]["body"] == {"name": "Zo?", "code": "🥾"}


@pytest.mark.parametrize("large", ["x" * 300_000, ["x"] * 300_000, "ż" * 100_000])
def test_g1_an_event_that_is_too_long_is_stored_without_its_largest_parts(voucherify: Voucherify, large: Any) -> None:
    body = {"event": {"id": "ev_1"}, "data": {"customer": {"id": "cust_1"}, "order": {"id": "o", "items": large}}}
    assert voucherify.send(json.dumps(body).encode())["statusCode"] == 202
    [stored] = voucherify.stored()
    assert stored["body"] == {"event": {"id": "ev_1"}, "data": {"customer": {"id": "cust_1"}, "order": {"id": "o"}}}
    assert len(json.dumps(stored)) <= EVENT_BYTES
