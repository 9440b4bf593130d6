"""One thing that was found, and what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from tools.hubctl.errors import is_of_credentials

Level = Literal["ok", "warning", "problem"]

UNSEEN = "could not be looked at"


@dataclass(frozen=True)
class Finding:
    """`about` is a queue, a project, a connection and the like; `next_step` is empty if there is nothing to do."""

    level: Level
    about: str
    what: str
    next_step: str = ""


@contextmanager
def looking(found: list[Finding], about: str, *errors: type[Exception]) -> Iterator[None]:
    """Turns errors that keep a check from being made into a finding: the other checks go on, if AWS lets them."""
    try:
        yield
    except errors as error:
        if is_of_credentials(error):
            raise
        step = "docs/operations.md#what-an-operators-role-needs" if "AccessDenied" in str(error) else ""
        found.append(Finding("warning", about, f"{UNSEEN}: {error}", step))
