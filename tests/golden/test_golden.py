"""Golden pairs: what comes in, and exactly what goes out.

A pair is a folder `<vendor>/<direction>/<case>` with `input.json` and `expected.json`; a new one needs no change here.
Inbound, the input is a request to one of the vendor's routes (`PARSERS` of its ingest), and what is expected are its
commands or its refusal. Outbound, the input names one of Voucherify's webhooks in `webhooks/`, which all vendors share,
and may have settings; what is expected is the text that the vendor gets for it (`VENDOR` of its deliver). Asked, the
input is a call for a publication or a lookup in whatever form, and what is expected is what it asks for or its refusal.
"""

import base64
import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cdphub import VERSION
from cdphub.api import Request
from cdphub.body import RefusedError
from cdphub.connections import Connection
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.vendor import NoIdentityError, Vendor
from cdphub.parsed import Stamp
from cdphub.profile import Route
from cdphub.publishing import PUBLICATIONS
from publications import forms, question, wish
from voucherify.normalise import Ignored, normalise

PAIRS = Path(__file__).parent
CASES = sorted(path.parent.relative_to(PAIRS) for path in PAIRS.glob("*/*/*/input.json"))


def inbound(vendor: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """{"request": "POST /path", "settings": {...}, "body": ...} -> {"commands": [...], ...} or {"refused": ...}."""
    method, path = given["request"].split()
    parse = importlib.import_module(f"{vendor}.ingest").PARSERS[Route(method, path)]
    connection = Connection(id="c", project="p", cdp=vendor, settings=given.get("settings", {}))
    request = Request(method, path, body=json.dumps(given["body"]).encode())
    try:
        parsed = parse(request, connection, Stamp("t", 0))
    except RefusedError as refused:
        return {"refused": {"field": refused.field, "reason": refused.reason}}
    told: dict[str, Any] = {
        "commands": [
            command.model_dump(exclude_unset=True, exclude={"connection", "order"}) | {"kind": command.kind}
            for command in parsed.commands
        ]
    }
    if parsed.rejected:
        told["rejected"] = [list(rejected) for rejected in parsed.rejected]
    if parsed.omitted:
        told["omitted"] = list(parsed.omitted)
    if parsed.skipped:
        told["skipped"] = list(parsed.skipped)
    return told


def outbound(vendor: str, given: Mapping[str, Any]) -> Any:
    """{"webhook": "name", "settings": {...}} -> the text that the vendor gets, {"ignored": ...} or {"refused": ...}."""
    event = normalise(json.loads((PAIRS / "webhooks" / f"{given['webhook']}.json").read_text()), 0)
    if isinstance(event, Ignored):
        return {"ignored": event.reason}
    delivery = Delivery(trace_id="t", project="p", connection="c", accepted_ms=0, event=event)
    to: Vendor[Any, Any] = importlib.import_module(f"{vendor}.deliver").VENDOR
    try:
        return json.loads(to.encode(delivery, to.profile.settings.model_validate(given.get("settings", {}))))
    except NoIdentityError:
        return {"ignored": "no identity"}
    except ValueError as refused:
        return {"refused": str(refused)}


def asked(_vendor: str, given: Mapping[str, Any]) -> Any:
    """{"request": "GET /path?query", "content_type": ..., and "body", "text" or "base64"} -> what is asked for."""
    method, _, target = given["request"].partition(" ")
    path, _, query = target.partition("?")
    text = given.get("text") or (json.dumps(given["body"]) if "body" in given else "")
    content = base64.b64decode(given["base64"]) if "base64" in given else text.encode()
    headers = {"content-type": given.get("content_type", "application/json")}
    request = Request(method, path, headers, content, query=query)
    try:
        if (method, path) in PUBLICATIONS:
            return {"publication": wish.read(forms.asked(request)).model_dump(exclude_unset=True)}
        found = question.read(request, path)
        return {"lookup": found.model_dump(exclude_unset=True) if found else None}
    except RefusedError as refused:
        return {"refused": {"field": refused.field, "reason": refused.reason}}


DIRECTIONS = {"inbound": inbound, "outbound": outbound, "asked": asked}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_golden_pair(case: Path) -> None:
    vendor, direction, _ = case.parts
    given = json.loads((PAIRS / case / "input.json").read_text())
    expected = json.loads((PAIRS / case / "expected.json").read_text().replace("HUB_VERSION", VERSION))
    assert DIRECTIONS[direction](vendor, given) == expected


def test_there_are_pairs() -> None:
    assert CASES
