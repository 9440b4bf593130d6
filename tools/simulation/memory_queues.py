"""SQS standard queues in memory: messages come at least once, in any order.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from cdphub.queues import BATCH_BYTES, LONGEST_DELAY_SECONDS, Message, QueueError, encode

Now = Callable[[], int]
"""The time in milliseconds."""


@dataclass
class Stored:
    """A message in a queue; received ones are invisible for a while."""

    id: str
    text: str
    sent_ms: int
    visible_ms: int
    group: str | None = None
    receives: int = 0


class MemoryQueue:
    """One queue; `dead`, if there is one, takes what was received `most_receives` times."""

    def __init__(
        self, now_ms: Now, visibility_ms: int = 30_000, dead: "MemoryQueue | None" = None, most_receives: int = 0
    ) -> None:
        self._now_ms = now_ms
        self._visibility_ms = visibility_ms
        self._dead = dead
        self._most_receives = most_receives
        self._ids = count(1)
        self._receipts = count(1)
        self._messages: dict[int, Stored] = {}

    def __len__(self) -> int:
        """All messages: waiting, delayed and in flight."""
        return len(self._messages)

    def put(self, text: str, delay_seconds: float = 0, group: str | None = None) -> None:
        """Stores one message."""
        now = self._now_ms()
        visible = now + int(min(delay_seconds, LONGEST_DELAY_SECONDS) * 1000)
        self._add(Stored(f"message-{next(self._ids):06d}", text, now, visible, group))

    def visible(self) -> list[int]:
        """Receipts of what can be received now, oldest first."""
        now = self._now_ms()
        return [receipt for receipt, message in self._messages.items() if message.visible_ms <= now]

    def groups(self, receipts: Iterable[int]) -> list[str | None]:
        """The groups of the messages with these receipts."""
        return [self._messages[receipt].group for receipt in receipts]

    def receive(self, receipt: int) -> tuple[int, Stored] | None:
        """Takes one visible message: its new receipt and itself; None if it went to the dead-letter queue instead."""
        message = self._messages.pop(receipt)
        if self._dead is not None and message.receives >= self._most_receives:
            self._dead.move(message)
            return None
        message.receives += 1
        message.visible_ms = self._now_ms() + self._visibility_ms
        return self._add(message), message

    def delete(self, receipt: int, *, copies: bool = False) -> None:
        """Deletes a received message, perhaps with all its `copies`; an old receipt deletes nothing."""
        deleted = self._messages.pop(receipt, None)
        if deleted and copies:
            others = [other for other, message in self._messages.items() if message.id == deleted.id]
            for other in others:
                del self._messages[other]

    def copy(self, message: Stored, wait_ms: int) -> None:
        """Has a message delivered once more, as standard queues may, whatever becomes of the first copy."""
        self._add(replace(message, visible_ms=self._now_ms() + wait_ms))

    def move(self, message: Stored) -> None:
        """Takes in another queue's message, to be received at once."""
        self._add(replace(message, visible_ms=self._now_ms(), receives=0))

    def redrive(self, source: "MemoryQueue") -> None:
        """Moves all messages of another queue into this one, as an operator would."""
        for message in source._messages.values():
            self.move(message)
        source._messages.clear()

    def _add(self, message: Stored) -> int:
        receipt = next(self._receipts)
        self._messages[receipt] = message
        return receipt


class MemoryQueues:
    """The stack's queues by name."""

    def __init__(self, queues: Mapping[str, MemoryQueue]) -> None:
        self._queues = queues

    def send(self, queue: str, messages: Sequence[Message]) -> None:
        texts = [encode(message.body) for message in messages]
        if any(len(text) > BATCH_BYTES for text in texts):
            raise QueueError(f"queue {queue}: a message is longer than SQS takes")
        for message, text in zip(messages, texts, strict=True):
            self._queues[queue].put(text, message.delay_seconds, message.group)
