"""Segment's signature, as its webhooks make it."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from cdphub.api import Request
from cdphub.connections import Connection
from cdphub.secrets import MalformedSecretError
from segment.signature import Signatures, is_signed
from tests.fakes import World

SECRET = "a shared secret"
EVENT = {"type": "track", "userId": "u1", "event": "Säge 🪚", "properties": {"price": 24.50, "n": 1e21, "x": "\u2028"}}


def stringify(value: Any) -> bytes:
    """What JSON.stringify makes of it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def sign(text: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), text, hashlib.sha1).hexdigest()


@pytest.mark.parametrize("body", [stringify(EVENT), b"{ }", b"", b"\xff", b'"[1]"'])
def test_the_whole_body_of_one_message_is_signed(body: bytes) -> None:
    assert is_signed(body, sign(body), SECRET)
    assert is_signed(body, sign(body).upper(), SECRET)
    assert not is_signed(body + b" ", sign(body), SECRET)
    assert not is_signed(body, sign(body, "another"), SECRET)


@pytest.mark.parametrize(
    "body",
    [
        stringify([EVENT, {"type": "identify"}]),
        stringify([EVENT]),
        b" [ \n" + stringify(EVENT) + b" , {}]",
        json.dumps([EVENT, {"type": "identify"}], indent=2).encode(),
    ],
)
def test_of_a_list_the_first_message_is_signed(body: bytes) -> None:
    assert is_signed(body, sign(stringify(EVENT)), SECRET)
    assert not is_signed(body, sign(body), SECRET)


def test_numbers_are_signed_as_they_stand() -> None:
    first = b'{"a":1.0,"b":1e+21,"c":0.0000001}'
    assert is_signed(b"[" + first + b",{}]", sign(first), SECRET)


@pytest.mark.parametrize("body", [b"[]", b"[", b"[{]", b"[\xff]", b"[" * 100_000])
def test_a_list_without_a_message_is_not_signed(body: bytes) -> None:
    assert not is_signed(body, sign(b""), SECRET)
    assert not is_signed(body, sign(body), SECRET)


@pytest.mark.parametrize("signature", ["", "x", "é", sign(b"other")])
def test_a_wrong_signature_is_wrong(signature: str) -> None:
    assert not is_signed(stringify(EVENT), signature, SECRET)


def genuine(world: World, connection: Connection, secret: str = SECRET) -> bool:
    body = stringify(EVENT)
    request = Request("POST", "/", {"x-signature": sign(body, secret)}, body)
    return Signatures(world.hub.secrets).is_genuine(request, connection)


def test_only_a_connection_that_says_it_signs_costs_a_read(world: World) -> None:
    assert genuine(world, world.add_connection(), "whatever")
    assert world.secrets.reads == 0


def test_a_new_secret_works_at_once(world: World) -> None:
    connection = world.add_connection(settings={"signed": True})
    world.add_secrets(connection, write_key="w", shared_secret=SECRET)
    assert genuine(world, connection)
    assert not genuine(world, connection, "new")
    world.add_secrets(connection, write_key="w", shared_secret="new")
    world.pass_time(6_000)
    assert genuine(world, connection, "new")
    assert not genuine(world, connection)


@pytest.mark.parametrize("secrets", [{}, {"shared_secret": ""}, {"shared_secret": None}, {"shared_secret": 5}])
def test_g7_a_missing_secret_admits_nothing(world: World, secrets: dict[str, Any]) -> None:
    connection = world.add_connection(settings={"signed": True})
    world.add_secrets(connection, **secrets)
    with pytest.raises(MalformedSecretError):
        genuine(world, connection, "")
