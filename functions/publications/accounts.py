"""The projects' accounts at Voucherify."""

from collections.abc import Callable

from cdphub import clock
from cdphub.aws import AwsError
from cdphub.cache import Cache
from cdphub.clock import MINUTE
from cdphub.connections import Connection, Project, read_project, read_project_secrets
from cdphub.failures import FailureClass
from cdphub.http import Transport
from cdphub.hub import Hub
from cdphub.voucherify.answers import Answer
from cdphub.voucherify.client import Voucherify
from publications.spent import Spent

_KEEP_MS = MINUTE


class Accounts:
    """The projects and their keys, as far as this instance knows them."""

    def __init__(self, hub: Hub, transport: Transport) -> None:
        self._secrets = hub.secrets
        self._transport = transport
        self._spent = Spent(hub.store)
        self._projects: Cache[Project | None] = Cache(lambda project: read_project(hub.store, project), _KEEP_MS)

    def call(self, connection: Connection, ask: Callable[[Voucherify], Answer]) -> Answer:
        """What Voucherify answers the connection's CDP, again with keys just read if it refuses those.

        Raises AwsError and SecretError.
        """
        answer = ask(self._voucherify(connection))
        if answer.failure is FailureClass.AUTH:
            answer = ask(self._voucherify(connection, keys_not_older_than_ms=clock.now_ms()))
        return answer

    def _voucherify(self, connection: Connection, keys_not_older_than_ms: int = 0) -> Voucherify:
        project = self._projects.get(connection.project)
        if project is None:
            raise AwsError(f"no project {connection.project}")
        secrets = read_project_secrets(self._secrets, project.id, not_older_than_ms=keys_not_older_than_ms)
        return Voucherify(project, secrets.of_cdp(connection.cdp), self._transport, self._spent.noted)
