"""A stand-in for a vendor as a simulated worker finds it: its rules behind a network that fails, and answers late.

A request that was written takes effect whatever becomes of its sender, and may do so nearly two minutes later.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from cdphub.clock import SECOND
from cdphub.http import HttpReply, HttpRequest, NoReplyError, Transport
from tools.local.sandbox.core import Reply, Request, Vendor
from tools.simulation.failures import QUICK_MS, SLOW_MS, THROTTLED, UNREACHABLE, Failure
from tools.simulation.history import Attempt
from tools.simulation.scheduler import Scheduler
from tools.simulation.trouble import Trouble

LATEST_MS = 119 * SECOND
"""How long after it was written a request can still take effect: a second less than the hub relies on."""

RISK = 10
"""A worker that waits for an answer is so many times as likely to be struck as at a step elsewhere."""


_TELLS_WHEN = re.compile("retry|reset")

AttemptT = TypeVar("AttemptT", bound=Attempt)


class Network(ABC, Generic[AttemptT]):
    """A cdphub.http.Transport to a stand-in."""

    def __init__(self, sandbox: Vendor, scheduler: Scheduler, trouble: Trouble) -> None:
        self._sandbox = sandbox
        self._scheduler = scheduler
        self._trouble = trouble
        self._random = trouble.random
        self._failing: Failure | None = None

    @abstractmethod
    def _note(self, request: HttpRequest) -> AttemptT:
        """Notes a request that is being written."""

    @abstractmethod
    def _take_effect(self, request: HttpRequest, attempt: AttemptT) -> Reply:
        """What the vendor does."""

    def _throttling(self) -> dict[str, str]:
        """Headers that 429 has besides those of the stand-in."""
        return {}

    def fail_all(self, failure: Failure | None) -> None:
        """From now on every call fails so; None ends that."""
        self._failing = failure

    def send(self, request: HttpRequest) -> HttpReply:
        self._trouble.step(self._random.randint(1, QUICK_MS))
        failure = self._draw()
        if failure:
            self._trouble.inject(failure.name)
        if failure == UNREACHABLE:
            self._trouble.tell("vendor unreachable")
            raise NoReplyError("ConnectTimeout", written=False)
        attempt = self._note(request)
        if self._trouble.strikes(RISK * self._trouble.rates.kill):
            self._maybe_take_effect(request, attempt)
            self._trouble.kill()
            self._trouble.step(0)
        if failure is None:
            return self._answer(request, attempt)
        return self._fail(request, attempt, failure)

    def _draw(self) -> Failure | None:
        if self._failing and self._trouble.on:
            return self._failing
        rates = self._trouble.rates
        return self._random.choice(rates.failures) if self._trouble.strikes(rates.vendor) else None

    def _answer(self, request: HttpRequest, attempt: AttemptT) -> HttpReply:
        replies: list[Reply] = []
        self._scheduler.after(
            self._random.randint(1, QUICK_MS), lambda: replies.append(self._take_effect(request, attempt))
        )
        slow = self._trouble.strikes(self._trouble.rates.slow)
        if slow:
            self._trouble.inject("answer slow")
        self._wait(request, self._random.randint(QUICK_MS + 1, SLOW_MS if slow else 2 * QUICK_MS))
        attempt.doubtful = False
        return _reply(replies[0])

    def _wait(self, request: HttpRequest, wait_ms: int) -> None:
        """Waits for the answer, as long as the request may."""
        self._trouble.step(min(wait_ms, request.within_ms), RISK)
        if wait_ms > request.within_ms:
            self._trouble.tell("waits no longer")
            raise NoReplyError("ReadTimeout", written=True)

    def _fail(self, request: HttpRequest, attempt: AttemptT, failure: Failure) -> HttpReply:
        if failure.done:
            self._scheduler.after(0, lambda: self._take_effect(request, attempt))
        elif failure.doubtful:
            self._maybe_take_effect(request, attempt)
        wait_ms = self._random.randint(1, failure.after_ms) if failure.status else failure.after_ms
        self._wait(request, wait_ms)
        self._trouble.tell(f"answered by {failure}")
        if failure.status is None:
            raise NoReplyError("ConnectionError", written=True)
        if failure.bare:
            return HttpReply(failure.status, {}, b"<html>")
        attempt.doubtful = False
        reply = _reply(self._sandbox.refuse(as_sandbox(request), failure.status))
        return replace(reply, headers=self._answered(reply, failure))

    def _answered(self, reply: HttpReply, failure: Failure) -> dict[str, str]:
        """Those of an answer, with what the failure says of when to come again."""
        if failure.retry_after is None:
            return {**reply.headers, **(self._throttling() if failure == THROTTLED else {})}
        others = {name: value for name, value in reply.headers.items() if not _TELLS_WHEN.search(name)}
        return others | ({"retry-after": str(failure.retry_after)} if failure.retry_after else {})

    def _maybe_take_effect(self, request: HttpRequest, attempt: AttemptT) -> None:
        longest_ms = self._random.choice([None, QUICK_MS, LATEST_MS])
        if longest_ms:
            self._scheduler.after(self._random.randint(1, longest_ms), lambda: self._take_effect(request, attempt))


class Hosts:
    """A cdphub.http.Transport to several; the host says which."""

    def __init__(self) -> None:
        self._networks: dict[str, Transport] = {}

    def add(self, host: str, network: Transport) -> None:
        """One more."""
        self._networks[host] = network

    def send(self, request: HttpRequest) -> HttpReply:
        return self._networks[urlsplit(request.url).netloc].send(request)


def as_sandbox(request: HttpRequest) -> Request:
    """A request as stand-ins take it."""
    target = urlsplit(request.url)
    query = dict(part.split("=") for part in target.query.split("&") if part)
    headers = {"Host": target.netloc, "X-Forwarded-Proto": target.scheme, **request.headers}
    return Request(request.method, target.path, query, headers, request.body or b"")


def _reply(reply: Reply) -> HttpReply:
    return HttpReply(reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body)
