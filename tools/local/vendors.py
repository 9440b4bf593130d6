"""The vendors that this start's hub talks to: stand-ins, or what the environment names instead."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from cdphub import clock
from tools.local.sandbox import sinks
from tools.local.sandbox.core import Vendor
from tools.local.sandbox.sandbox import Sandbox
from tools.local.sandbox.server import serve
from tools.local.sandbox.voucherify import Property, Schema, Voucherify
from tools.local.settings import Settings

_LIST = Property(type="string", array=True)

CUSTOMER_SCHEMA = Schema(
    properties={
        "brazeAudiences": _LIST,
        "company": Property(type="string"),
        "favourites": _LIST,
        "first_order": Property(type="date"),
        "last_visit": Property(type="datetime"),
        "logins": Property(type="number"),
        "mparticleAudiences": _LIST,
        "newsletter": Property(type="boolean"),
        "orders": Property(type="number", gte=0),
        "plan": Property(type="string"),
        "roast": Property(type="string"),
        "score": Property(type="number"),
        "seats": Property(type="number"),
        "segment": Property(type="string", eq=["new", "regular", "vip"]),
        "segmentGroups": _LIST,
        "subscriptions": Property(type="number"),
        "vip": Property(type="boolean"),
    }
)
"""What the stand-in's project defines to begin with: most of what events/ sends, so that the rest is seen omitted."""


@dataclass(frozen=True)
class Vendors:
    """Where the vendors are, and the hub's API key at Voucherify."""

    voucherify: str
    application_id: str
    secret_key: str
    sinks: dict[str, str]


@contextmanager
def vendors(settings: Settings) -> Iterator[Vendors]:
    """Serves the stand-ins for the length of a `with` block."""
    application_id = settings.environment.get("VOUCHERIFY_APPLICATION_ID") or secrets.token_hex(16)
    secret_key = settings.environment.get("VOUCHERIFY_SECRET_KEY") or secrets.token_hex(16)
    schemas = {"customer": CUSTOMER_SCHEMA}
    with ExitStack() as parts:

        def url(name: str, stand_in: Vendor) -> str:
            if given := settings.vendor_url(name):
                return given
            server = serve(Sandbox(stand_in), settings.port(name), settings.host)
            parts.callback(server.stop)
            return server.url

        yield Vendors(
            url("voucherify", Voucherify({application_id: secret_key}, clock.now_ms, schemas=schemas)),
            application_id,
            secret_key,
            {name: url(name, sinks.sink(name, clock.now_ms)) for name in sinks.names()},
        )
