"""One attempt to publish: the calls to Voucherify, and what they gave (G4).

What Voucherify does with a publication that it has already made is told in two ways: it gives the same code again
(https://docs.voucherify.io/orchestrate/code-publication), or it refuses with 400
(https://docs.voucherify.io/api-reference/publications/create-publication). In the second case, and whenever an earlier
attempt may have published, the publication is looked up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cdphub import clock
from cdphub.clock import SECOND
from cdphub.failures import FailureClass
from cdphub.times import as_utc, utc
from cdphub.voucherify.answers import Answer
from cdphub.voucherify.client import Voucherify
from cdphub.voucherify.lists import items_if_list
from publications.belongs import belongs
from publications.wish import Wish

DUPLICATE = "duplicate_source_id"
JOINED = "voucher_cannot_be_published"

NONE = Answer(None)
"""Nothing was found."""

TOO_LATE = Answer(FailureClass.TRANSIENT, reason="no time is left")

_CLOCKS_DIFFER_MS = 10 * SECOND


@dataclass(frozen=True)
class Attempt:
    """A wish on its way to Voucherify, until `end_ms`.

    The occasion began at `began_ms`; `is_doubtful`: an earlier attempt of it may have published.
    """

    voucherify: Voucherify
    wish: Wish
    source_id: str
    began_ms: int
    is_doubtful: bool
    end_ms: int

    def run(self) -> Answer:
        """The answer to the last call; a yes has the wish's own publication as its body, and never another one."""
        if self.is_doubtful and not self.wish.has_own_id:
            found = self._find()
            if found != NONE:
                return found
        if clock.now_ms() >= self.end_ms:
            return TOO_LATE
        body = self.wish.body(self.source_id)
        answer = self.voucherify.publish(body, join_once=self.wish.join_once, within_ms=self._left())
        if self._may_be_there(answer):
            found = self._sought(answer)._find()
            if found != NONE:
                return found
            # Made a moment ago, by an attempt whose caller could not wait, it is listed a moment later.
            return _unclear(answer) if _key(answer) == DUPLICATE else answer
        if answer.yes and not belongs(answer.body, self.wish):
            return _unclear(answer)
        return answer

    def _may_be_there(self, answer: Answer) -> bool:
        """Whether a refusal may mean that the publication exists."""
        if answer.failure is not FailureClass.INVALID:
            return False
        return self.is_doubtful or _key(answer) == DUPLICATE or self._is_only(answer)

    def _is_only(self, answer: Answer) -> bool:
        """Whether the customer has one code of the campaign, and the call is content with that.

        So is a call that names no occasion: of Voucherify itself, without a source_id, it gets that code again
        (https://docs.voucherify.io/integrations/braze-connected-content-optimization).
        """
        return _key(answer) == JOINED and (self.wish.join_once or not self.wish.named_occasion)

    def _sought(self, answer: Answer) -> "Attempt":
        if not self._is_only(answer):
            return self
        return replace(self, wish=self.wish.model_copy(update={"join_once": True}))

    def _find(self) -> Answer:
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
        answer = self.voucherify.find_publications(self._left(), **filters)
        if not answer.yes:
            return answer
        listed = items_if_list(answer.body)
        if listed is None:
            return _unclear(answer)
        mine = self._mine([each for each in listed if belongs(each, wish)])
        return replace(answer, body=mine) if mine else NONE

    def _by_name(self) -> Wish | Answer:
        """The wish with its campaign's name, since lists of publications tell no id; NONE if there is no campaign."""
        name = self.wish.campaign.name
        if self.wish.voucher or not name or not name.startswith("camp_"):
            return self.wish
        answer = self.voucherify.read_campaign(name, self._left())
        if not answer.yes:
            return NONE if answer.status == 404 else answer
        known = answer.body.get("name") if isinstance(answer.body, dict) else None
        if not isinstance(known, str):
            return _unclear(answer)
        return self.wish.model_copy(update={"campaign": self.wish.campaign.model_copy(update={"name": known})})

    def _customer(self) -> str | Answer:
        """Voucherify's id of the customer; NONE if there is no such customer."""
        if self.wish.customer.id:
            return self.wish.customer.id
        answer = self.voucherify.read_customer(self.wish.customer.source_id or "", self._left())
        if not answer.yes:
            return NONE if answer.status == 404 else answer
        known: Any = answer.body.get("id") if isinstance(answer.body, dict) else None
        return known if isinstance(known, str) else _unclear(answer)

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

    def _left(self) -> int:
        return max(1, self.end_ms - clock.now_ms())


def _key(answer: Answer) -> Any:
    return answer.body.get("key") if isinstance(answer.body, dict) else None


def _unclear(answer: Answer) -> Answer:
    return Answer(FailureClass.IN_DOUBT, answer.status, "the reply is not what was asked for")


def _created(publication: Mapping[str, Any]) -> str:
    return as_utc(publication.get("created_at")) or ""
