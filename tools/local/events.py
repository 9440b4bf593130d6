"""The events of events/, as functions get them, and as the HTTP requests that they describe."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.local import ROOT
from tools.local.start import Endpoints

SIGNATURE = "SIGNATURE_OF_THE_BODY"

_NOT_SENT = ("content-length", "host")
"""Headers that whoever sends the request sets anew."""


@dataclass(frozen=True)
class Event:
    """One file's request; `name` is the file's path below events/, without the ending."""

    name: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def filled_events(endpoints: Endpoints, folder: Path = ROOT / "events") -> Iterator[tuple[str, dict[str, Any]]]:
    """All events by name, as a function gets them, with this start's keys and signatures put in."""
    for file in sorted(folder.glob("*/*.json")):
        keys = endpoints["connections"].get(file.parent.name, {})
        event = filled(file.read_text(), endpoints["project"], endpoints["webhook_secret"], keys)
        yield str(file.relative_to(folder).with_suffix("")), event


def http_events(endpoints: Endpoints, folder: Path = ROOT / "events") -> Iterator[Event]:
    """The requests that all events of payload format 2.0 describe."""
    return (request_of(name, event) for name, event in filled_events(endpoints, folder) if "rawPath" in event)


def filled(text: str, project: str, webhook_secret: str, keys: Mapping[str, str]) -> dict[str, Any]:
    """A file's event, with what its placeholders stand for.

    `keys` are `{"application_id", "secret_key"}` of a CDP's integration key; empty for who presents none.
    """
    event: dict[str, Any] = json.loads(_filled(text, _values(project, keys)))
    if "rawPath" in event:
        signature = hmac.new(webhook_secret.encode(), _content(event), hashlib.sha256).hexdigest()
        event["headers"] = {name: value.replace(SIGNATURE, signature) for name, value in event["headers"].items()}
    return event


def request_of(name: str, event: Mapping[str, Any]) -> Event:
    """The request that an event of payload format 2.0 describes."""
    query = f"?{event['rawQueryString']}" if event["rawQueryString"] else ""
    return Event(
        name=name,
        method=event["requestContext"]["http"]["method"],
        path=event["rawPath"] + query,
        headers={header: value for header, value in event["headers"].items() if header not in _NOT_SENT},
        body=_content(event),
    )


def _values(project: str, keys: Mapping[str, str]) -> dict[str, str]:
    """What stands in the files for something that each start has anew."""
    texts = {**keys, "id_and_secret": ":".join(keys.values())}
    encoded = {f"{name}_in_base64": base64.b64encode(value.encode()).decode() for name, value in texts.items()}
    values = {"project_id": project, **keys, **encoded}
    return {name.upper(): value for name, value in values.items()}


def _filled(text: str, values: Mapping[str, str]) -> str:
    for placeholder in sorted(values, key=len, reverse=True):
        text = text.replace(placeholder, values[placeholder])
    return text


def _content(event: Mapping[str, Any]) -> bytes:
    body: str = event.get("body", "")
    return base64.b64decode(body) if event["isBase64Encoded"] else body.encode()
