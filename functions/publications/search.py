"""What may have been published already, looked up at Voucherify (G4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cdphub import clock
from cdphub.clock import SECOND
from cdphub.failures import FailureClass
from cdphub.times import as_utc, utc
from cdphub.voucherify.answers import Answer
from cdphub.voucherify.client import Voucherify
from cdphub.voucherify.lists import items_of
from publications.belongs import belongs
from publications.wish import Wish

NONE = Answer(None)
"""Nothing was found."""

_CLOCKS_DIFFER_MS = 10 * SECOND


def unclear(answer: Answer) -> Answer:
    """What an answer comes to that is not about what was asked."""
    return Answer(FailureClass.IN_DOUBT, answer.status, "the reply is not what was asked for")


@dataclass(frozen=True)
class Search:
    """For the publication of a wish, until `end_ms`.

    `source_id` is its id, if the wish has one of its own; its occasion began at `began_ms`.
    """

    voucherify: Voucherify
    wish: Wish
    source_id: str
    began_ms: int
    end_ms: int

    def find(self) -> Answer:
        """The publication of this wish as the body of a yes; NONE; or why it cannot be told."""
        wish = self._by_name()
        if isinstance(wish, Answer):
            return wish
        filters = {"source_id": self.source_id}
        if not wish.has_own_id:
            customer = self._customer()
            if not isinstance(customer, str):
                return customer
            filters = {"customer": customer}
            if wish.campaign.name and not wish.voucher:
                filters["campaign"] = wish.campaign.name
        answer = self.voucherify.find_publications(clock.left_ms(self.end_ms), **filters)
        if not answer.yes:
            return answer
        listed = items_of(answer.body)
        if listed is None:
            return unclear(answer)
        mine = self._mine([each for each in listed if belongs(each, wish)])
        return replace(answer, body=mine) if mine else NONE

    def _by_name(self) -> Wish | Answer:
        """The wish with its campaign's name, since lists of publications tell no id; NONE if there is no campaign."""
        name = self.wish.campaign.name
        if self.wish.voucher or not name or not name.startswith("camp_"):
            return self.wish
        answer = self.voucherify.read_campaign(name, clock.left_ms(self.end_ms))
        if not answer.yes:
            return NONE if answer.status == 404 else answer
        known = answer.body.get("name") if isinstance(answer.body, dict) else None
        if not isinstance(known, str):
            return unclear(answer)
        return self.wish.model_copy(update={"campaign": self.wish.campaign.model_copy(update={"name": known})})

    def _customer(self) -> str | Answer:
        """Voucherify's id of the customer; NONE if there is no such customer."""
        if self.wish.customer.id:
            return self.wish.customer.id
        answer = self.voucherify.read_customer(self.wish.customer.source_id or "", clock.left_ms(self.end_ms))
        if not answer.yes:
            return NONE if answer.status == 404 else answer
        known: Any = answer.body.get("id") if isinstance(answer.body, dict) else None
        return known if isinstance(known, str) else unclear(answer)

    def _mine(self, fitting: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
        """Of those that fit, the newest first, this occasion's.

        Where time alone tells occasions apart, it is the first since this one began: a later one is another's.
        """
        if self.wish.has_own_id or self.wish.join_once:
            return next(iter(fitting), None)
        since = [each for each in fitting if _created(each) >= utc(self.began_ms)]
        if since:
            return since[-1]
        return next((each for each in fitting if _created(each) >= utc(self.began_ms - _CLOCKS_DIFFER_MS)), None)


def _created(publication: Mapping[str, Any]) -> str:
    return as_utc(publication.get("created_at")) or ""
