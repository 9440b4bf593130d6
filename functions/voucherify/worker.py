"""What one instance of apply or sweep keeps between invocations."""

from functools import cache

from cdphub import clock
from cdphub.cache import Cache
from cdphub.connections import Connection, Project, list_connections, read_project, read_project_secrets
from cdphub.http import Transport
from cdphub.hub import Hub, hub
from cdphub.pauses import CONNECTIONS, PROJECTS, Pauses
from cdphub.transport import Urllib3Transport
from cdphub.voucherify.client import Voucherify
from voucherify.budget import Budget
from voucherify.event_names import EventNames
from voucherify.event_schemas import EventSchemas
from voucherify.health import Health
from voucherify.leases import Leases
from voucherify.omissions import Omissions
from voucherify.schemas import Schemas
from voucherify.wakes import Wakes

FEWEST_IN_BULK = 20

_KEEP_MS = clock.MINUTE


class Worker:
    """Doors, and what was read through them a short while ago.

    `fewest_in_bulk` customers and more go to Voucherify in a bulk job.
    """

    def __init__(self, hub: Hub, transport: Transport, fewest_in_bulk: int = FEWEST_IN_BULK) -> None:
        self.hub = hub
        self.fewest_in_bulk = fewest_in_bulk
        self.leases = Leases(hub.store)
        self.wakes = Wakes(hub)
        self.pauses = Pauses(hub.store.state, PROJECTS, self.wakes.wake)
        self.connection_pauses = Pauses(hub.store.state, CONNECTIONS)
        self.budget = Budget(hub.store, self.pauses)
        self.health = Health(hub.store)
        self.schemas = Schemas(hub.store)
        self.event_schemas = EventSchemas(hub.store)
        self.event_names = EventNames(hub.store)
        self.omissions = Omissions(hub.store)
        self._transport = transport
        self._projects: Cache[Project | None] = Cache(lambda project: read_project(hub.store, project), _KEEP_MS)
        self._connections: Cache[list[Connection]] = Cache(
            lambda project: list_connections(hub.store, project), _KEEP_MS
        )

    def project(self, project: str) -> Project | None:
        """The project called `project`."""
        return self._projects.get(project)

    def is_paused(self, project: str, connection: str) -> bool:
        """Whether the connection is paused, so that what it brought must wait."""
        return any(c.id == connection and c.state == "paused" for c in self._connections.get(project))

    def salt(self, project: str) -> str:
        """The salt of the project's partition keys."""
        return read_project_secrets(self.hub.secrets, project).salt

    def voucherify(self, project: Project, *, new_keys: bool = False) -> Voucherify:
        """The project's API; with `new_keys` the keys are read again first."""
        newest = clock.now_ms() if new_keys else 0
        secrets = read_project_secrets(self.hub.secrets, project.id, not_older_than_ms=newest)
        return Voucherify(project, secrets, self._transport, self.budget.noted)


@cache
def worker() -> Worker:
    """This instance's worker."""
    return Worker(hub(), Urllib3Transport())
