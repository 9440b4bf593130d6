"""One module per CDP, each with a class `Sink(now_ms)`: how the CDP's API takes what the hub sends.

A module may have SETTINGS: those that a connection to this sink needs besides its address.
"""

import pkgutil
from importlib import import_module

from tools.local.sandbox.core import Now, Vendor


def names() -> list[str]:
    """The CDPs that have a sink."""
    return [module.name for module in pkgutil.iter_modules(__path__)]


def sink(name: str, now_ms: Now) -> Vendor:
    """A new sink of the CDP; raises ModuleNotFoundError when it has none."""
    made: Vendor = import_module(f"{__name__}.{name}").Sink(now_ms)
    return made


def settings(name: str) -> dict[str, str]:
    """What a connection to the sink needs besides its address."""
    return dict(getattr(import_module(f"{__name__}.{name}"), "SETTINGS", {}))
