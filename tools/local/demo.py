"""The demonstration: every event of events/ through the hub, and what came of it."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import requests
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tools.local.events import Event, http_events
from tools.local.observer import SKIPPED, Observer
from tools.local.resources import Clients
from tools.local.settings import Settings
from tools.local.start import Endpoints, started

REPLY_SECONDS = 30
TRIES = 5
AGAIN_SECONDS = 1
PATIENCE_SECONDS = 120
LOOK_EVERY_SECONDS = 0.25
SHOWN_CHARACTERS = 260

Received = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Outcome:
    """What came of one event: `left_out` names things with the reason, `trouble` says what is wrong, if anything."""

    event: str
    status: int
    received: Received
    left_out: list[str]
    trouble: str | None


def demonstrate(settings: Settings, console: Console) -> bool:
    """Starts everything, sends each event, waits for its end and prints a table; whether nothing was missing."""
    console.print("Starting the local cloud")
    with started(settings) as endpoints:
        outcomes = list(_outcomes(endpoints, settings, console))
    console.print(_table(outcomes))
    troubles = [outcome for outcome in outcomes if outcome.trouble]
    for outcome in troubles:
        console.print(f"{outcome.event}: {outcome.trouble}", style="red", markup=False)
    if not outcomes:
        console.print("There is nothing in events/", style="red")
    return bool(outcomes) and not troubles


def _outcomes(endpoints: Endpoints, settings: Settings, console: Console) -> Iterator[Outcome]:
    vendors = {"voucherify": endpoints["voucherify"], **endpoints["sinks"]}
    stand_ins = {vendor: url for vendor, url in vendors.items() if settings.vendor_url(vendor) is None}
    observer = Observer(stand_ins, Clients.at(endpoints["aws"]), settings.logs)
    for event in http_events(endpoints):
        console.print(f"Sending {event.name}", markup=False)
        reply = _send(endpoints["hub"], event)
        waiting = _wait(endpoints)
        answer, received, dead, left_out = _json(reply), observer.received(), observer.dead(), observer.left_out()
        skipped = any(line.startswith(SKIPPED) for line in left_out)
        # What reached a real vendor cannot be seen from here.
        explained = bool(dead or skipped or _calls(received)) or len(stand_ins) < len(vendors)
        yield Outcome(
            event.name,
            reply.status_code,
            received,
            [*_refusals(answer), *dead, *left_out],
            waiting or _trouble(reply.status_code, answer, explained),
        )


def _send(hub: str, event: Event) -> requests.Response:
    """Sends the event as its CDP does: again after 503."""
    for _ in range(TRIES):
        reply = requests.request(
            event.method, hub + event.path, headers=event.headers, data=event.body, timeout=REPLY_SECONDS
        )
        if reply.status_code != 503:
            break
        time.sleep(AGAIN_SECONDS)
    return reply


def _wait(endpoints: Endpoints) -> str | None:
    """Waits until the hub has nothing to do; tells what is left if that takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        pending = requests.get(f"{endpoints['aws']}/_sandbox/pending", timeout=REPLY_SECONDS).json()
        if not any(pending.values()):
            return None
        if time.monotonic() > deadline:
            return f"still waiting: {pending}"
        time.sleep(LOOK_EVERY_SECONDS)


def _json(reply: requests.Response) -> dict[str, Any]:
    try:
        answer = reply.json()
    except requests.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _calls(received: Received) -> list[dict[str, Any]]:
    """The requests that change something."""
    return [request for requests in received.values() for request in requests if request["method"] != "GET"]


def _refusals(answer: dict[str, Any]) -> Iterator[str]:
    if error := answer.get("error"):
        yield f"refused: {error['field']} {error['reason']}"
    for item in answer.get("rejected", []):
        yield f"rejected: item {item['index']}, {item['reason']}"


def _trouble(status: int, answer: dict[str, Any], explained: bool) -> str | None:
    if not 200 <= status < 300:
        return f"answered with {status}"
    accepted = status == 202 or answer.get("accepted")
    return "accepted, but no vendor received anything" if accepted and not explained else None


def _table(outcomes: Sequence[Outcome]) -> Table:
    table = Table(show_lines=True, expand=True)
    table.add_column("went in, and the reply", ratio=3, overflow="fold")
    table.add_column("vendors received", ratio=5, overflow="fold")
    table.add_column("refused or omitted, and why", ratio=3, overflow="fold")
    for outcome in outcomes:
        requests = [_shown(vendor, one) for vendor, new in outcome.received.items() for one in new]
        event, left_out = Text(f"{outcome.event}\n{outcome.status}"), Text("\n".join(outcome.left_out))
        table.add_row(event, Text("\n").join(requests), left_out)
    return table


def _shown(vendor: str, request: dict[str, Any]) -> Text:
    line = Text(f"{vendor}: {request['method']} {request['path']}", style="bold")
    if request["body"] is None:
        return line
    body = json.dumps(request["body"], ensure_ascii=False)
    return line.append(f"\n{body if len(body) <= SHOWN_CHARACTERS else body[: SHOWN_CHARACTERS - 1] + '…'}", "not bold")
