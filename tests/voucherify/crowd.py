"""Many customers at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

from cdphub.clock import SECOND
from cdphub.commands import pack
from cdphub.outbox.job import Job, load, shard
from cdphub.schema import Command
from tests.builders import upsert
from tests.fakes import PROJECT
from tests.voucherify.bench import Bench
from tests.voucherify.doors import record
from voucherify.worker import FEWEST_IN_BULK

CROWD = [f"customer {number:04}" for number in range(FEWEST_IN_BULK)]
BULK = "/v1/customers/bulk/async"


def upserts(number: int, customers: Sequence[str] = CROWD, **fields: Any) -> list[Command]:
    """One command of each customer."""
    return [upsert(number, source_id, **fields) for source_id in customers]


def messages(commands: Sequence[Command]) -> list[dict[str, Any]]:
    """Many commands, as SQS brings them."""
    return [record(f"m-{number}", body) for number, body in enumerate(pack(PROJECT, commands))]


def jobs(bench: Bench) -> Iterator[Job]:
    """The jobs that there are."""
    far = bench.clock.now * 2
    for key in bench.store.outbox.due(shard(PROJECT), far, 100):
        item = bench.store.outbox.read_job(key)
        assert item is not None
        yield load(item)


def names(bench: Bench, customers: Sequence[str] = CROWD) -> set[Any]:
    """The names that they have at Voucherify."""
    return {(bench.profile(source_id) or {}).get("name") for source_id in customers}


def wait_for_job(bench: Bench, milliseconds: int = 10 * SECOND) -> None:
    """Lets a job end, and the worker be woken."""
    bench.later(milliseconds)
    bench.remind()


def is_quiet(bench: Bench, customers: Sequence[str] = CROWD) -> bool:
    """Whether nobody of them is held, due or waiting, and no job is left."""
    rows = [bench.row(source_id) for source_id in customers]
    return not any(jobs(bench)) and not any(row.lease or row.due or row.has_work() for row in rows)
