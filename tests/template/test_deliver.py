"""Deliver functions differ by their queues, and by their vendors' limits alone."""

import json

import pytest

from tests.template.stack import FUNCTIONS, statements

HANDLERS = {name: function["Handler"] for name, function in FUNCTIONS.items()}
DELIVER = {name: handler.split(".")[0] for name, handler in HANDLERS.items() if handler.endswith(".deliver.handler")}


def policy(function: str) -> str:
    """What it may do, with its own queue and connections under names that all share."""
    cdp = DELIVER[function]
    text = json.dumps(list(statements(function)))
    return text.replace(f"deliver-{cdp}", "deliver-CDP").replace(f"connection/{cdp}-", "connection/CDP-")


@pytest.mark.parametrize("function", DELIVER)
def test_g7_it_may_do_what_all_others_may(function: str) -> None:
    assert policy(function) == policy(min(DELIVER))
