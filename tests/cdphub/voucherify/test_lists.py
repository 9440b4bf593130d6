"""Lists of Voucherify, page by page."""

from typing import Any

import pytest

from cdphub.failures import FailureClass
from cdphub.voucherify.answers import Answer
from cdphub.voucherify.lists import MOST_PAGES, read_all


class Pages:
    """Answers the pages in turn, then the last one for ever."""

    def __init__(self, *answers: Any) -> None:
        self._answers = [one if isinstance(one, Answer) else Answer(None, 200, body=one) for one in answers]
        self.asked: list[int] = []

    def __call__(self, page: int) -> Answer:
        self.asked.append(page)
        return self._answers[min(page, len(self._answers)) - 1]


@pytest.mark.parametrize(
    ("pages", "found", "asked"),
    [
        ([{"data_ref": "schemas", "schemas": ["a", "b"], "total": 2}], ["a", "b"], 1),
        ([{"data_ref": "schemas", "data": ["a"]}], ["a"], 1),
        ([{"data_ref": "d", "d": ["a"], "total": 2}, {"data_ref": "d", "d": ["b"], "total": 2}], ["a", "b"], 2),
        ([{"data": ["a"], "has_more": True}, {"data": ["b"], "has_more": False}], ["a", "b"], 2),
        ([{"data": ["a"], "total": 5}], ["a"], 2),
        ([{"data": [], "total": 5, "has_more": True}], [], 1),
    ],
)
def test_pages_are_read_while_they_bring_something_new(pages: list[Any], found: list[str], asked: int) -> None:
    read = Pages(*pages)
    answer = read_all(read)
    assert (answer.yes, answer.body) == (True, found)
    assert read.asked == list(range(1, asked + 1))


def test_a_page_that_fails_is_the_answer() -> None:
    failed = Answer(FailureClass.TRANSIENT, 503)
    assert read_all(Pages({"data": ["a"], "has_more": True}, failed)) is failed


@pytest.mark.parametrize("page", [None, [], {}, {"data": "nonsense"}, {"data_ref": "schemas"}], ids=str)
def test_g1_a_reply_that_is_no_list_does_not_say_that_there_is_nothing(page: Any) -> None:
    """Metadata would be left out as undefined, and a job that may run taken for one that never began."""
    answer = read_all(Pages({"data": ["a"], "has_more": True}, page))
    assert (answer.failure, answer.reason, answer.body) == (FailureClass.TRANSIENT, "the reply is no list", None)


def test_there_is_an_end_to_it() -> None:
    read = Pages(*({"data": [number], "has_more": True} for number in range(2 * MOST_PAGES)))
    assert read_all(read).body == list(range(MOST_PAGES))
