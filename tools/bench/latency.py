"""How long the hub takes on the local cloud: from a request to the vendor's yes, and to the reply to a large batch."""

import base64
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles
from typing import Any

from tools.bench.local_cloud import LocalCloud, local_cloud
from tools.bench.row import Row, Spread
from tools.bench.senders import bloomreach, segment
from tools.local import ROOT

A_SECOND = 10
POSTERS = 8
EVENTS, QUICK_EVENTS = 300, 20
RUNS = 3
WARM_UP = 50
P95_MS = 2_000

BATCH = 1_000
BATCHES = 5
REPLY_MS = 1_000

CALLS_A_MINUTE = 10_000
"""So many that ten updates a second are far from half of the hub's part."""

Times = dict[str, float]
"""Milliseconds since 1970, by whom it is about."""

Send = Callable[[LocalCloud, str], None]
Arrived = Callable[[LocalCloud], Times]


def measure(quick: bool) -> list[Row]:
    """All rows, on one local cloud."""
    with local_cloud() as cloud:
        cloud.set_limit(CALLS_A_MINUTE)
        inbound = _way(cloud, "Segment's request to Voucherify's yes", _update, _at_voucherify, quick)
        outbound = _way(cloud, "Voucherify's webhook to Segment's yes", _event, _at_segment, quick)
        return [inbound, outbound, _batch(cloud, 1 if quick else BATCHES)]


def _way(cloud: LocalCloud, name: str, send: Send, arrived: Arrived, quick: bool) -> Row:
    events, runs, warm_up = (QUICK_EVENTS, 1, 1) if quick else (EVENTS, RUNS, WARM_UP)
    p95(cloud, send, arrived, [f"first-{number}" for number in range(warm_up)])
    found = [p95(cloud, send, arrived, [f"run-{run}-{number}" for number in range(events)]) for run in range(runs)]
    note = f"{events} at {A_SECOND} a second; Lambda gathers for one of the seconds; {_load()}"
    return Row(f"p95 from {name}", "ms", Spread.of(found), budget=P95_MS, note=note)


def p95(cloud: LocalCloud, send: Send, arrived: Arrived, people: Sequence[str]) -> float:
    """The time, in milliseconds, that 95 of 100 take at most, from before the request to the vendor's own record."""
    sent: Times = {}
    began = time.monotonic()

    def post(number: int) -> None:
        time.sleep(max(0.0, began + number / A_SECOND - time.monotonic()))
        sent[people[number]] = time.time() * 1_000
        send(cloud, people[number])

    with ThreadPoolExecutor(POSTERS) as pool:
        list(pool.map(post, range(len(people))))
    cloud.wait_until_quiet()
    landed = arrived(cloud)
    times = [landed[person] - sent[person] for person in people]
    return quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def _update(cloud: LocalCloud, person: str) -> None:
    keys = cloud.endpoints["connections"]["segment"]
    [request] = segment([person], 1)
    encoded = {name: base64.b64encode(key.encode()).decode() for name, key in keys.items()}
    headers = {"authorization": f"Basic {encoded['application_id']}", "secret-key": encoded["secret_key"]}
    cloud.post(request.path, headers | {"content-type": "application/json"}, request.body)


def _at_voucherify(cloud: LocalCloud) -> Times:
    effects = cloud.shown(cloud.endpoints["voucherify"], "history")
    return {effect["source_id"]: effect["at"] for effect in effects}


def _event(cloud: LocalCloud, person: str) -> None:
    file = ROOT / "events" / "voucherify" / "webhook-customer-rewarded.json"
    cloud.post_webhook(about(json.loads(json.loads(file.read_text())["body"]), person))


def about(body: Any, person: str) -> Any:
    """The same about somebody else, with ids of its own."""
    if isinstance(body, list):
        return [about(inner, person) for inner in body]
    if not isinstance(body, Mapping):
        return body
    others = {name: about(inner, person) for name, inner in body.items()}
    if isinstance(body.get("id"), str):
        others["id"] = f"{body['id']}-{person}"
    if "source_id" in body:
        others["source_id"] = person
    return others


def _at_segment(cloud: LocalCloud) -> Times:
    delivered = cloud.shown(cloud.endpoints["sinks"]["segment"], "delivered")
    return {item["userId"]: item["receivedAt"] for item in delivered}


def _batch(cloud: LocalCloud, batches: int) -> Row:
    """From request to reply."""
    keys = cloud.endpoints["connections"]["bloomreach"]
    headers = {"application-id": keys["application_id"], "secret-key": keys["secret_key"]}
    times = []
    for number in range(batches + 1):
        [request] = bloomreach([f"batch-{index}" for index in range(BATCH)], number)
        began = time.monotonic()
        reply = cloud.post(request.path, headers | {"content-type": "application/json"}, request.body)
        times.append((time.monotonic() - began) * 1_000)
        if reply["accepted"] != BATCH:
            raise RuntimeError(f"only {reply['accepted']} were accepted")
        cloud.wait_until_quiet()
    warm = times[1:]
    name = f"a batch of {BATCH:,} customers, request to reply"
    return Row(name, "ms", Spread.of(warm), budget=REPLY_MS, note=_load())


def _load() -> str:
    """What else the machine was busy with: these are times by the clock."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
