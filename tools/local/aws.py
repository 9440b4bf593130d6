"""AWS on this machine: moto's SQS, DynamoDB and SSM over HTTP."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from threading import Condition, Lock
from typing import Any
from unittest.mock import patch

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.sqs import models
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tools.local.sandbox.core import Handler, Reply, Request, Vendor

LOOK_AGAIN_SECONDS = 0.5
"""How often a receive that waits looks for messages that have become visible by themselves."""

_CODES = {403: "AccessDeniedException", 429: "ThrottlingException"}


class Moto:
    """moto's services, each answering one call at a time.

    moto itself guards nothing against a second thread: two updates may pass the same condition, and a message that is
    sent during a deletion is lost.
    """

    def __init__(self) -> None:
        self._application = DomainDispatcherApplication(create_backend_app)
        _spare_moto_needless_work()
        self._locks: defaultdict[str, Lock] = defaultdict(Lock)
        self._arrival = Condition()
        self._arrivals: Counter[str] = Counter()

    def handle(self, request: Request) -> Reply:
        """Answers one call of the AWS API."""
        asked = operation(request)
        if asked == "AmazonSQS.ReceiveMessage":
            return self._receive(request, request.json())
        reply = self._call(request)
        if asked.startswith(("AmazonSQS.SendMessage", "AmazonSQS.ChangeMessageVisibility")):
            with self._arrival:
                self._arrivals[_queue(request.json())] += 1
                self._arrival.notify_all()
        return reply

    def _receive(self, request: Request, asked: dict[str, Any]) -> Reply:
        """SQS's long polling, without keeping the other callers waiting."""
        deadline = time.monotonic() + asked.get("WaitTimeSeconds", 0)
        at_once = replace(request, body=json.dumps({**asked, "WaitTimeSeconds": 0}).encode())
        queue = _queue(asked)
        while True:
            before = self._arrivals[queue]
            reply = self._call(at_once)
            left = deadline - time.monotonic()
            if left <= 0 or reply.status != 200 or reply.json().get("Messages"):
                return reply
            self._await_arrival(queue, before, min(left, LOOK_AGAIN_SECONDS))

    def _await_arrival(self, queue: str, before: int, seconds: float) -> None:
        with self._arrival:
            self._arrival.wait_for(lambda: self._arrivals[queue] != before, seconds)

    def _call(self, request: Request) -> Reply:
        headers = Headers(dict(request.headers))
        del headers["Content-Length"]
        builder = EnvironBuilder(request.path, method=request.method, headers=headers, data=request.body)
        service = operation(request).partition(".")[0]
        with self._locks[service]:
            content, status, given = run_wsgi_app(self._application, builder.get_environ(), buffered=True)
        return Reply(int(status.split(" ")[0]), {"Content-Type": given["Content-Type"]}, b"".join(content))


class Aws(Vendor):
    """moto where faults may strike, with routes of its own below `/_sandbox`."""

    def __init__(self, moto: Moto, views: Mapping[str, Handler]) -> None:
        self._moto = moto
        self._views = views

    def handle(self, request: Request) -> Reply:
        return self._moto.handle(request)

    def refuse(self, request: Request, status: int) -> Reply:
        code = "ServiceUnavailable" if status >= 500 else _CODES.get(status, "ValidationException")
        error = {"__type": code, "message": "a fault on command"}
        return Reply(status, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(error).encode())

    def operation(self, request: Request) -> str:
        return operation(request)

    def views(self) -> Mapping[str, Handler]:
        return self._views


def _spare_moto_needless_work() -> None:
    """Without this, moto spends most of its time reading the clock.

    It looks at every message of the queue for each message that it takes or gives out, several times over: to count
    them, and to learn whether they have expired (which none does here).
    """
    patch.object(models.SQSBackend, "is_message_valid_based_on_retention_period", new=lambda *_: True).start()
    patch.object(models, "unix_time_millis", new=lambda: time.time() * 1000).start()


def operation(request: Request) -> str:
    """What a call asks for, such as `AmazonSQS.SendMessageBatch`."""
    return request.header("X-Amz-Target") or request.path


def _queue(asked: dict[str, Any]) -> str:
    name: str = asked["QueueUrl"].rpartition("/")[2]
    return name
