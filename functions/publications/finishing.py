"""The message that has an occasion finished which a short call may have to leave."""

from pydantic import BaseModel

from cdphub.aws import AwsError
from cdphub.connections import Connection
from cdphub.queues import Message, Queues
from cdphub.telemetry import logger
from publications.wish import Wish

QUEUE = "publications"


class Unfinished(BaseModel):
    """The wish of a connection; `tries` were made to finish it."""

    v: int = 1
    project: str
    connection: str
    wish: Wish
    tries: int = 0

    def message(self, delay_seconds: float) -> Message:
        """This, on its way."""
        body = self.model_dump(mode="json", exclude_unset=True) | {"v": self.v}
        return Message(body, delay_seconds=delay_seconds, group=self.connection)


def ask_to_finish(queues: Queues, connection: Connection, wish: Wish, delay_seconds: float) -> None:
    """Has the worker look at the occasion then; if SQS fails, the caller's next call still finishes it."""
    unfinished = Unfinished(project=connection.project, connection=connection.id, wish=wish)
    try:
        queues.send(QUEUE, [unfinished.message(delay_seconds)])
    except AwsError as error:
        logger.warning("nobody will finish", connection=connection.id, error=str(error))
