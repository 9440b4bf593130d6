"""What the golden pairs say arrives over HTTP: all twelve events, in each envelope, at every CDP, once (G1, G3)."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cdphub import VERSION
from cdphub.outbound.events import CUSTOMER_EVENTS
from tests.e2e.hub import Hub
from voucherify.normalise import Ignored, normalise

PAIRS = Path(__file__).parents[1] / "golden"
POSTS = 3
ID = re.compile("vf-[0-9a-f]{32}")
"""It differs by project and connection."""

Webhooks = Mapping[str, Any]


def test_g1_g3_every_event_arrives_once_in_each_envelope_as_the_golden_pairs_say(hub: Hub) -> None:
    for number, webhooks in enumerate(_rounds()):
        project = f"golden-{number}"
        hub.new_project(project, outbound={"events": CUSTOMER_EVENTS})
        before = _taken(hub)
        for body in list(webhooks.values()) * POSTS:
            assert hub.webhook(body, project=project).status == 202
        hub.wait_until_quiet()
        for cdp, taken in _taken(hub).items():
            new, wanted = taken[len(before[cdp]) :], list(_expected(cdp, webhooks))
            assert [one for one in wanted if sum(_tells(item, one) for item in new) != 1] == [], cdp
            assert len(new) == len(wanted), cdp


def _rounds() -> Iterator[Webhooks]:
    """All webhooks about the twelve, in rounds without two that tell the same."""
    rounds: list[dict[str, Any]] = []
    keys: list[set[str]] = []
    for path in sorted((PAIRS / "webhooks").glob("*.json")):
        body = json.loads(path.read_text())
        event = normalise(body, 0)
        if not isinstance(event, Ignored) and event.type not in CUSTOMER_EVENTS:
            continue
        key = path.stem if isinstance(event, Ignored) else event.key
        number = next((number for number, seen in enumerate(keys) if key not in seen), len(rounds))
        if number == len(rounds):
            rounds.append({})
            keys.append(set())
        rounds[number][path.stem] = body
        keys[number].add(key)
    yield from rounds


def _taken(hub: Hub) -> dict[str, Sequence[Any]]:
    return {cdp: json.loads(ID.sub("", json.dumps(sink.shows("delivered")))) for cdp, sink in hub.sinks.items()}


def _expected(cdp: str, webhooks: Webhooks) -> Iterator[dict[str, Any]]:
    """Without what does not arrive."""
    for name in webhooks:
        text = (PAIRS / cdp / "outbound" / name / "expected.json").read_text()
        expected = json.loads(ID.sub("", text.replace("HUB_VERSION", VERSION)))
        if not expected.keys() & {"ignored", "refused"}:
            yield expected


def _tells(item: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    """Whether an item is what is expected; the sink may have added to it."""
    return all(item.get(name) == value for name, value in expected.items())
