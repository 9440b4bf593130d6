"""Which customers a bulk job that has ended did not write (pure).

The result counts them, and links to a report in CSV with the columns `found` and `updated`, true or false:
https://docs.voucherify.io/api-reference/async-actions. How the column of the ids is spelled is not documented.
"""

import csv
import io
from collections.abc import Callable
from typing import Any

_ID = "source_id"
_UPDATED = "updated"


def failed_customers(action: Any, download: Callable[[str], bytes | None]) -> set[str] | None:
    """The source_ids that failed; None if that cannot be told, so that all must be taken for failed."""
    found = action if isinstance(action, dict) else {}
    result = found.get("result") or {}
    count = result.get("failed_count")
    if found.get("operation_status") == "FAILED" or not isinstance(count, int):
        return None
    failed: set[str] = set()
    for url in result.get("reports") or [] if count else []:
        failed |= _failed(download(url) or b"")
    return failed if len(failed) == count else None


def _failed(report: bytes) -> set[str]:
    try:
        head, *rows = csv.reader(io.StringIO(report.decode("utf-8-sig", errors="replace")))
    except (csv.Error, ValueError):
        # No table, not even its head, or a cell that is too long.
        return set()
    columns = [name.strip().lower().replace(" ", "_") for name in head]
    if _ID not in columns or _UPDATED not in columns:
        return set()
    source_id, updated = columns.index(_ID), columns.index(_UPDATED)
    return {row[source_id] for row in rows if len(row) == len(columns) and row[updated].strip().lower() == "false"}
