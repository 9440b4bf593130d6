"""The secrets that sign a project's webhooks, as one instance of the webhook function knows them."""

from cdphub import clock
from cdphub.cache import Cache
from cdphub.connections import read_project, read_project_secrets
from cdphub.hub import Hub

KEEP_MS = 5 * clock.MINUTE
READ_AGAIN_MS = 5 * clock.SECOND
LONGEST_ID_BYTES = 255


class WebhookSecrets:
    """Secrets by project; none of an unknown project, which is remembered like any other."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._secrets: Cache[list[str]] = Cache(self._read, KEEP_MS)

    def known(self, project: str) -> list[str]:
        """The project's secrets as last read; they may be five minutes old."""
        return self._secrets.get(project)

    def newest(self, project: str) -> list[str]:
        """The project's secrets, read again, but at most once in five seconds."""
        return self._secrets.get(project, not_older_than_ms=clock.now_ms() - READ_AGAIN_MS)

    def _read(self, project: str) -> list[str]:
        if not 0 < len(project.encode()) <= LONGEST_ID_BYTES:
            return []
        # The table first: it stands up to strangers who try names, while Parameter Store allows few reads a second.
        if read_project(self._hub.store, project) is None:
            return []
        secrets = read_project_secrets(self._hub.secrets, project, not_older_than_ms=clock.now_ms())
        return secrets.webhook_secrets
