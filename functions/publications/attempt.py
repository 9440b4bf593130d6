"""One attempt to publish: the calls to Voucherify, and what they gave (G4).

What Voucherify does with a publication that it has already made is told in two ways: it gives the same code again
(https://docs.voucherify.io/orchestrate/code-publication), or it refuses with 400
(https://docs.voucherify.io/api-reference/publications/create-publication). In the second case, and whenever an earlier
attempt may have published, the publication is looked up.
"""

from dataclasses import dataclass
from typing import Any

from cdphub import clock
from cdphub.failures import FailureClass
from cdphub.voucherify.answers import Answer
from cdphub.voucherify.client import Voucherify
from publications.belongs import belongs
from publications.search import NONE, Search, unclear
from publications.wish import Wish

DUPLICATE = "duplicate_source_id"
JOINED = "voucher_cannot_be_published"

TOO_LATE = Answer(FailureClass.TRANSIENT, reason="no time is left")


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
            found = self._find(self.wish)
            if found != NONE:
                return found
        if clock.now_ms() >= self.end_ms:
            return TOO_LATE
        body = self.wish.body(self.source_id)
        answer = self.voucherify.publish(body, join_once=self.wish.join_once, within_ms=clock.left_ms(self.end_ms))
        if self._may_be_there(answer):
            only = {"join_once": True} if self._is_only(answer) else {}
            found = self._find(self.wish.model_copy(update=only))
            if found != NONE:
                return found
            # Made a moment ago, by an attempt whose caller could not wait, it is listed a moment later.
            return unclear(answer) if _key(answer) == DUPLICATE else answer
        if answer.yes and not belongs(answer.body, self.wish):
            return unclear(answer)
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

    def _find(self, wish: Wish) -> Answer:
        return Search(self.voucherify, wish, self.source_id, self.began_ms, self.end_ms).find()


def _key(answer: Answer) -> Any:
    return answer.body.get("key") if isinstance(answer.body, dict) else None
