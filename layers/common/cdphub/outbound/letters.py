"""The dead letter of a delivery."""

from cdphub import clock
from cdphub.backlog import DeadLetter, bury
from cdphub.failures import FailureClass
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.outcome import Outcome
from cdphub.store import Store
from cdphub.telemetry import count, logger


def bury_delivery(store: Store, cdp: str, delivery: Delivery, outcome: Outcome) -> None:
    """Writes it; `outcome` is a failure, for the last time. Raises cdphub.aws.AwsError."""
    now, failure = clock.now_ms(), outcome.failure or FailureClass.INVALID
    letter = DeadLetter(
        project=delivery.project,
        connection=delivery.connection,
        direction="outbound",
        key=delivery.key,
        failure=failure,
        reason=outcome.reason,
        attempts=delivery.attempts,
        first_ms=delivery.since(now),
        last_ms=now,
        customer=delivery.customer,
        payload=delivery.model_dump(mode="json"),
    )
    bury(store, letter)
    count("Dead", cdp=cdp, failure=failure)
    logger.error("dead", connection=delivery.connection, event_trace_id=delivery.trace_id, failure=failure)
