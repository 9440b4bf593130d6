"""The dead letter of a delivery."""

from cdphub import clock
from cdphub.backlog import DeadLetter, bury
from cdphub.failures import FailureClass
from cdphub.outbound.delivery import Delivery
from cdphub.store import Store
from cdphub.telemetry import count, logger


def bury_delivery(store: Store, cdp: str, delivery: Delivery, failure: FailureClass, reason: str) -> None:
    """Writes it, after the delivery's last attempt; raises cdphub.aws.AwsError."""
    now = clock.now_ms()
    letter = DeadLetter(
        project=delivery.project,
        connection=delivery.connection,
        direction="outbound",
        key=delivery.key,
        failure=failure,
        reason=reason,
        attempts=delivery.attempts,
        first_ms=delivery.since(now),
        last_ms=now,
        customer=delivery.customer,
        payload=delivery.model_dump(mode="json"),
    )
    bury(store, letter)
    count("Dead", cdp=cdp, failure=failure)
    logger.error("dead", connection=delivery.connection, event_trace_id=delivery.trace_id, failure=failure)
