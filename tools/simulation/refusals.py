"""The scenario `refusals`: as `inbound`, but Voucherify refuses much, also several values of a field in a row (G1)."""

from collections.abc import Sequence

from tools.simulation.bulk_jobs import BAD
from tools.simulation.inbound import AUDIENCES, Inbound, Shopper

SHARE_OF_BAD = 0.4


class Careless(Shopper):
    """A customer of whom commands may have bad values alone, and a list is refused while one audience is in it."""

    audiences = (*AUDIENCES, BAD)

    def _values(self, number: int, fields: Sequence[str]) -> dict[str, str]:
        is_bad = self.random.random() < SHARE_OF_BAD
        return dict.fromkeys(fields, f"{BAD}-{number}" if is_bad else str(number))


class Refusals(Inbound):
    """So many customers, each with so many commands."""

    shopper = Careless
