"""A stack in memory whose worker takes in what hubctl sends, and files to send."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cdphub.connections import Project
from cdphub.outbox.merge import merge
from cdphub.outbox.row import Row, dump, load, partition
from cdphub.profile import load_profiles
from cdphub.queues import Message
from cdphub.schema import Commands
from tests.builders import CONNECTION
from tests.fakes import PROJECT, World
from tools.hubctl import FUNCTIONS
from tools.hubctl.backfill import Backfill
from tools.hubctl.backfill_progress import Progress

SALT = "salt"


class Worker:
    """Queues whose messages are taken in and sent at once; `crashes_after` so many the sender is gone."""

    def __init__(self, world: World, crashes_after: int | None = None) -> None:
        self._outbox = world.hub.store.outbox
        self._crashes_after = crashes_after
        self.taken: list[Commands] = []
        self.on_send: Callable[[], object] = lambda: None

    def send(self, queue: str, messages: Sequence[Message]) -> None:
        assert queue == "apply"
        for message in messages:
            self.taken.append(Commands.model_validate(message.body))
            self._take_in(self.taken[-1])
        self.on_send()
        if len(self.taken) == self._crashes_after:
            raise KeyboardInterrupt

    @property
    def names(self) -> list[list[str | None]]:
        """What customers are called in each message."""
        return [[command.customer.name for command in message.commands] for message in self.taken]

    def _take_in(self, message: Commands) -> None:
        for command in message.commands:
            pk = partition(PROJECT, SALT, command.customer.source_id)
            item = self._outbox.read_customer(pk)
            row = load(item) if item else Row()
            merge(row, command)
            row.applied |= {name: one.at for name, one in row.fields.items()}
            row.fields.clear()
            assert self._outbox.write_customer(pk, dump(pk, row, item.version if item else 0))


def backfill(world: World, file: Path, worker: Worker, **named: Any) -> Backfill:
    """Of a file of Segment's."""
    world.hub = type(world.hub)(world.hub.store, worker, world.hub.secrets)
    project = Project(id=PROJECT, name=PROJECT, api_url="https://api.voucherify.io")
    connection = world.add_connection(CONNECTION)
    return Backfill(world.hub, file, load_profiles(FUNCTIONS)["segment"], connection, project, **named)


def run(work: Backfill) -> Progress:
    """Runs until it is through; gives how far it came."""
    progress = work.begin()
    work.run(progress, lambda _: None, lambda _: None)
    return progress


def identify(number: int, **more: Any) -> dict[str, Any]:
    """A customer as Segment sends it."""
    return {"type": "identify", "userId": f"u{number}", "traits": {"name": f"n{number}"}, **more}


def write(file: Path, *lines: Any) -> Path:
    """A file of these lines; texts stand there as they are."""
    file.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return file
