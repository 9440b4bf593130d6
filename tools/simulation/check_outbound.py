"""Every event reaches every connection that wants it, or is a dead letter that says why (G1), and does so once (G3)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from cdphub.backlog import DeadLetter
from cdphub.clock import HOUR
from cdphub.failures import FailureClass
from tools.simulation.history import History
from tools.simulation.outcome import Violation
from tools.simulation.subscribers import Subscriber
from tools.simulation.webhooks import Happening

PATIENCE_MS = 24 * HOUR
FINAL = {FailureClass.INVALID, FailureClass.CONFIG}
BY_ID = {"segment", "mparticle", "iterable"}
"""The CDPs that know a repeat by its id. Bloomreach knows it only if it is the same in everything, Braze never."""

Letters = Mapping[tuple[str, str], list[DeadLetter]]


def check_outbound(
    subscribers: Sequence[Subscriber], happenings: Sequence[Happening], letters: Sequence[DeadLetter], history: History
) -> Iterator[Violation]:
    """Judges what has reached the sinks; counts what came again."""
    by_place = _by_place(letters)
    repeats: Counter[str] = Counter()
    for subscriber in subscribers:
        delivered = subscriber.sink.delivered()
        yield from _unwanted(subscriber, delivered, happenings)
        for happening in happenings:
            if happening.type in subscriber.types:
                found = by_place[subscriber.id, happening.person]
                yield from _fate(subscriber, happening, delivered[happening.person], found)
                repeats[subscriber.profile.cdp] += max(0, delivered[happening.person] - 1)
                history.outcomes[subscriber.profile.cdp, "delivered" if delivered[happening.person] else "dead"] += 1
        history.outcomes[subscriber.profile.cdp, "dropped"] += subscriber.sink.dropped()
    history.counts["repeats"] += repeats.total()
    for cdp, number in repeats.items():
        history.outcomes[cdp, "repeats"] += number
        counted = history.metrics["RepeatPossible", cdp]
        if number > counted:
            yield Violation("G3", "", f"{number} events came again to {cdp}, {counted} were counted as such that may")


def _by_place(letters: Sequence[DeadLetter]) -> Letters:
    found: dict[tuple[str, str], list[DeadLetter]] = defaultdict(list)
    for letter in letters:
        found[letter.connection, letter.payload["event"]["customer"]["source_id"]].append(letter)
    return found


def _unwanted(subscriber: Subscriber, delivered: Counter[str], happenings: Sequence[Happening]) -> Iterator[Violation]:
    wanted = {happening.person for happening in happenings if happening.type in subscriber.types}
    for person in delivered.keys() - wanted:
        yield Violation("G1", person, f"{subscriber.id} got what it does not want")


def _fate(
    subscriber: Subscriber, happening: Happening, times: int, letters: Sequence[DeadLetter]
) -> Iterator[Violation]:
    who, what = happening.person, f"{happening.type} for {subscriber.id}"
    if not times and not letters:
        yield Violation("G1", who, f"{what} is lost")
    if times > 1 and subscriber.profile.cdp in BY_ID:
        yield Violation("G3", who, f"{what} came {times} times")
    for letter in letters:
        if not letter.reason or not _is_just(letter, happening):
            yield Violation("G1", who, f"{what} died for no fault of its own: {letter.failure}, {letter.reason}")


def _is_just(letter: DeadLetter, happening: Happening) -> bool:
    """What is refused dies at once, what may work later after a day; a key that is not accepted kills nothing."""
    if letter.failure in FINAL:
        return happening.is_bad
    return letter.failure is not FailureClass.AUTH and letter.last_ms - letter.first_ms >= PATIENCE_MS
