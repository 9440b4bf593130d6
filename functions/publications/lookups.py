"""Answers questions about a customer by Voucherify's calls that only read, and the same one a minute long by itself."""

import json

from cdphub import clock
from cdphub.connections import Connection
from cdphub.telemetry import logger
from publications.accounts import Accounts
from publications.outcome import Busy, Found, Outcome, Refused, error, of_no
from publications.question import Question
from publications.recent import Recent
from publications.throttle import Throttle

MOST_BYTES = 1_000_000
"""Of a reply: Braze takes no more."""

TOO_LONG = Refused(400, error(400, "reply_too_long", f"the reply has more than {MOST_BYTES} bytes; ask for less"))


class Lookups:
    """What one instance keeps between invocations."""

    def __init__(self, accounts: Accounts, throttle: Throttle) -> None:
        self._accounts = accounts
        self._throttle = throttle
        self._recent = Recent()

    def find(self, connection: Connection, question: Question, end_ms: int) -> Outcome:
        """Voucherify's reply to this question of this connection; raises AwsError and SecretError."""
        key = question.key(connection.id)
        if (known := self._recent.get(key)) is not None:
            return Found(known)
        if wait_ms := self._throttle.wait(connection, None, end_ms):
            return Busy(wait_ms)
        answer = self._accounts.call(connection, lambda voucherify: question.ask(voucherify, clock.left_ms(end_ms)))
        if not answer.yes:
            logger.info("not found", connection=connection.id, failure=answer.failure, status=answer.status)
            self._throttle.heed(connection.project, answer)
            return of_no(answer)
        if not question.is_answered_by(answer.body):
            logger.warning("the reply is not what was asked for", connection=connection.id)
            return Busy()
        if len(json.dumps(answer.body)) > MOST_BYTES:
            return TOO_LONG
        self._recent.put(key, answer.body)
        return Found(answer.body)
