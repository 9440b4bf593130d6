"""The quotas, of AWS and of the stack itself."""

import json
from dataclasses import dataclass
from typing import Any

from tools.local import ROOT


@dataclass(frozen=True)
class Quota:
    """At most `limit` of `what`, for each thing named by `of`; `per` names the time it is for, if it is a rate.

    Verified is what the source's own text said when it was read.
    """

    name: str
    what: str
    limit: float
    per: str
    of: str
    raised: str
    source: str
    as_of: str
    verified: bool


def quotas() -> dict[str, Quota]:
    """The quotas by name."""
    found: list[dict[str, Any]] = json.loads((ROOT / "docs" / "quotas.json").read_text())
    return {quota["name"]: Quota(**quota) for quota in found}
