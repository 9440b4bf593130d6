"""Table `connections`: projects, connections and integration keys, as texts that cdphub.connections understands."""

from typing import Protocol

from cdphub.store.dynamo import Table

PROJECTS = "projects"


class Connections(Protocol):
    """Records are JSON texts."""

    def read_project(self, project: str) -> str | None: ...
    def list_projects(self) -> list[str]: ...
    def put_project(self, project: str, record: str) -> None: ...
    def delete_project(self, project: str) -> None: ...

    def read_connection(self, project: str, connection: str) -> str | None: ...
    def list_connections(self, project: str) -> list[str]: ...
    def put_connection(self, project: str, connection: str, record: str) -> None: ...
    def delete_connection(self, project: str, connection: str) -> None: ...

    def read_key(self, cdp: str, application_id: str) -> str | None:
        """The integration key that a CDP presents as `application_id`."""

    def list_keys(self, cdp: str) -> list[str]:
        """The integration keys of all connections to a CDP, by application id."""

    def put_key(self, cdp: str, application_id: str, record: str) -> None: ...
    def delete_key(self, cdp: str, application_id: str) -> None: ...


class DynamoConnections:
    """Projects share one partition, a project's connections another, and so do a CDP's keys."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read_project(self, project: str) -> str | None:
        return self._read(PROJECTS, project)

    def list_projects(self) -> list[str]:
        return self._list(PROJECTS)

    def put_project(self, project: str, record: str) -> None:
        self._put(PROJECTS, project, record)

    def delete_project(self, project: str) -> None:
        self._delete(PROJECTS, project)

    def read_connection(self, project: str, connection: str) -> str | None:
        return self._read(f"project#{project}", connection)

    def list_connections(self, project: str) -> list[str]:
        return self._list(f"project#{project}")

    def put_connection(self, project: str, connection: str, record: str) -> None:
        self._put(f"project#{project}", connection, record)

    def delete_connection(self, project: str, connection: str) -> None:
        self._delete(f"project#{project}", connection)

    def read_key(self, cdp: str, application_id: str) -> str | None:
        return self._read(f"key#{cdp}", application_id)

    def list_keys(self, cdp: str) -> list[str]:
        return self._list(f"key#{cdp}")

    def put_key(self, cdp: str, application_id: str, record: str) -> None:
        self._put(f"key#{cdp}", application_id, record)

    def delete_key(self, cdp: str, application_id: str) -> None:
        self._delete(f"key#{cdp}", application_id)

    def _read(self, pk: str, sk: str) -> str | None:
        item = self._table.get({"pk": pk, "sk": sk})
        return str(item["record"]) if item else None

    def _list(self, pk: str) -> list[str]:
        return [str(item["record"]) for item in self._table.query("pk = :pk", pk=pk)]

    def _put(self, pk: str, sk: str, record: str) -> None:
        self._table.put({"pk": pk, "sk": sk, "record": record})

    def _delete(self, pk: str, sk: str) -> None:
        self._table.delete({"pk": pk, "sk": sk})
