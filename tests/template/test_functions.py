"""Every function can be loaded, and may do no more than it needs."""

import re
from importlib import import_module

import pytest

from tests.template.stack import FUNCTIONS, as_list, statements
from tools.local.template import STACK_NAME

each_function = pytest.mark.parametrize("function", FUNCTIONS)


@each_function
def test_its_handler_can_be_imported(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FUNCTIONS[function]["Environment"]["Variables"].items():
        monkeypatch.setenv(name, value)
    module, _, name = FUNCTIONS[function]["Handler"].rpartition(".")
    assert callable(getattr(import_module(module), name))


@each_function
def test_g7_its_policy_names_each_action(function: str) -> None:
    actions = [action for statement in statements(function) for action in as_list(statement["Action"])]
    assert not [action for action in actions if "*" in action]


@each_function
def test_g7_its_policy_stays_within_the_stack(function: str) -> None:
    resources = [resource for statement in statements(function) for resource in as_list(statement["Resource"])]
    names = [re.sub("^(table|parameter)/", "", resource.split(":", 5)[5]) for resource in resources]
    assert all(name.startswith((f"{STACK_NAME}-", f"{STACK_NAME}/")) for name in names)


@each_function
def test_g7_its_policy_has_no_star_but_those_the_page_explains(function: str) -> None:
    resources = {resource for statement in statements(function) for resource in as_list(statement["Resource"])}
    stars = {resource.split(":", 5)[5] for resource in resources if "*" in resource}
    module, _, _ = FUNCTIONS[function]["Handler"].partition(".")
    connections = "" if module == "front" else f"{module}-"
    assert stars <= {
        f"parameter/{STACK_NAME}/project/*",
        f"parameter/{STACK_NAME}/connection/{connections}*",
        f"{STACK_NAME}-deliver-*",
    }


@each_function
def test_g7_its_policy_only_allows(function: str) -> None:
    assert {statement["Effect"] for statement in statements(function)} <= {"Allow"}


def test_g5_a_sweep_that_could_not_run_in_its_minute_does_not_run_later() -> None:
    """Lambda keeps what it throttles for six hours unless told otherwise, and then hundreds would run at once."""
    (sweep,) = (one for one in FUNCTIONS.values() if one["Handler"] == "voucherify.sweep.handler")
    assert sweep["EventInvokeConfig"] == {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60}
