"""A customer row that this worker holds, and how results are written into it."""

from collections.abc import Callable

from cdphub.outbox.row import Row, dump, load
from cdphub.outbox.turn import Turn
from cdphub.store import Store


class LostError(Exception):
    """The row is another worker's by now: stop, and write nothing."""


class Held:
    """One customer of one project for the length of a turn; `row` is as last read or written."""

    def __init__(self, store: Store, pk: str, turn: Turn, row: Row, version: int) -> None:
        self.pk = pk
        self.turn = turn
        self.row = row
        self._outbox = store.outbox
        self._version = version

    def settle(self, fold: Callable[[Row], None]) -> None:
        """Folds a result in and writes the row, again into a newer one if others merged meanwhile.

        Raises LostError.
        """
        while True:
            fold(self.row)
            item = dump(self.pk, self.row, self._version)
            if self._outbox.write_customer(self.pk, item, lease=self.turn.holder):
                self._version += 1
                return
            newer = self._outbox.read_customer(self.pk)
            if newer is None or newer.lease != self.turn.holder:
                raise LostError
            self.row, self._version = load(newer), newer.version
