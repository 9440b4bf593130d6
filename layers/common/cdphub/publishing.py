"""How a CDP's calls for a publication or a lookup are answered: one part of its profile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cdphub.api import Reply, reply

HANDLER = "publications.publish.handler"

VERSION = "v1"
PUBLICATIONS = (("POST", f"/{VERSION}/publications"), ("GET", f"/{VERSION}/publications/create"))
CUSTOMER = ("GET", f"/{VERSION}/customers/{{customer+}}")
QUALIFICATIONS = ("POST", f"/{VERSION}/qualifications")
ROUTES = (*PUBLICATIONS, CUSTOMER, QUALIFICATIONS)
"""As Voucherify has them: the CDP's prefix may come before, so that only the host changes, or the host and a prefix."""

RESOURCES = tuple(path.split("/")[2] for _, path in ROUTES)
"""What the routes are about: the parts of their paths that follow the version."""


@dataclass(frozen=True)
class Publishing:
    """A call is answered within `budget_ms`.

    With `busy` if the same call may work later (throttled, timed out, our own trouble), with `refusal`, made from
    Voucherify's status and error object, if only another call may work.
    """

    budget_ms: int
    busy: int = 503
    refusal: Callable[[int, Mapping[str, Any]], Reply] = reply
