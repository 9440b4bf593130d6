"""The smallest vendor: it keeps what it was sent and says yes."""

from collections.abc import Mapping

from tools.local.sandbox.core import Handler, Reply, Request, Vendor


class Echo(Vendor):
    """Keeps the bodies of the calls that took effect, in the order of effect; of `/empty` it says nothing but yes."""

    def __init__(self) -> None:
        self.effects: list[bytes] = []

    def handle(self, request: Request) -> Reply:
        self.effects.append(request.body)
        if request.path == "/empty":
            return Reply(200)
        return Reply.of(200, {"yours": request.body.decode()})

    def refuse(self, request: Request, status: int) -> Reply:
        return Reply.of(status, {"echo_error": status}, {"X-Echo": "no"})

    def views(self) -> Mapping[str, Handler]:
        return {"GET /_sandbox/effects": lambda request: Reply.of(200, len(self.effects))}
