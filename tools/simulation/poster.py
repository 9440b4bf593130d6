"""Voucherify posts webhooks to the hub, each until it is accepted."""

import hashlib
import hmac
from collections.abc import Iterable
from functools import partial

from cdphub.api import Reply, Request
from cdphub.clock import SECOND
from tools.simulation.deployed import timeout_ms
from tools.simulation.webhooks import Happening
from tools.simulation.world import PROJECT, SECRETS, World
from voucherify.signature import HEADER
from voucherify.webhook import answer
from voucherify.webhook_secrets import WebhookSecrets

WORKERS = 50
LONGEST_PATIENCE_MS = 20 * SECOND


class Poster:
    """`accepted_ms` is when the first webhook about each happening was accepted."""

    def __init__(self, world: World, project: str = PROJECT.id) -> None:
        self._world = world
        self._project = project
        self._webhook = world.function("webhook", timeout_ms("VoucherifyWebhook"), WORKERS, self._secrets)
        self._waiting = 0
        self.accepted_ms: dict[Happening, int] = {}

    @property
    def is_done(self) -> bool:
        """Whether everything was accepted."""
        return not self._waiting

    def plan(self, happening: Happening, times_ms: Iterable[int]) -> None:
        """Has it posted at these times from now on, each time in any of its envelopes."""
        for time_ms in times_ms:
            self._waiting += 1
            body = self._world.random.choice(happening.bodies()).encode()
            self._world.scheduler.after(time_ms, partial(self._post, happening, body))

    def _secrets(self) -> WebhookSecrets:
        return WebhookSecrets(self._world.doors)

    def _post(self, happening: Happening, body: bytes) -> None:
        replies: list[Reply] = []

        def work(secrets: WebhookSecrets, _end_ms: int) -> None:
            replies.append(answer(_signed(body, self._project), secrets, self._world.doors))

        self._webhook.invoke(work, lambda _returned: self._answered(happening, body, replies))

    def _answered(self, happening: Happening, body: bytes, replies: list[Reply]) -> None:
        if replies and replies[0]["statusCode"] == 202:
            self._waiting -= 1
            self._world.history.counts.update(commands=1, posts=1)
            self.accepted_ms.setdefault(happening, self._world.now_ms())
        else:
            wait_ms = self._world.random.randint(1, LONGEST_PATIENCE_MS)
            self._world.scheduler.after(wait_ms, partial(self._post, happening, body))


def _signed(body: bytes, project: str) -> Request:
    signature = hmac.new(SECRETS.webhook_secrets[0].encode(), body, hashlib.sha256).hexdigest()
    path = f"/voucherify/webhooks/{project}"
    return Request("POST", path, {HEADER: signature}, body, {"project": project})
