"""Metadata that was left out: counted, and named with the reason and never with its value (G7)."""

from collections.abc import Sequence

from cdphub.metadata import CUSTOMER, Omitted
from cdphub.omitted import OmittedKey, OmittedKeys
from cdphub.store import Store
from cdphub.telemetry import count, logger
from voucherify.body import Leavings


class Omissions:
    """Takes note of what calls left out: in the log, in the metric `Omitted`, and in the connection's list."""

    def __init__(self, store: Store) -> None:
        self._keys = OmittedKeys(store)

    def tell(self, project: str, customer: str, left_out: Leavings) -> None:
        """What one call for a customer left out of the customer's metadata."""
        for connection, omitted in left_out.items():
            self.note(project, customer, connection, CUSTOMER, omitted)

    def note(self, project: str, customer: str, connection: str, of: str, omitted: Sequence[Omitted]) -> None:
        """What one call for a customer left out of the metadata that the connection brought for `of`."""
        if not omitted:
            return
        told = [f"{one.key}: {one.reason} ({one.observed})" for one in omitted]
        logger.info("omitted", project=project, connection=connection, customer=customer, of=of, metadata=told)
        count("Omitted", len(omitted), project=project)
        listed = [OmittedKey(of=of, key=one.key, reason=one.reason, observed=one.observed) for one in omitted]
        self._keys.note(connection, listed)
