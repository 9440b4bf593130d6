"""The door to SQS: what SQS is sent, and what it means when SQS does not take it."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st

from cdphub import clock
from cdphub.queues import (
    BATCH_BYTES,
    BATCH_MESSAGES,
    LONGEST_DELAY_SECONDS,
    Message,
    QueueError,
    SqsQueues,
    batches,
    encode,
)
from tests.fakes import FakeClock

TEXTS = ["x" * length for length in (1, 1_000, 250_000, 600_000, BATCH_BYTES)]

words = st.text(st.sampled_from(["a", '"', "\\", "é", "😀", "\0", "\n", "\x7f", "\ufffe"]), max_size=5)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
)


class FakeSqs:
    """SQS's client as far as it is used; answers with `reply`, or raises it."""

    def __init__(self, reply: dict[str, Any] | Exception) -> None:
        self.calls: list[dict[str, Any]] = []
        self._reply = reply

    def send_message_batch(self, **named: Any) -> dict[str, Any]:
        self.calls.append(named)
        if isinstance(self._reply, Exception):
            raise self._reply
        return self._reply


def queues(monkeypatch: pytest.MonkeyPatch, reply: dict[str, Any] | Exception) -> tuple[SqsQueues, FakeSqs]:
    client = FakeSqs(reply)
    monkeypatch.setattr(SqsQueues, "_client", client)
    return SqsQueues("https://sqs.example/1/hub-"), client


@given(st.dictionaries(words, json_values))
def test_a_message_is_ascii_so_that_sqs_can_refuse_no_character(body: dict[str, Any]) -> None:
    text = encode(body)
    assert text.isascii()
    assert text.isprintable()
    assert json.loads(text) == body


@given(st.lists(st.sampled_from(TEXTS)))
def test_a_batch_is_within_sqs_limits_and_none_is_needlessly_short(texts: list[str]) -> None:
    parts = list(batches(texts))
    assert [index for part in parts for index in part] == list(range(len(texts)))
    sizes = [sum(len(texts[index]) for index in part) for part in parts]
    assert all(size <= BATCH_BYTES and len(part) <= BATCH_MESSAGES for size, part in zip(sizes, parts, strict=True))
    for part, size, following in zip(parts, sizes, parts[1:], strict=False):
        assert len(part) == BATCH_MESSAGES or size + len(texts[following[0]]) > BATCH_BYTES


def test_messages_go_to_the_queue_of_that_name_ten_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    door, client = queues(monkeypatch, {})
    door.send("apply", [Message({"n": number}, group="shop") for number in range(11)])
    assert {call["QueueUrl"] for call in client.calls} == {"https://sqs.example/1/hub-apply"}
    assert [len(call["Entries"]) for call in client.calls] == [10, 1]
    assert client.calls[1]["Entries"] == [{"Id": "10", "MessageBody": '{"n":10}', "MessageGroupId": "shop"}]


@pytest.mark.parametrize(("seconds", "delay"), [(0.2, 1), (30, 30), (5_000, LONGEST_DELAY_SECONDS)])
def test_a_delay_is_in_whole_seconds_and_never_shorter(
    monkeypatch: pytest.MonkeyPatch, time: FakeClock, seconds: float, delay: int
) -> None:
    door, client = queues(monkeypatch, {})
    door.send("apply", [Message({}, delay_seconds=seconds)])
    assert client.calls[0]["Entries"][0]["DelaySeconds"] == delay


def test_a_delay_is_told_in_real_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    door, client = queues(monkeypatch, {})
    with clock.use(clock.SystemClock(scale=60)):
        door.send("apply", [Message({}, delay_seconds=120)])
    assert client.calls[0]["Entries"][0]["DelaySeconds"] == 2


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ({"Failed": [{"Id": "0", "Code": "Throttled", "Message": "secret"}]}, "refused 1 messages: Throttled"),
        (ClientError({"Error": {"Code": "AccessDenied", "Message": "secret"}}, "SendMessageBatch"), "AccessDenied"),
        (ReadTimeoutError(endpoint_url="https://secret"), "ReadTimeoutError"),
    ],
)
def test_g1_a_message_that_sqs_may_not_have_stored_is_an_error(
    monkeypatch: pytest.MonkeyPatch, reply: dict[str, Any] | Exception, told: str
) -> None:
    door, _ = queues(monkeypatch, reply)
    with pytest.raises(QueueError, match=told) as raised:
        door.send("apply", [Message({})])
    assert "secret" not in str(raised.value)
