"""Ways of saying that an event is not defined; how Voucherify says it is undocumented."""

from typing import Any

import pytest

from cdphub.failures import FailureClass
from cdphub.voucherify.answers import Answer
from cdphub.voucherify.undefined_event import is_undefined

NAME = "Item (new) Bought"


def answer(status: int = 400, **error: Any) -> Answer:
    return Answer(FailureClass.INVALID, status, body=error)


@pytest.mark.parametrize(
    "error",
    [
        {"key": "invalid_payload", "message": "Invalid payload", "details": f"Event '{NAME}' is not defined"},
        {"key": "invalid_payload", "details": f"Custom event with name {NAME} does not exist."},
        {"message": f'event "{NAME}" not found'},
        {"message": f"Unknown event: {NAME}"},
        {"status": 404, "key": "not_found", "details": f"Cannot find custom event with name {NAME}"},
        {"status": 404, "key": "not_found", "resource_type": "custom_event_schema"},
        {"key": "event_not_defined"},
        {"status": 422, "message": f"undefined custom event {NAME}"},
    ],
)
def test_it_is_understood(error: dict[str, Any]) -> None:
    assert is_undefined(answer(**error), NAME)


@pytest.mark.parametrize(
    "error",
    [
        {},
        {"details": "Event 'Other' is not defined"},
        {"details": f"Event '{NAME}, too' is not defined"},
        {"details": f"Property amount of '{NAME}' is not defined"},
        {"key": "metadata_validation_failed", "details": f"amount: of event {NAME} is not defined"},
        {"status": 404, "key": "not_found", "resource_type": "customer", "details": "Cannot find customer with id a"},
        {"status": 503, "details": f"Event '{NAME}' is not defined"},
    ],
)
def test_nothing_else_is_taken_for_it(error: dict[str, Any]) -> None:
    assert not is_undefined(answer(**error), NAME)


def test_an_answer_without_an_error_object_says_nothing() -> None:
    assert not is_undefined(Answer(FailureClass.INVALID, 400, body="Event x is not defined"), "x")
    assert not is_undefined(Answer(None, 200, body={"key": "undefined_event"}), "x")
