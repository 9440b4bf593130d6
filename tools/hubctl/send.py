"""An event file as the request that it describes, to a running hub."""

import json
from collections.abc import Mapping
from pathlib import Path

from cdphub.http import HttpReply, HttpRequest, NoReplyError
from cdphub.transport import Urllib3Transport
from tools.hubctl.errors import WrongInputError
from tools.local.events import Event, filled, request_of


def read_event(file: Path, project: str, webhook_secret: str, keys: Mapping[str, str]) -> Event:
    """The file's request, with keys and signature in place of its placeholders; raises WrongInputError."""
    try:
        event = filled(file.read_text(), project, webhook_secret, keys)
        return request_of(file.stem, event)
    except (ValueError, KeyError, TypeError):
        raise WrongInputError(
            f"{file}: is no request as API Gateway hands it to functions (payload format 2.0), such as those in events/"
        ) from None


def send_event(url: str, event: Event) -> HttpReply:
    """The hub's reply; raises WrongInputError if there is none."""
    request = HttpRequest(event.method, url + event.path, event.headers, event.body or None)
    try:
        return Urllib3Transport().send(request)
    except NoReplyError as error:
        raise WrongInputError(f"hub: {url} does not answer: {error}") from None


def trace_id_of(reply: HttpReply) -> str | None:
    """The trace id in the reply, if it has one."""
    try:
        body = json.loads(reply.body)
    except ValueError:
        return None
    return body.get("trace_id") if isinstance(body, dict) else None
