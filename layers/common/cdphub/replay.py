"""Dead letters on their way back: what of each is sent, and which are not sent any more."""

from enum import StrEnum

from pydantic import TypeAdapter

from cdphub import commands, order
from cdphub.backlog import DeadLetter
from cdphub.outbound.delivery import Delivery, queue_of
from cdphub.outbox.merge import is_superseded
from cdphub.outbox.row import Row
from cdphub.queues import Message
from cdphub.schema import ChangeMembership, Command, UpsertCustomer

_COMMAND: TypeAdapter[Command] = TypeAdapter(Command)


class Verdict(StrEnum):
    """What may become of a letter.

    SEND: it goes back to its queue. SUPERSEDED: newer commands have said all that it says, so sending it would change
    nothing. ERASED: its customer has been erased since, so it must go, unsent.
    """

    SEND = "send"
    SUPERSEDED = "superseded"
    ERASED = "erased"


def judge(letter: DeadLetter, customer: Row, *, force: bool = False) -> Verdict:
    """What may become of the letter, seen from its customer's row; with `force` it may be superseded."""
    if letter.key < customer.erased:
        return Verdict.ERASED
    if letter.direction == "inbound" and not force and is_superseded(customer, command_of(letter)):
        return Verdict.SUPERSEDED
    return Verdict.SEND


def message_of(letter: DeadLetter, cdp: str, anew_ms: int | None = None) -> tuple[str, Message]:
    """The queue that the letter goes back to, and its message; `cdp` is that of its connection.

    An outbound event keeps its ids and begins its attempts anew. An inbound command keeps its place, so that it changes
    nothing that is newer; with `anew_ms` fields and memberships count as accepted then.
    """
    if letter.direction == "outbound":
        delivery = Delivery.model_validate(letter.payload)
        return queue_of(cdp), delivery.untried().message()
    command = command_of(letter)
    place = command.order
    if anew_ms is not None and isinstance(command, UpsertCustomer | ChangeMembership):
        place = order.moved(place, anew_ms)
    again = command.model_copy(update={"order": place, "replay_of": command.origin})
    return commands.QUEUE, commands.single(letter.project, again)


def command_of(letter: DeadLetter) -> Command:
    """The command, or the part of one, that an inbound letter holds."""
    return _COMMAND.validate_python(letter.payload)
