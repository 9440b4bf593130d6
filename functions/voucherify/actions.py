"""Voucherify's async actions, as one list call shows them: https://docs.voucherify.io/api-reference/async-actions.

The list is taken to be the newest first, as in its example; a page that is not full is the last.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cdphub import clock
from cdphub.times import as_utc, milliseconds
from cdphub.voucherify.answers import Answer
from cdphub.voucherify.client import ACTIONS_PER_PAGE, Voucherify
from cdphub.voucherify.lists import items_of, no_list

BULK_UPDATE = "CUSTOMERS.BULK_UPDATE"
ENDED = ("DONE", "FAILED")

_MOST_PAGES = 10


@dataclass
class Actions:
    """What was listed: the status of each action, and when the bulk updates were created that have not ended.

    All that were created at or after `since_ms` are among them. Some may not say when, which is None.
    """

    statuses: dict[str, str] = field(default_factory=dict)
    unfinished: list[int | None] = field(default_factory=list)
    since_ms: int = 0

    def may_run(self, since_ms: int, until_ms: int) -> bool:
        """Whether a bulk update that was created between two times may not have ended."""
        in_time = (created is None or since_ms <= created <= until_ms for created in self.unfinished)
        return since_ms < self.since_ms or any(in_time)


def read_actions(voucherify: Voucherify, since_ms: int, may_call: Callable[[], bool]) -> Actions | Answer:
    """Reads the list back to a time, or as far as calls may be made; the answer that was not yes, if there was one."""
    actions, before = Actions(), None
    for _ in range(_MOST_PAGES):
        answer = voucherify.list_async_actions(before)
        if not answer.yes:
            return answer
        page = items_of(answer.body)
        if page is None:
            return no_list(answer)
        for action in page:
            _add(actions, action)
        actions.since_ms = 0
        if len(page) < ACTIONS_PER_PAGE:
            break
        before = str(page[-1].get("created_at"))
        actions.since_ms = _created_ms(page[-1]) or clock.now_ms()
        if actions.since_ms <= since_ms or not may_call():
            break
    return actions


def _add(actions: Actions, action: Mapping[str, Any]) -> None:
    status = str(action.get("status"))
    actions.statuses[str(action.get("id"))] = status
    if action.get("type") == BULK_UPDATE and status not in ENDED:
        actions.unfinished.append(_created_ms(action))


def _created_ms(action: Mapping[str, Any]) -> int | None:
    created = as_utc(action.get("created_at"))
    return milliseconds(created) if created else None
