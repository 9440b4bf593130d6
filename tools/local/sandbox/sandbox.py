"""A vendor under control: recorded, failing on command, steered below `/_sandbox`."""

from collections.abc import Callable
from dataclasses import replace
from threading import Thread

from pydantic import ValidationError

from cdphub import clock
from tools.local.sandbox.core import Now, Reply, Request, Routes, Vendor
from tools.local.sandbox.faults import Fault, FaultPlan
from tools.local.sandbox.recorder import Recorder

CONTROL = "/_sandbox/"

Task = Callable[[], None]


def _in_background(task: Task) -> None:
    Thread(target=task, daemon=True).start()


class Sandbox:
    """Records the calls of a vendor, lets faults strike them, and answers those below `/_sandbox` itself."""

    def __init__(
        self,
        vendor: Vendor,
        now_ms: Now = clock.now_ms,
        sleep: Callable[[float], None] = clock.sleep,
        background: Callable[[Task], None] = _in_background,
    ) -> None:
        self.vendor = vendor
        self.requests = Recorder(now_ms)
        self.faults = FaultPlan()
        self._sleep = sleep
        self._background = background
        self._control = Routes(
            {
                "GET /_sandbox/requests": lambda request: Reply.of(200, self.requests.shown()),
                "DELETE /_sandbox/requests": lambda request: _done(self.requests.clear),
                "GET /_sandbox/faults": lambda request: Reply.of(200, self.faults.shown()),
                "POST /_sandbox/faults": self._add_faults,
                "DELETE /_sandbox/faults": lambda request: _done(self.faults.clear),
                **vendor.views(),
            }
        )

    def handle(self, request: Request) -> Reply:
        """Answers one request; raises ConnectionResetError where a fault breaks the connection."""
        if request.path.startswith(CONTROL):
            return self._control.answer(request, _unknown)
        entry = self.requests.begin(request)
        fault = self.faults.strike(self.vendor.operation(request))
        if fault:
            entry.fault = fault.name
        reply = self._fail(entry.request, fault) if fault else self.vendor.handle(entry.request)
        entry.status = None if reply.cut else reply.status
        return reply

    def _fail(self, request: Request, fault: Fault) -> Reply:
        done = self.vendor.handle(request) if fault.effect == "before" else None
        if fault.effect == "late":
            self._background(lambda: self._take_effect(request, fault.late_seconds))
        else:
            self._sleep(fault.delay)
        if fault.reset:
            raise ConnectionResetError
        reply = (done or self.vendor.handle(request)) if fault.slows else self._answer(request, fault)
        return replace(reply, drip=fault.drip, cut=fault.cut)

    def _take_effect(self, request: Request, seconds: float) -> None:
        self._sleep(seconds)
        self.vendor.handle(request)

    def _answer(self, request: Request, fault: Fault) -> Reply:
        if not fault.has_body:
            reply = self.vendor.refuse(request, fault.status)
            return Reply(reply.status, {**reply.headers, **fault.headers}, reply.body)
        if isinstance(fault.body, str):
            return Reply(fault.status, fault.headers, fault.body.encode())
        return Reply.of(fault.status, fault.body, fault.headers)

    def _add_faults(self, request: Request) -> Reply:
        try:
            wanted = request.json()
            faults = [Fault.model_validate(one) for one in (wanted if isinstance(wanted, list) else [wanted])]
        except ValidationError as error:
            return Reply.of(400, {"error": [f"{_field(e['loc'])}: {e['msg']}" for e in error.errors()]})
        except ValueError:
            return Reply.of(400, {"error": ["body: not JSON"]})
        for fault in faults:
            self.faults.add(fault)
        return Reply.of(201, self.faults.shown())


def _field(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) or "body"


def _done(task: Task) -> Reply:
    task()
    return Reply(204)


def _unknown(status: int) -> Reply:
    return Reply.of(status, {"error": "no such thing to control here"})
