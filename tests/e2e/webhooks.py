"""Webhooks of Voucherify's: the examples of events/, about other customers."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "events" / "voucherify"
TWELVE = sorted(file.stem.removeprefix("webhook-") for file in FOLDER.glob("webhook-*.json"))


def webhook(name: str, source_id: str) -> Any:
    """The body of an example, with this customer and ids of its own."""
    event = json.loads((FOLDER / f"webhook-{name}.json").read_text())
    return _renamed(json.loads(event["body"]), source_id)


def _renamed(value: Any, source_id: str) -> Any:
    if isinstance(value, list):
        return [_renamed(inner, source_id) for inner in value]
    if not isinstance(value, dict):
        return value
    renamed = {name: _renamed(inner, source_id) for name, inner in value.items()}
    if isinstance(value.get("id"), str):
        renamed["id"] = f"{value['id']}-{source_id}"
    if isinstance(value.get("source_id"), str):
        renamed["source_id"] = source_id
    return renamed
