"""The scenario `backfill`: customers of a file come in behind what is live, with interruptions (G1, G2, G6)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from cdphub.aws import AwsError
from cdphub.clock import DAY, MINUTE
from cdphub.connections import Connection
from cdphub.profile import load_profiles
from tools.hubctl import FUNCTIONS
from tools.hubctl.backfill import Backfill
from tools.hubctl.backfill_progress import Notes
from tools.simulation.dialects import SEGMENT, as_segment
from tools.simulation.outcome import End, Violation, end_of
from tools.simulation.scheduler import Process
from tools.simulation.sender import Sender
from tools.simulation.shop import update
from tools.simulation.world import PROJECT, Stack, World
from voucherify.worker import FEWEST_IN_BULK

CALLS = 100
LIVE = 20
"""So many customers of the file are updated live before it, and once more while it comes in."""

BEGINS_MS = 2 * MINUTE
INTERRUPTED_MS = (BEGINS_MS + MINUTE // 6, BEGINS_MS + MINUTE)
GOES_ON_MS = MINUTE // 2
"""After an interruption, or trouble with AWS, the operator gives the command again."""


@dataclass(frozen=True)
class Backfilling:
    """A file of so many customers, each with so many lines."""

    customers: int
    commands: int

    @property
    def stack(self) -> Stack:
        return Stack(CALLS, apply_workers=10, fewest_in_bulk=FEWEST_IN_BULK, patience_ms=2 * DAY)

    def run(self, world: World) -> End:
        """Plays until all is applied; counts the calls that write, but those of live updates."""
        names = [f"customer-{number}" for number in range(self.customers)]
        live = [as_segment(update(name, number)) for number in (1, 2) for name in names[:LIVE]]
        sender = Sender(world, SEGMENT, live, 2 * BEGINS_MS // len(live))
        sender.start()
        with self._file(names) as file:
            operator = Operator(world, file)
            world.scheduler.after(BEGINS_MS, operator.begin)
            for at_ms in INTERRUPTED_MS:
                world.scheduler.after(at_ms, operator.interrupt)
            world.run(5 * MINUTE, lambda: sender.is_done and operator.is_done)
        writing = [call for call in world.history.calls if call.method != "GET"]
        backfilled = [call for call in writing if call.source_id not in names[:LIVE]]
        world.history.counts.update(calls=len(backfilled))
        return replace(end_of(world, names, {}), found=self._overwritten(world, names))

    @contextmanager
    def _file(self, names: list[str]) -> Iterator[Path]:
        with TemporaryDirectory() as folder:
            file = Path(folder) / "customers.ndjson"
            lines = (
                {"type": "identify", "userId": name, "traits": {"name": f"old-{number}"}}
                for number in range(self.commands)
                for name in names
            )
            file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
            yield file

    def _overwritten(self, world: World, names: list[str]) -> list[Violation]:
        found = {name: world.vendor.profile(name).get("name", "") for name in names}
        wanted = {name: f"{name}-2" if name in names[:LIVE] else f"old-{self.commands - 1}" for name in names}
        return [Violation("G2", name, f"is called {found[name]}") for name in names if found[name] != wanted[name]]


class Operator:
    """Gives the command, interrupts it, and gives it again until it is done."""

    def __init__(self, world: World, file: Path) -> None:
        self._world = world
        self._file = file
        self._process = Process("hubctl")
        self.is_done = False

    def begin(self) -> None:
        """Gives the command."""
        connection = Connection(id=SEGMENT.name, project=PROJECT.id, cdp="segment", settings={})
        profile = load_profiles(FUNCTIONS)["segment"]
        work = Backfill(self._world.doors, self._file, profile, connection, PROJECT)
        self._process = Process("hubctl")
        self._world.scheduler.start(self._process, partial(self._run, work), self._after)

    def interrupt(self) -> None:
        """As a crash does."""
        self._world.history.counts["kills"] += not self.is_done
        self._world.scheduler.kill(self._process)

    def _run(self, work: Backfill) -> None:
        try:
            work.run(work.begin(), lambda _: None, lambda _: None)
        except AwsError:
            return

    def _after(self) -> None:
        progress = Notes(self._file).read()
        self.is_done = progress is not None and progress.complete
        if not self.is_done:
            self._world.scheduler.after(GOES_ON_MS, self.begin)
