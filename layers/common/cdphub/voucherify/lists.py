"""Voucherify's lists: the array is where `data_ref` says (https://docs.voucherify.io/api-reference/listing) (pure)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cdphub.failures import FailureClass
from cdphub.voucherify.answers import Answer

MOST_PAGES = 10


def read_all(read: Callable[[int], Answer]) -> Answer:
    """The items of all pages as the body, or the first answer that is not yes; `read` takes the page, from 1 on.

    A page that brings nothing new is the last, whatever the total says: not every list has pages.
    """
    found: list[Any] = []
    for page in range(1, MOST_PAGES + 1):
        answer = read(page)
        if not answer.yes:
            return answer
        items = items_of(answer.body)
        if items is None:
            return no_list(answer)
        new = [item for item in items if item not in found]
        found += new
        if not new or not _has_more(answer.body, len(found)):
            break
    return replace(answer, body=found)


def items_of(body: Any) -> list[Any] | None:
    """The items of one page; None if it is no list, and so does not say that there are none."""
    items = body.get(str(body.get("data_ref")), body.get("data")) if isinstance(body, dict) else None
    return items if isinstance(items, list) else None


def no_list(answer: Answer) -> Answer:
    """What a yes comes to that is no list: something on the way may have said it in Voucherify's place."""
    return replace(answer, failure=FailureClass.TRANSIENT, reason="the reply is no list", body=None)


def _has_more(body: Any, seen: int) -> bool:
    total = body.get("total")
    return bool(body.get("has_more")) or (isinstance(total, int) and total > seen)
