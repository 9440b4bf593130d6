"""A batch becomes few messages and few sends, since each is paid for and takes its time before the reply."""

from collections.abc import Sequence

import pytest

from cdphub.queues import Message, batches, encode
from tests.bloomreach.test_ingest import CUSTOMERS, Bloomreach
from tests.fakes import World

ITEM = {
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "phone": "+44 20 7946 0018",
    "address": {"city": "London", "country": "United Kingdom"},
    "metadata": {"plan": "pro", "seats": 12},
}


def sends(messages: Sequence[Message]) -> int:
    """The calls of SQS that these messages need."""
    return len(list(batches([encode(message.body) for message in messages])))


@pytest.mark.parametrize(("items", "messages"), [(1, 1), (100, 1), (1_000, 2)])
def test_a_batch_of_customers_is_one_send(world: World, items: int, messages: int) -> None:
    reply = Bloomreach(world).send(CUSTOMERS, [{"registered": f"customer {number}", **ITEM} for number in range(items)])
    assert reply["statusCode"] == 200
    sent = world.queues.sent["apply"]
    assert (len(sent), sends(sent)) == (messages, 1)
