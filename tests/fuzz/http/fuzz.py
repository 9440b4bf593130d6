"""One operation under fire over HTTP: what must hold of every answer, and of the functions' logs."""

import json
from collections.abc import Iterator
from pathlib import Path

import requests
from hypothesis import HealthCheck, Phase, given, reject, settings

from cdphub.api import Reply
from tests.e2e.hub import Hub
from tests.fuzz.fuzz import BROKEN_BUSY, Told
from tests.fuzz.http.sending import Sent, exchange, sending
from tests.fuzz.targets import DEFAULT, Target, targets
from tests.openapi.documented import check_answer

OPERATIONS = [target for target in targets() if target.path != DEFAULT]
"""What the document has, for each of its callers."""

RAISED = "Traceback (most recent call last)"


def fuzz(hub: Hub, target: Target, number: int, told: Told, *, may_be_busy: bool) -> None:
    """Sends so many requests; raises AssertionError or jsonschema_rs.ValidationError, with the request that did it.

    `may_be_busy` says that the hub may answer that the same request may work later.
    """

    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(sending(target, hub.endpoints["project"]))
    def each(sent: Sent) -> None:
        try:
            reply = exchange(hub, target, sent)
        except (requests.exceptions.InvalidHeader, UnicodeEncodeError):
            reject()  # what HTTP's clients do not send
        told[reply["statusCode"]] += 1
        check_reply(target, reply, may_be_busy=may_be_busy)

    each()


def check_reply(target: Target, reply: Reply, *, may_be_busy: bool) -> None:
    """That the answer does no harm, and is one that the document promises."""
    status = reply["statusCode"]
    assert status in target.harmless or (may_be_busy and status in BROKEN_BUSY), (status, reply["body"][:300])
    check_answer(target.method, target.path, reply, json.loads(reply["body"]))


def exceptions(folder: Path) -> Iterator[str]:
    """What functions raised and nobody caught, in the logs below a folder: their tracebacks."""
    for log in sorted(folder.glob("logs/*.log")):
        _, *raised = log.read_text(errors="replace").split(RAISED)
        yield from (f"{log.name}: {RAISED}{text[:2_000]}" for text in raised)
