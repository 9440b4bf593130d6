"""The load: commands, events and questions for codes at once, each repeated by its sender until it is accepted."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from tests.e2e.exchange import Reply
from tests.e2e.hub import Hub
from tests.e2e.load import AGAIN_SECONDS, REQUESTS_AT_ONCE
from tests.e2e.project import Project
from tests.e2e.webhooks import TWELVE, webhook
from tests.faults import commands
from tests.faults.commands import PERSON, WAVES, Command
from tests.template.stack import FUNCTIONS
from tools.local.sandbox.voucherify import CAMPAIGN

TRIES = 200
TWICE = 0.1
"""The share of events that Voucherify tells twice."""
COMMANDS_PER_READER = 20
"""A reader for whom codes are wanted comes with so many commands."""
COMMANDS_PER_ROUND = 500
"""Each function's processes are killed once, and once more for so many commands."""
MORTAL = sorted(FUNCTIONS.keys() - {"FrontDefault", "FrontHealth"})
"""The functions that the load needs."""
ASKING_AT_ONCE = 2

EVENTS = [name for name in TWELVE if "publication" not in name]
"""Those that every CDP is told of by default."""

Task = Callable[[], None]


@dataclass
class Sent:
    """What has been accepted: commands, and how often each was sent; whom events are about; the codes of an occasion.

    `killed` tells how many processes of which function have died.
    """

    commands: Counter[Command] = field(default_factory=Counter)
    people: set[str] = field(default_factory=set)
    codes: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    killed: Counter[str] = field(default_factory=Counter)


class Load:
    """So many commands and events of one project, while processes die; all chosen by the seed."""

    def __init__(self, hub: Hub, project_id: str, project: Project, *, seed: int, number: int, events: int) -> None:
        self.sent = Sent()
        self.people = [f"{PERSON}-{seed}-told-{event}" for event in range(events)]
        self._hub = hub
        self._project_id = project_id
        self._project = project
        self._chance = Random(seed)
        self._waves = list(commands.waves(seed, number))
        self._readers = [f"{PERSON}-{seed}-reader-{reader}" for reader in range(number // COMMANDS_PER_READER)]
        self._victims = [name for _ in range(1 + number // COMMANDS_PER_ROUND) for name in self._shuffled(MORTAL)]

    def waves(self) -> Iterator[int]:
        """Sends one wave after the other, and counts them; who asks for codes is waited for in the end."""
        with ThreadPoolExecutor(ASKING_AT_ONCE) as asking, ThreadPoolExecutor(REQUESTS_AT_ONCE) as sending:
            asked: list[Future[None]] = []
            for place in range(WAVES):
                asked += [asking.submit(self._ask, reader) for reader in self._readers[place::WAVES] * 2]
                for done in [sending.submit(task) for task in self._tasks(place)]:
                    done.result()
                yield place + 1
            for answered in asked:
                answered.result()

    def _tasks(self, place: int) -> list[Task]:
        """What happens in a wave, in any order."""
        sends: list[Task] = [partial(self._send, request) for request in commands.requests(self._waves[place])]
        told = [(webhook(self._chance.choice(EVENTS), person), person) for person in self.people[place::WAVES]]
        told += [each for each in told if self._chance.random() < TWICE]
        tells = [partial(self._tell, *each) for each in told]
        kills = [partial(self._kill, function) for function in self._victims[place::WAVES]]
        return self._shuffled([*sends, *tells, *kills])

    def _shuffled(self, some: Sequence[Any]) -> list[Any]:
        return self._chance.sample(some, len(some))

    def _send(self, request: Sequence[Command]) -> None:
        times = until_accepted(lambda: commands.send(self._project, request))
        self.sent.commands.update(dict.fromkeys(request, times))

    def _tell(self, body: Any, person: str) -> None:
        """An event about somebody whom no other is about."""
        until_accepted(lambda: self._hub.webhook(body, project=self._project_id))
        self.sent.people.add(person)

    def _ask(self, reader: str) -> None:
        """Iterable and Braze ask, each for an occasion of its own; a reader has two codes in the end."""
        for asking in (self._project.iterable.data_feed, self._project.braze.connected_content):
            code = until_answered(partial(asking, reader, CAMPAIGN))
            self.sent.codes[f"{asking.__name__} {reader}"].add(code)

    def _kill(self, function: str) -> None:
        self.sent.killed[function] += self._hub.aws.kill(function)


def until_accepted(send: Callable[[], Reply]) -> int:
    """Sends until it is accepted; gives how often that was."""
    return _repeated(send)[0]


def until_answered(ask: Callable[[], Reply]) -> str:
    """Asks until there is a code."""
    return str(_repeated(ask)[1].json()["voucher"]["code"])


def _repeated(send: Callable[[], Reply]) -> tuple[int, Reply]:
    for times in range(1, TRIES):
        reply = send()
        if reply.status in (200, 202):
            return times, reply
        assert reply.status >= 500, f"refused with {reply.status}"
        time.sleep(AGAIN_SECONDS)
    raise AssertionError("never accepted")
