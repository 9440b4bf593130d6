"""Parameter Store in memory."""

import copy
from typing import Any

from cdphub.secrets import SecretNotFoundError


class MemorySecrets:
    """Always gives the newest."""

    def __init__(self) -> None:
        self._values: dict[str, dict[str, Any]] = {}

    def read(self, name: str, *, not_older_than_ms: int = 0) -> dict[str, Any]:
        if name not in self._values:
            raise SecretNotFoundError(f"no parameter {name}")
        return copy.deepcopy(self._values[name])

    def write(self, name: str, value: dict[str, Any]) -> None:
        self._values[name] = copy.deepcopy(value)

    def delete(self, name: str) -> None:
        self._values.pop(name, None)
