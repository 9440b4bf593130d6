"""Sockets: none, except to this machine in the folders whose tests run real processes and servers."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
FOLDERS_WITH_SOCKETS = {"integration", "local", "e2e"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of these folders: `make unit` leaves them out, and pytest-socket lets them reach loopback."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in FOLDERS_WITH_SOCKETS:
            item.add_marker(pytest.mark.integration)
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"]))
