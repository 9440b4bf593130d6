"""Every route of template.yaml, with a key that opens it, what is rightly sent there, and what may be answered."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cdphub.profile import Profile
from front.default import PROFILES
from tests.template.stack import FUNCTIONS

EVENTS = Path(__file__).parents[2] / "events"
GOLDEN = Path(__file__).parents[1] / "golden"
VOUCHERIFY = "voucherify"
DEFAULT = "$default"
"""The route of whatever has no other; no document has it."""

HARMLESS = {
    # Any other stops the campaign for everybody, or the whole webhook.
    "bloomreach": {200, 401},
    # A few of the others end the forwarding of all that comes after.
    "mparticle": {200, 202, 400, 401},
    # 404 and 409 have meanings of their own in Segment's destinations.
    "segment": {200, 400, 401},
    # Anything but success counts towards switching the webhook off: only what is not Voucherify's may be refused.
    VOUCHERIFY: {200, 202, 400, 401},
}
"""The statuses without a fault of the hub's that do no harm at the CDP."""

USUAL = {200, 400, 401, 404}
"""The same of a CDP that only reports or repeats a failure."""


@dataclass(frozen=True)
class Target:
    """A route, its handler, and the CDP that calls it."""

    handler: str
    method: str
    path: str
    cdp: str

    def __str__(self) -> str:
        return f"{self.method} {self.path} by {self.cdp}"

    @property
    def harmless(self) -> set[int]:
        """What may be answered."""
        return HARMLESS.get(self.cdp, USUAL)

    @property
    def seeds(self) -> list[Any]:
        """JSON bodies, or query strings, that are rightly sent to it; `{}` if there are none."""
        return [*self._events(), *self._golden()] or [{}]

    def _events(self) -> Iterator[Any]:
        for path in sorted(EVENTS.glob(f"{self.cdp}/*.json")):
            event = json.loads(path.read_text())
            if event.get("routeKey") == f"{self.method} {self.path}":
                yield event["rawQueryString"] if self.method == "GET" else _parsed(event.get("body", ""))

    def _golden(self) -> Iterator[Any]:
        if self.cdp == VOUCHERIFY:
            yield from (json.loads(path.read_text()) for path in sorted(GOLDEN.glob("webhooks/*.json")))
            return
        for path in sorted(GOLDEN.glob("*/*/*/input.json")):
            given = json.loads(path.read_text())
            method, _, called = given.get("request", "").partition(" ")
            called, _, query = called.partition("?")
            if method == self.method and called and self.path.endswith(called):
                yield query if method == "GET" else given.get("body", given.get("text", {}))


def targets() -> Iterator[Target]:
    """One for every route, and of a route that several CDPs call one for each."""
    for function in FUNCTIONS.values():
        for event in function.get("Events", {}).values():
            if event["Type"] == "HttpApi":
                method, path = event["Properties"]["Method"], event["Properties"]["Path"]
                for cdp in _callers(path):
                    yield Target(function["Handler"], method, path, cdp)


def _callers(path: str) -> list[str]:
    first = path.split("/")[1:2]
    owners = [cdp for cdp, profile in PROFILES.items() if [profile.prefix] == first]
    if path.startswith("/v1/"):
        return [cdp for cdp, profile in PROFILES.items() if profile.publishing]
    return owners or (list(PROFILES) if path == DEFAULT else [VOUCHERIFY])


def profile_of(cdp: str) -> Profile | None:
    """None for Voucherify."""
    return PROFILES.get(cdp)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
