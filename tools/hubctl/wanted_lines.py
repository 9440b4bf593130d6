"""Which lines of the log somebody wants to see."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from cdphub.connections import read_project_secrets
from cdphub.hub import Hub
from cdphub.outbox.row import partition
from tools.hubctl.connect import list_connections
from tools.hubctl.errors import WrongInputError
from tools.hubctl.logs import Line

_STATUS = re.compile(r"[1-5](\d\d|xx)")


@dataclass(frozen=True)
class WantedLines:
    """None means all. `status` is 429 or 5xx, `customer` a partition key of the outbox, `connections` the project's."""

    cdp: str | None = None
    project: str | None = None
    connection: str | None = None
    connections: Collection[str] = ()
    status: str | None = None
    failure: str | None = None
    customer: str | None = None

    def __post_init__(self) -> None:
        if self.status is not None and not _STATUS.fullmatch(self.status):
            raise WrongInputError(f"status: {self.status} is none: 429 and 5xx are")

    @property
    def term(self) -> str | None:
        """What occurs in all of them, if anything is known to."""
        return self.customer or self.connection

    def takes(self, line: Line) -> bool:
        """Whether the line is wanted."""
        entry = line.entry
        return all(
            (
                self.cdp is None or self._is_of_cdp(line),
                self.project is None or entry.get("project") == self.project or self._connection(line),
                self.connection in (None, entry.get("connection")),
                self.status is None or re.fullmatch(self.status.replace("x", "."), str(entry.get("status", ""))),
                self.failure in (None, entry.get("failure")),
                self.customer is None or self.customer in (entry.get("customer"), *entry.get("customers", ())),
            )
        )

    def _connection(self, line: Line) -> bool:
        return line.entry.get("connection") in self.connections

    def _is_of_cdp(self, line: Line) -> bool:
        of = str(line.entry.get("connection", line.function)).lower()
        return of.startswith(str(self.cdp))


def wanted_lines(
    hub: Hub,
    *,
    cdp: str | None,
    project: str | None,
    connection: str | None,
    status: str | None,
    failure: str | None,
    customer: str | None,
) -> WantedLines:
    """`customer` is a source_id, of which lines have the salted hash. Raises WrongInputError, and AwsError."""
    if customer is not None:
        if project is None:
            raise WrongInputError("customer: --project says whose customer that is")
        salt = read_project_secrets(hub.secrets, project).salt
        # The hash names the project too, and not all of the customer's lines do.
        customer, project = partition(project, salt, customer), None
    own = [each.id for each in list_connections(hub) if each.project == project] if project else []
    return WantedLines(cdp, project, connection, own, status, failure, customer)
