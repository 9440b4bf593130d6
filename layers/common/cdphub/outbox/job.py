"""Bulk jobs: many customers in one call of Voucherify, which takes effect some time after its answer.

A job is a row of its own, written before any customer joins it, and deleted when it holds none any more. A customer
that has joined is leased to the job: nothing else is sent for it until the job is known to have ended, so that nothing
newer is overtaken. The job's row has the only due time of its customers.
"""

from typing import Literal

from pydantic import BaseModel

from cdphub.outbox.row import JOB, Carried, Row
from cdphub.outbox.work import Send
from cdphub.store.outbox import JobItem

# https://docs.voucherify.io/api-reference/customers/update-customers-in-bulk: the body; the number is the hub's own.
MOST_BYTES = 10 * 1024 * 1024
MOST_CUSTOMERS = 2_000

Status = Literal["open", "submitting", "submitted", "closing"]


class Job(BaseModel):
    """A job's row; `created` is in hub milliseconds.

    `customers` are the partition keys of all that may be leased to the job, `unsure` those of them that were not sent,
    because it is not known whether they joined. `action` is Voucherify's id of the job once it has been submitted. A
    job that is `closing` gives everyone back, with `single` to be sent alone.
    """

    project: str
    created: int
    customers: list[str]
    unsure: list[str] = []
    status: Status = "open"
    action: str | None = None
    single: bool = False


def key(job_id: str) -> str:
    """The partition key of a job."""
    return f"{JOB}{job_id}"


def shard(project: str) -> str:
    """The index partition that has the project's jobs and nothing else."""
    return f"{project}#jobs"


def load(item: JobItem) -> Job:
    """The job of a stored item."""
    return Job.model_validate_json(item.text)


def dump(job: Job, due_ms: int) -> JobItem:
    """The item of a job that somebody must look at from `due_ms` on."""
    return JobItem(job.model_dump_json(exclude_defaults=True), job.status, shard(job.project), due_ms)


def may_join(row: Row) -> bool:
    """Whether a job can carry all that waits, once the lists are read: an event needs a call of its own."""
    return bool(row.has_work() and not (row.deletion or row.events or row.split or row.single))


def join(row: Row, job: str, send: Send) -> None:
    """Leases the row to the job that carries `send`; the caller has the turn.

    The turn passes in the one write that says so: from then on the former holder can write nothing more, and none of
    its calls is under way, since it makes one at a time and has the answer of its last.
    """
    row.release(due=None)
    row.lease, row.carried = job, Carried(fields=send.fields, lists=send.lists)
