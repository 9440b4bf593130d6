"""Requests to one connection's CDP, and what its answers say."""

from collections.abc import Sequence
from typing import Any

from cdphub import clock
from cdphub.aws import AwsError
from cdphub.connections import Connection
from cdphub.failures import FailureClass
from cdphub.http import HttpReply, NoReplyError, Transport
from cdphub.outbound.breaker import Breaker
from cdphub.outbound.outcome import DONE, UNUSABLE, Outcome, Verdict, no_reply
from cdphub.outbound.rounds import Item
from cdphub.outbound.terms import Terms, TermsReader
from cdphub.outbound.vendor import Vendor
from cdphub.telemetry import logger


class Exchange:
    """What one invocation sends to one connection, by terms which are the `newest` or a little older."""

    def __init__(
        self,
        vendor: Vendor[Any, Any],
        transport: Transport,
        breaker: Breaker,
        reader: TermsReader,
        connection: Connection,
        *,
        newest: bool,
    ) -> None:
        """Raises AwsError."""
        self._vendor = vendor
        self._transport = transport
        self._breaker = breaker
        self._reader = reader
        self._connection = connection
        self._newest = newest
        self.terms = reader.terms(connection, newest=newest)

    def send(self, part: Sequence[Item]) -> Verdict:
        """One request; a second one, at once, if the key was refused and another may have been entered meanwhile."""
        verdict = self._attempt(part)
        if verdict.whole.failure is FailureClass.AUTH and not self._newest:
            self._newest, self.terms = True, self._newest_terms()
            verdict = self._attempt(part)
        self._breaker.heed(self._connection.id, verdict.whole, _attempts(part))
        return verdict

    def _newest_terms(self) -> Terms | None:
        """None also if nobody can tell: other requests may have been taken, so this must not end the round."""
        try:
            return self._reader.terms(self._connection, newest=True)
        except AwsError as error:
            logger.warning("key not read anew", connection=self._connection.id, error=str(error))
            return None

    def _attempt(self, part: Sequence[Item]) -> Verdict:
        if self.terms is None:
            return Verdict(UNUSABLE)
        began = clock.now_ms()
        verdict, status = self._exchange(part, self.terms)
        logger.info(
            "attempt",
            connection=self._connection.id,
            events=len(part),
            status=status,
            failure=verdict.whole.failure,
            refused=len(verdict.apart),
            milliseconds=clock.now_ms() - began,
            trace_ids=[item.delivery.trace_id for item in part],
        )
        return verdict

    def _exchange(self, part: Sequence[Item], terms: Terms) -> tuple[Verdict, int | None]:
        request = self._vendor.request(terms.settings, terms.secrets, [item.text for item in part])
        try:
            reply = self._transport.send(request).without(terms.secrets.model_dump().values())
        except NoReplyError as error:
            return Verdict(no_reply(error)), None
        return self._judge(reply, part), reply.status

    def _judge(self, reply: HttpReply, part: Sequence[Item]) -> Verdict:
        try:
            whole = self._vendor.judge(reply, self._vendor.profile.failures)
            return Verdict(whole, self._vendor.apart(reply, part) if whole == DONE else {})
        except Exception as error:
            # Its form is not the one that the vendor's pages have, so nobody knows what the vendor has done.
            logger.error("reply not understood", connection=self._connection.id, error=type(error).__name__)
            return Verdict(Outcome(FailureClass.IN_DOUBT, f"HTTP {reply.status}: the reply is not understood"))


def _attempts(part: Sequence[Item]) -> int:
    return 1 + max(item.delivery.attempts for item in part)
