"""One module per CDP that sends to the hub, each with SHAPES: what it sends, and what it is answered.

A CDP without a module sends any JSON, and gets the usual answers.
"""

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from pydantic import BaseModel

from tools.openapi.answers import Accepted, VoucherifyError
from tools.openapi.plain import Schema
from tools.openapi.schemas import Wire


@dataclass(frozen=True)
class Shapes:
    """A CDP's bodies, path -> (what the route is for, type of the body or None), and the answers to them.

    `wire` is what validators take that make something else of it. `headers` are those of requests besides the key,
    path -> {name: description}; `is_open` says that some requests need no key in a header. Whoever cannot bear a 400 is
    answered 200 with `refused_by_200`; `trouble` answers a call for a publication or a lookup that will not work.
    """

    bodies: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    wire: Wire = field(default_factory=dict)
    headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    is_open: bool = False
    accepted: Any = Accepted
    refused_by_200: type[BaseModel] | None = None
    trouble: type[BaseModel] = VoucherifyError


def shapes_of(cdp: str) -> Shapes:
    """The CDP's shapes."""
    if cdp not in {module.name for module in pkgutil.iter_modules(__path__)}:
        return Shapes()
    found: Shapes = import_module(f"{__name__}.{cdp}").SHAPES
    return found


ANYTHING: Schema = {}
"""The schema of any JSON."""
