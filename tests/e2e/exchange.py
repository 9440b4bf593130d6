"""HTTP as the outside world speaks it to the hub and the stand-ins, and waiting for what comes of it."""

import base64
import http.client
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

REPLY_SECONDS = 60
"""Only against hanging: nothing here judges how long something takes."""
LONGEST_WAIT_SECONDS = 480
LOOK_EVERY_SECONDS = 0.2
PAUSES_PER_LOOK = 4


@dataclass(frozen=True)
class Reply:
    """What came back; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def exchange(url: str, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Reply:
    """One HTTP exchange; the path goes out as it is, doubled slashes and all."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=REPLY_SECONDS)
    try:
        connection.request(method, path, body or None, dict(headers or {}))
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, found, response.read())
    finally:
        connection.close()


def post(url: str, path: str, headers: Mapping[str, str], value: Any) -> Reply:
    """Posts a value as JSON, or bytes as they are."""
    content = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    return exchange(url, "POST", path, {"content-type": "application/json", **headers}, content)


def wait_until(condition: Callable[[], bool]) -> None:
    """Looks again and again until a condition holds; whoever looks at much looks less often, and keeps nobody busy."""
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while True:
        began = time.monotonic()
        if condition():
            return
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(max(LOOK_EVERY_SECONDS, PAUSES_PER_LOOK * (time.monotonic() - began)))


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def named(headers: Mapping[str, str]) -> dict[str, str]:
    """Python's names of headers as HTTP's."""
    return {name.replace("_", "-"): value for name, value in headers.items()}
