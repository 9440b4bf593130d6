"""What happened in a run, for whoever judges it: calls, their effects, and what struck the workers."""

import traceback
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from cdphub.aws import AwsError
from cdphub.outbox.row import Row


@dataclass
class Attempt:
    """One request written to a vendor; times are virtual milliseconds.

    `process` sent it; `doubtful` says that it cannot know what became of it.
    """

    process: str
    written_ms: int
    doubtful: bool = field(default=True, kw_only=True)


@dataclass
class Call(Attempt):
    """One to Voucherify: `listed` is the customer's row as its sender last read or wrote it.

    `landed_ms` tells when it took effect, if it did.
    """

    method: str
    path: str
    body: Any
    listed: str = ""
    landed_ms: int | None = None

    @property
    def customer(self) -> dict[str, Any]:
        """The customer object that it carries; nothing if it carries many, in bulk."""
        carried = self.body["customer"] if self.is_event else self.body
        return carried if isinstance(carried, dict) else {}

    @property
    def row(self) -> Row:
        """The row as its sender saw it."""
        return Row.model_validate_json(self.listed)

    @property
    def source_id(self) -> str:
        """Whom it is about; nobody if it is about all."""
        if self.is_deletion:
            return self.path.split("/")[-2]
        return str(self.customer.get("source_id", ""))

    @property
    def is_event(self) -> bool:
        """Whether it carries a custom event."""
        return self.path == "/v1/events"

    @property
    def label(self) -> str:
        """What tells its event from others."""
        return str((self.body.get("metadata") or {}).get("n")) if self.is_event else ""

    @property
    def is_deletion(self) -> bool:
        """Whether it deletes its customer for good."""
        return self.path.endswith("/permanent-deletion")


@dataclass
class History:
    """`calls` are in the order they were written, `landed` those that changed something, in the order of their effects.

    `rows` are customer rows by (process, partition key) as it last read or wrote them, `ended` when event rows
    were marked as done or dead. `counts` are what the last line tells, `injected` what went wrong, by kind, `outcomes`
    what became of deliveries, by vendor, and `metrics` what the workers counted, by metric and CDP. `trace`, if it is
    kept, holds a line per step that can be seen from outside.
    """

    calls: list[Call] = field(default_factory=list)
    landed: list[Call] = field(default_factory=list)
    rows: dict[tuple[str, str], str] = field(default_factory=dict)
    ended: dict[tuple[str, str], int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    injected: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    metrics: Counter[tuple[str, str]] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    trace: list[str] | None = None
    _blows: dict[str, list[int]] = field(default_factory=dict)

    def struck(self, process: str, now_ms: int, kind: str, what: str) -> None:
        """Something struck a process: one of the `kills`, `stalls` or `failures`."""
        self.counts[kind] += 1
        self._blows.setdefault(process, []).append(now_ms)
        self.tell(now_ms, process, what)

    def struck_since(self, process: str, time_ms: int) -> bool:
        """Whether anything struck a process at or after a time."""
        return any(blow >= time_ms for blow in self._blows.get(process, []))

    def failed(self, error: Exception) -> None:
        """A worker met an error: AWS may fail, anything else is a fault in the code."""
        told = "".join(traceback.format_exception(error))
        if not isinstance(error, AwsError) and told not in self.crashes:
            self.crashes.append(told)

    def tell(self, now_ms: int, who: str, what: str) -> None:
        """Adds a line to the trace."""
        if self.trace is not None:
            self.trace.append(f"{now_ms / 1000:10.3f} {who:10} {what}")
