"""Event source mappings from fair queues."""

from collections import Counter
from collections.abc import Iterator

from tools.simulation.lambdas import Instance, Mapping


class FairMapping(Mapping[Instance]):
    """From a queue with message groups: those with the fewest messages come first, so that none has to wait for others.

    Begins as many batches as the function has room for.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
    """

    def _batches(self) -> Iterator[list[int]]:
        visible = self._queue.visible()
        self._trouble.random.shuffle(visible)
        groups = dict(zip(visible, self._queue.groups(visible), strict=True))
        sizes = Counter(groups.values())
        visible.sort(key=lambda receipt: sizes[groups[receipt]])
        while visible and not self._function.is_busy:
            number = self._trouble.random.randint(1, self._most)
            yield visible[:number]
            del visible[:number]
