"""Metadata that was left out: counted, and named with the reason and never with its value (G7)."""

from cdphub.telemetry import count, logger
from voucherify.body import Leavings


class Omissions:
    """Tells what calls left out."""

    def tell(self, project: str, customer: str, left_out: Leavings) -> None:
        """Takes note of what one call for a customer left out."""
        for connection, omitted in left_out.items():
            keys = [f"{one.key}: {one.reason} ({one.observed})" for one in omitted]
            logger.info("omitted", project=project, connection=connection, customer=customer, metadata=keys)
            count("Omitted", len(omitted), project=project)
