"""A CDP's harmless call, by which its credentials are tried before they are stored: `CHECK` in a vendor's `check.py`.

A vendor whose API has no such call has no such file.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic

from cdphub.http import HttpRequest
from cdphub.outbound.vendor import SecretsT, SettingsT


@dataclass(frozen=True)
class Check(Generic[SettingsT, SecretsT]):
    """A call that changes nothing, and the statuses by which its reply says that the key is good, or is not.

    Any other status says nothing about the key.
    """

    request: Callable[[SettingsT, SecretsT], HttpRequest]
    admitted: frozenset[int]
    refused: frozenset[int] = frozenset({401, 403})


def load_check(functions: Path, cdp: str) -> Check[Any, Any] | None:
    """The check of the vendor's folder in `functions`, or None if it has none."""
    if not (functions / cdp / "check.py").exists():
        return None
    check: Check[Any, Any] = importlib.import_module(f"{cdp}.check").CHECK
    return check
