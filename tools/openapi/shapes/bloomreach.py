"""What Bloomreach Engagement sends, and what it is answered: 200 also for bad data."""

from typing import Literal

from pydantic import BaseModel, Field

from bloomreach.models import Customer, Event
from tools.openapi import answers
from tools.openapi.answers import Answer
from tools.openapi.shapes import Shapes


class Customers(BaseModel):
    """Customers in an object."""

    customers: list[Customer]


class Events(BaseModel):
    """Custom events in an object."""

    events: list[Event]


class Error(Answer):
    """A trouble in Bloomreach's words."""

    code: int
    description: str


class Accepted(answers.Accepted):
    """As elsewhere; without success, and with errors, if nothing was accepted of what came."""

    success: bool
    errors: list[Error] = Field(default_factory=list)


class Refused(answers.Refused):
    """As elsewhere, with a status of 200: 400, 404, 410, 412, 413 and 418 would stop the webhook for everybody."""

    success: Literal[False]
    errors: list[Error]


class NothingFound(Answer):
    """There is no code, or nothing to look up, and the same call will not change that."""

    success: Literal[False]
    errors: list[Error]


SHAPES = Shapes(
    bodies={
        "/bloomreach-engagement/upsert-customer-bulk": (
            "Customers, each with its ID as `registered`, or as the connection's `main_hard_id` names it",
            list[Customer] | Customers | Customer,
        ),
        "/bloomreach-engagement/create-event-bulk": (
            "Custom events, each with the ID of its customer, named alike",
            list[Event] | Events | Event,
        ),
    },
    accepted=Accepted,
    refused_by_200=Refused,
    trouble=NothingFound,
)
