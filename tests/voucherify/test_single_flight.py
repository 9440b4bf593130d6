"""Several threads at once: one reads (G6)."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from cdphub import clock
from tests.fakes import FakeClock
from voucherify.single_flight import SingleFlight

THREADS = 8


class AllWait(FakeClock):
    """Tells when all threads but one have looked in vain."""

    def __init__(self) -> None:
        super().__init__()
        self.event = threading.Event()
        self._waiting: set[int] = set()

    def sleep(self, seconds: float) -> None:
        self._waiting.add(threading.get_ident())
        if len(self._waiting) == THREADS - 1:
            self.event.set()


def at_once(flight: SingleFlight[int], read: Callable[[], int]) -> list[int]:
    """What the threads get that ask for the same at the same time."""
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(lambda _: flight.do("key", read), range(THREADS)))


def test_g6_those_who_ask_meanwhile_get_what_the_first_one_reads() -> None:
    reads: list[int] = []
    waiting = AllWait()

    def read() -> int:
        assert waiting.event.wait(60)
        reads.append(1)
        return len(reads)

    with clock.use(waiting):
        flight: SingleFlight[int] = SingleFlight()
        assert at_once(flight, read) == [1] * THREADS
        assert flight.do("key", read) == 2


def test_a_reading_that_raises_is_made_again_by_who_waited() -> None:
    reads: list[int] = []
    waiting = AllWait()

    def read() -> int:
        assert waiting.event.wait(60)
        reads.append(1)
        if len(reads) == 1:
            raise OSError
        return len(reads)

    with clock.use(waiting), ThreadPoolExecutor(THREADS) as threads:
        flight: SingleFlight[int] = SingleFlight()
        results = [threads.submit(flight.do, "key", read) for _ in range(THREADS)]
        failed = [result for result in results if result.exception()]
        assert len(failed) == 1
        assert isinstance(failed[0].exception(), OSError)
        assert all(result.result() > 1 for result in results if result not in failed)


def test_other_keys_are_read_for_themselves() -> None:
    flight: SingleFlight[str] = SingleFlight()
    assert flight.do("a", lambda: flight.do("b", lambda: "read")) == "read"
