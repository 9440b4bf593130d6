"""Projects, connections and integration keys, as the table `connections` and Parameter Store hold them."""

import hashlib
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cdphub.secrets import MalformedSecretError, Secrets
from cdphub.store import Store

CdpSettings = dict[str, Any]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


EventType = Literal["string", "number", "boolean", "date", "datetime"]
EventSchema = dict[str, EventType]
"""The types of a custom event's metadata, by key."""

Write = Literal["merge", "read_modify_write"]


class Project(_Record):
    """One Voucherify project; `api_url` is its cluster's, without a path."""

    id: str
    name: str
    api_url: str
    api_budget: float = Field(
        default=0.5, gt=0, le=1, description="The hub's part of the API calls a minute or hour; the rest is the shop's."
    )
    cycle_quota: int | None = Field(
        default=None, ge=1, description="API calls of a billing cycle, of which the hub makes 80 % at most."
    )
    api_version: str = Field(
        default="latest",
        pattern=r"^(latest|v\d{4}-\d{2}-\d{2})$",
        description="Voucherify's API version, such as v2018-08-01; latest leaves it to the project's own setting.",
    )
    cycle_day: int = Field(default=1, ge=1, le=31, description="The day of the month on which a billing cycle begins.")
    hub_owns_lists: bool = Field(
        default=False, description="Nobody else writes lists of audiences, so that the hub need not read them first."
    )
    metadata_write: Write = Field(
        default="merge",
        description="Whether Voucherify merges metadata into what is there (assumed, but not documented), or replaces"
        " what is there, so that the hub must read, modify and write.",
    )
    address_write: Write = Field(default="merge", description="The same of the parts of an address.")
    event_schemas: dict[str, EventSchema] = Field(
        default={}, description="Types of custom events' metadata, where the Management API does not tell them."
    )


class ManagementKeys(_Record):
    """The key pair of Voucherify's Management API, and the project's id in it (`proj_...`)."""

    project: str = Field(min_length=1)
    id: str = Field(min_length=1)
    token: str = Field(min_length=1)


class ApiKey(_Record):
    """A key pair of Voucherify's API."""

    application_id: str = Field(min_length=1)
    secret_key: str = Field(min_length=1)


class ProjectSecrets(_Record):
    """Parameter `project/<id>`: the API key pair, the webhook secrets (two while one is being rotated) and the salt.

    The salt makes the outbox's keys unguessable; it never changes, since the keys would. `management` is for projects
    whose plan has the Management API; `cdp_keys` has the pairs of those CDPs that have one of their own.
    """

    application_id: str
    secret_key: str
    webhook_secrets: list[str] = []
    salt: str
    management: ManagementKeys | None = None
    cdp_keys: dict[str, ApiKey] = {}

    def of_cdp(self, cdp: str) -> "ProjectSecrets":
        """These for a call that one CDP alone has caused: its own pair is the API key pair, if it has one."""
        own = self.cdp_keys.get(cdp)
        return self.model_copy(update=own.model_dump()) if own else self

    @property
    def application_ids(self) -> set[str]:
        """By them Voucherify says which of its events the hub has caused."""
        return {self.application_id, *(own.application_id for own in self.cdp_keys.values())}


class Connection(_Record):
    """One project joined to one CDP.

    `settings` are those that the CDP's profile defines; `live` works, `paused` accepts and holds, `off` refuses inbound
    and ignores outbound.
    """

    id: str
    project: str
    cdp: str
    state: Literal["live", "paused", "off"] = "live"
    settings: CdpSettings = {}


class IntegrationKey(_Record):
    """What a CDP presents: the pair's id and the SHA-256 of its secret, never the secret.

    A connection may have several. `made_ms` is when the hub got to know it, in hub milliseconds, if that was noted.
    """

    application_id: str
    secret_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    project: str
    connection: str
    made_ms: int | None = None


def digest(secret: str) -> str:
    """SHA-256 of an integration key's secret, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def project_parameter(project: str) -> str:
    """The name of a project's secrets."""
    return f"project/{project}"


def connection_parameter(connection: str) -> str:
    """The name of a connection's secrets: the CDP's own credentials."""
    return f"connection/{connection}"


def read_project(store: Store, project: str) -> Project | None:
    """The project called `project`."""
    record = store.connections.read_project(project)
    return Project.model_validate_json(record) if record else None


def list_projects(store: Store) -> list[Project]:
    """All projects of the stack."""
    return [Project.model_validate_json(record) for record in store.connections.list_projects()]


def read_connection(store: Store, project: str, connection: str) -> Connection | None:
    """The connection called `connection`."""
    record = store.connections.read_connection(project, connection)
    return Connection.model_validate_json(record) if record else None


def list_connections(store: Store, project: str) -> list[Connection]:
    """All connections of a project."""
    return [Connection.model_validate_json(record) for record in store.connections.list_connections(project)]


def list_keys(store: Store, connection: Connection) -> list[IntegrationKey]:
    """The integration keys of a connection."""
    records = map(IntegrationKey.model_validate_json, store.connections.list_keys(connection.cdp))
    return [key for key in records if (key.project, key.connection) == (connection.project, connection.id)]


def read_project_secrets(secrets: Secrets, project: str, *, not_older_than_ms: int = 0) -> ProjectSecrets:
    """The project's secrets; raises SecretError."""
    name = project_parameter(project)
    found = secrets.read(name, not_older_than_ms=not_older_than_ms)
    try:
        return ProjectSecrets.model_validate(found)
    except ValidationError:
        raise MalformedSecretError(f"parameter {name} does not hold a project's secrets") from None
