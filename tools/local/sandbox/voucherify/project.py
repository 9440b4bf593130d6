"""What all calls of one Voucherify project share."""

from dataclasses import dataclass

from tools.local.sandbox.core import Now
from tools.local.sandbox.voucherify.history import History
from tools.local.sandbox.voucherify.profiles import Profiles
from tools.local.sandbox.voucherify.schemas import Schemas
from tools.local.sandbox.voucherify.values import Ids


@dataclass(frozen=True)
class Project:
    """The state that the calls read and change."""

    now_ms: Now
    ids: Ids
    schemas: Schemas
    profiles: Profiles
    history: History
