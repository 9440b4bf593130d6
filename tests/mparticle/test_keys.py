"""Where mParticle's users put the key."""

import json
from typing import Any

import pytest

from cdphub.api import Reply
from tests.fakes import APPLICATION_ID, SECRET_KEY, World
from tests.mparticle.sender import EVENTS, MParticle, basic, event, identity, message, raw_batch

BATCH: dict[str, Any] = {"user_identities": [identity("u1")], "events": [event("Brewed")]}


def refused(reply: Reply) -> bool:
    return (reply["statusCode"], json.loads(reply["body"]).get("error", {}).get("field")) == (401, "credentials")


@pytest.mark.parametrize(
    "settings",
    [
        {"applicationId": APPLICATION_ID, "secretKey": SECRET_KEY},
        {"Application ID": APPLICATION_ID, "Secret Key": SECRET_KEY},
        {"application-id": APPLICATION_ID, "SECRET_KEY": SECRET_KEY, "url": "https://hub.example.com", "n": None},
        {"applicationid": f" {APPLICATION_ID} ", "secretkey": f"{SECRET_KEY}\n"},
    ],
)
def test_the_key_may_be_in_the_accounts_settings(mparticle: MParticle, settings: dict[str, Any]) -> None:
    assert mparticle.send(message(EVENTS, settings, **BATCH))["statusCode"] == 200
    assert mparticle.commands()


def test_a_setting_may_be_of_any_type(world: World) -> None:
    sender = MParticle(world)
    world.add_key(world.add_connection("mparticle", "mparticle"), "4711", "17.5")
    assert sender.send(message(EVENTS, {"applicationId": 4711, "secretKey": 17.5}, **BATCH))["statusCode"] == 200


@pytest.mark.parametrize(
    "headers",
    [
        basic(),
        {"x-app-id": APPLICATION_ID, "x-app-token": SECRET_KEY},
        {"application-id": APPLICATION_ID, "secret-key": SECRET_KEY},
    ],
)
def test_the_key_may_be_in_headers(mparticle: MParticle, headers: dict[str, str]) -> None:
    assert mparticle.send(raw_batch(), headers)["statusCode"] == 200
    assert mparticle.send(message(EVENTS, {}, **BATCH), headers)["statusCode"] == 200
    assert mparticle.send({"type": EVENTS, **BATCH}, headers)["statusCode"] == 200
    assert len(mparticle.commands()) == 3


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"applicationId": "somebody", "secretKey": SECRET_KEY},
        {"applicationId": APPLICATION_ID, "secretKey": "wrong"},
        {"applicationId": APPLICATION_ID},
        {"applicationId": APPLICATION_ID, "secretKey": ""},
        {"applicationId": [APPLICATION_ID], "secretKey": {}},
        {"applicationId": "\ud800", "secretKey": "\udfff"},
        {"applicationId": "x" * 100_000, "secretKey": SECRET_KEY},
    ],
)
def test_a_wrong_key_is_401(mparticle: MParticle, settings: dict[str, Any]) -> None:
    assert refused(mparticle.send(message(EVENTS, settings, **BATCH)))
    assert not mparticle.commands()


@pytest.mark.parametrize("account", [None, "text", [], {}, {"account_settings": None}, {"account_settings": "text"}])
def test_an_account_without_settings_has_no_key(mparticle: MParticle, account: Any) -> None:
    assert refused(mparticle.send({"type": EVENTS, "account": account, **BATCH}))


def test_the_accounts_key_comes_before_the_headers(mparticle: MParticle) -> None:
    assert refused(mparticle.send(message(EVENTS, {"applicationId": "a", "secretKey": "b"}, **BATCH), basic()))


def test_a_raw_batch_without_a_key_is_401(mparticle: MParticle) -> None:
    assert refused(mparticle.send(raw_batch()))
    assert refused(mparticle.send(raw_batch(), basic(secret="wrong")))


def test_another_cdps_key_opens_nothing(world: World) -> None:
    sender = MParticle(world)
    world.add_key(world.add_connection("segment", "segment"), "app-2", "s")
    assert refused(sender.send(raw_batch(), basic("app-2", "s")))


def test_a_connection_that_is_off_refuses_and_a_paused_one_accepts(world: World) -> None:
    assert refused(MParticle(world, state="off").send(raw_batch(), basic()))
    assert MParticle(world, state="paused").send(raw_batch(), basic())["statusCode"] == 200
