"""What an invocation of apply has been given."""

from typing import Any

import pytest

from cdphub.schema import Token
from tests.builders import join, track, upsert
from tests.fakes import PROJECT
from tests.voucherify.doors import message, record
from voucherify.inbox import Arrived, read


def test_every_command_knows_its_message() -> None:
    commands = (upsert(1, name="Ada"), track(2), join(3, "vip"))
    inbox = read([message(*commands, name="m-1"), message(commands[0], name="m-2", receives=2)])
    expected = [Arrived("m-1", PROJECT, False, command) for command in commands]
    assert inbox.arrived == [*expected, Arrived("m-2", PROJECT, True, commands[0])]
    assert not inbox.unreadable


def test_a_reminder_is_a_message_too() -> None:
    token = Token(project=PROJECT, customer="pk")
    assert read([record("m-1", token.model_dump())]).arrived == [Arrived("m-1", PROJECT, False, token)]


BODY: dict[str, Any] = {"v": 1, "project": PROJECT, "commands": []}


@pytest.mark.parametrize(
    "body", [BODY | {"v": 2}, BODY | {"commands": [{"kind": "new"}]}, BODY | {"more": 1}, {"v": 1}], ids=str
)
def test_g1_what_this_version_cannot_read_is_given_back(body: dict[str, Any]) -> None:
    inbox = read([record("m-1", body), message(upsert(1), name="m-2")])
    assert inbox.unreadable == ["m-1"]
    assert [one.message_id for one in inbox.arrived] == ["m-2"]


def test_g1_text_that_is_not_json_is_given_back() -> None:
    assert read([record("m-1", BODY) | {"body": "{"}]).unreadable == ["m-1"]
