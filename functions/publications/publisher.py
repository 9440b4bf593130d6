"""Publishes once per occasion: claim, call, store (G4)."""

from dataclasses import dataclass
from functools import cache

from cdphub import clock
from cdphub.aws import AwsError
from cdphub.clock import MINUTE, SECOND
from cdphub.connections import Connection, read_project_secrets
from cdphub.failures import FailureClass
from cdphub.http import Transport
from cdphub.hub import Hub, hub
from cdphub.outbox.row import partition
from cdphub.profile import PublishingSettings
from cdphub.telemetry import count, logger
from cdphub.transport import Urllib3Transport
from cdphub.voucherify.answers import Answer
from cdphub.voucherify.client import Voucherify
from publications import occasion
from publications.accounts import Accounts
from publications.attempt import Attempt
from publications.finishing import ask_to_finish
from publications.occasions import Claim, Occasions
from publications.outcome import Busy, Outcome, Published, fitting, of_no
from publications.throttle import Throttle
from publications.wish import Wish

DOUBT_MS = 2 * MINUTE
"""A call without an answer takes effect within this time, or never."""

# A holder may have died. Where Voucherify knows a repeat, whoever comes next need not be quite sure of that.
_LEASE_MS = 5 * SECOND
_POLL_MS = 100


@dataclass(frozen=True)
class Job:
    """One call's wish, to be seen to before `end_ms`."""

    connection: Connection
    wish: Wish
    end_ms: int

    @property
    def settings(self) -> PublishingSettings:
        """The connection's."""
        return PublishingSettings.of(self.connection.settings)

    @property
    def window_ms(self) -> int:
        """For how long calls are repeats if the caller names no occasion."""
        return self.settings.repeat_window * MINUTE

    @property
    def lease_until(self) -> int:
        """How long others leave its occasion alone, if it is mine from now on."""
        if self.wish.has_own_id:
            return min(self.end_ms, clock.now_ms() + _LEASE_MS)
        # Whoever died may have called just before.
        return self.end_ms + DOUBT_MS

    @property
    def can_repeat(self) -> bool:
        """Whether another call may be for the same occasion."""
        return self.wish.named_occasion is not None or self.window_ms > 0


class Publisher:
    """What one instance keeps between invocations."""

    def __init__(self, hub: Hub, transport: Transport) -> None:
        self.hub = hub
        self.accounts = Accounts(hub, transport)
        self.throttle = Throttle(hub.store)
        self._occasions = Occasions(hub.store.state)

    def publish(self, job: Job, *, is_short: bool) -> Outcome:
        """The occasion's one reply, waiting for whoever works at it; raises AwsError and SecretError.

        If the time `is_short`, what does not end in it is finished by the worker, since a function does nothing more
        once it has answered.
        """
        key = occasion.key(job.connection.id, job.wish) if job.can_repeat else clock.new_id()
        while not (claim := self._claim(key, job)):
            if clock.now_ms() + _POLL_MS >= job.end_ms:
                return Busy()
            clock.sleep(_POLL_MS / SECOND)
        if claim.occasion.reply is not None:
            return Published(claim.occasion.reply)
        if is_short and job.can_repeat:
            ask_to_finish(self.hub.queues, job.connection, job.wish, (job.end_ms - clock.now_ms()) / SECOND)
        return self._work(job, claim)

    def finish(self, job: Job) -> Outcome | None:
        """Finishes an occasion that was left unsettled; None if there is nothing to do."""
        claim = self._occasions.claim(occasion.key(job.connection.id, job.wish), None, job.lease_until)
        if claim is None or claim.occasion.reply is not None:
            return None
        return self._work(job, claim) if claim.mine else Busy()

    def _claim(self, key: str, job: Job) -> Claim | None:
        """The occasion, settled or mine."""
        new = occasion.begin(job.wish, job.window_ms, clock.now_ms())
        claim = self._occasions.claim(key, new, job.lease_until)
        return claim if claim and (claim.mine or claim.occasion.reply is not None) else None

    def _work(self, job: Job, claim: Claim) -> Outcome:
        if wait_ms := self.throttle.wait(job.connection, job.settings.publications_per_minute, job.end_ms):
            self._occasions.release(claim)
            return Busy(wait_ms)
        answer = self.accounts.call(job.connection, lambda voucherify: _attempt(voucherify, job, claim))
        if answer.failure is None:
            return Published(self._store(job, claim, fitting(answer.body)))
        return self._failed(job, claim, answer)

    def _store(self, job: Job, claim: Claim, reply: dict[str, object]) -> dict[str, object]:
        """Stores the reply; gives the one that is stored. If that fails, a repeat gets it from Voucherify again."""
        settled = occasion.settle(claim.occasion, reply, self._customer(job, reply), clock.now_ms())
        try:
            return self._occasions.done(claim, settled).reply or reply
        except AwsError as error:
            logger.error("publication not stored", connection=job.connection.id, error=str(error))
            return reply

    def _customer(self, job: Job, reply: dict[str, object]) -> str | None:
        """The outbox's partition key of the customer, for erasure."""
        source_id = job.wish.customer.source_id or reply.get("tracking_id")
        if not isinstance(source_id, str):
            return None
        salt = read_project_secrets(self.hub.secrets, job.connection.project).salt
        return partition(job.connection.project, salt, source_id)

    def _failed(self, job: Job, claim: Claim, answer: Answer) -> Outcome:
        logger.info("not published", connection=job.connection.id, failure=answer.failure, status=answer.status)
        if answer.failure in (FailureClass.TRANSIENT, FailureClass.IN_DOUBT):
            count("PublicationInDoubt", cdp=job.connection.cdp)
            knows_repeats = job.wish.has_own_id or answer.failure is FailureClass.TRANSIENT
            self._occasions.doubt(claim, clock.now_ms() + (0 if knows_repeats else DOUBT_MS))
            return Busy()
        self._occasions.release(claim)
        self.throttle.heed(job.connection.project, answer)
        return of_no(answer)


def _attempt(voucherify: Voucherify, job: Job, claim: Claim) -> Answer:
    source_id = occasion.source_id(claim.key, job.wish, claim.occasion)
    return Attempt(voucherify, job.wish, source_id, claim.occasion.began, claim.is_doubtful, job.end_ms).run()


@cache
def publisher() -> Publisher:
    """This instance's publisher."""
    return Publisher(hub(), Urllib3Transport())
