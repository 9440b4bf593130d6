"""Commands into messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub.body import RefusedError
from cdphub.commands import COMMAND_BYTES, check_length, pack
from cdphub.queues import encode
from cdphub.schema import Command, Commands
from tests.builders import join, track, upsert

OVERHEAD = 1_000


def test_commands_stay_in_their_order_in_messages_of_250_kb() -> None:
    commands = [upsert(number, description="ü" * 10_000) for number in range(20)]
    messages = list(pack("shop", commands))
    assert len(messages) == 5
    assert all(len(encode(message)) < 250_000 + OVERHEAD for message in messages)
    assert [command for message in messages for command in Commands.model_validate(message).commands] == commands


def test_every_kind_of_command_survives_the_way() -> None:
    commands: list[Command] = [upsert(1, name=None), track(2, properties={"x": [1]}), join(3, "g")]
    [message] = pack("shop", commands)
    read = Commands.model_validate_json(encode(message))
    assert (read.v, read.project) == (1, "shop")
    assert read.commands == commands
    assert read.commands[0].customer.fields() == {"name": None}


def test_nothing_is_no_message() -> None:
    assert not list(pack("shop", []))


def test_one_command_may_have_240_kb() -> None:
    empty = len(encode(upsert(1, description="").model_dump(mode="json", exclude_unset=True) | {"kind": "upsert"}))
    fitting = upsert(1, description="x" * (COMMAND_BYTES - empty))
    check_length(fitting)
    assert len(list(pack("shop", [fitting]))) == 1
    too_long = upsert(1, description="x" * (COMMAND_BYTES - empty + 1))
    for refusing in (check_length, lambda command: list(pack("shop", [command]))):
        with pytest.raises(RefusedError, match="240001 bytes"):
            refusing(too_long)


@given(character=st.characters(exclude_categories=["Cs"]), number=st.integers(19_000, 60_000))
def test_what_passes_the_check_can_be_sent(character: str, number: int) -> None:
    command = upsert(1, description=character * number)
    try:
        check_length(command)
    except RefusedError:
        return
    assert list(pack("shop", [command]))
