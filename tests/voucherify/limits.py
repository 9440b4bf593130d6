"""Projects with limits, and what replies tell of these."""

from typing import Any

from cdphub.clock import SECOND
from cdphub.connections import Project
from cdphub.voucherify.answers import Answer, Rate
from tests.builders import START
from tests.fakes import PROJECT
from tests.voucherify.bench import Bench
from voucherify.budget import Budget

LIMIT = 100
RESET = START + 30 * SECOND
MARGIN_MS = 2 * SECOND


def shop(**settings: Any) -> Project:
    """The tests' project with these settings."""
    return Project(id=PROJECT, name="Shop", api_url="https://api.voucherify.io", **settings)


def told(remaining: int, limit: int = LIMIT, reset_ms: int = RESET) -> Answer:
    """A yes that tells what remains of a limit."""
    return Answer(None, 200, rate=Rate(limit, remaining, reset_ms))


def settings(bench: Bench, **given: Any) -> Project:
    """Replaces the project's settings."""
    project = shop(**given)
    bench.store.connections.put_project(PROJECT, project.model_dump_json(exclude_unset=True))
    return project


def taken(budget: Budget, project: Project, most: int = 10_000) -> int:
    """How many calls can be taken in a row."""
    return next((number for number in range(most) if not budget.take(project)), most)
