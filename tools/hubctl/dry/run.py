"""What would come of something that a CDP or Voucherify sends."""

import importlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from pydantic import ValidationError

from cdphub import clock, commands
from cdphub.api import Request
from cdphub.backlog import DeadLetter
from cdphub.body import RefusedError, read_any
from cdphub.clock import MINUTE
from cdphub.connections import Connection
from cdphub.outbound.deliver import Deliverer
from cdphub.outbound.delivery import queue_of
from cdphub.parsed import Parsed, Stamp
from cdphub.profile import Profile, Route, Settings
from cdphub.queues import Message
from cdphub.schema import Command, Commands, EraseCustomer, TrackEvent
from cdphub.store.backlog import DEAD
from tools.hubctl.dry.stage import PROJECT, Stage
from tools.hubctl.errors import WrongInputError
from voucherify.apply import apply
from voucherify.fanout import Fanout
from voucherify.subscribers import Subscribers
from voucherify.webhook import QUEUE, VERSION
from voucherify.worker import Worker

FORGOTTEN = "forgotten: what the hub keeps of the customer, whom Voucherify has deleted already"
UNCHANGED = "nothing: it changes no customer"


def is_forgetting(command: Command) -> bool:
    """Whether it is an erasure that calls nobody."""
    return isinstance(command, EraseCustomer) and command.already_deleted


def parsed(profile: Profile, connection: Connection, request: Request) -> Parsed:
    """What the CDP's mapping makes of a request; raises WrongInputError, with what the CDP would be told."""
    parsers = importlib.import_module(profile.ingest.rpartition(".")[0]).PARSERS
    parse = parsers.get(Route(request.method, request.path))
    if parse is None:
        raise WrongInputError(f"path: {profile.title} sends the hub nothing to {request.method} {request.path}")
    try:
        found: Parsed = parse(request, connection, Stamp(clock.new_id(), clock.now_ms()))
    except RefusedError as refused:
        raise WrongInputError(f"refused: {refused}") from None
    return found


def bring(stage: Stage, found: Parsed, connection: Connection) -> None:
    """Gives the stage what a request has brought, as the CDP's ingest function does."""
    names = Settings.of(connection.settings).track_events_filter
    wanted = [one for one in found.commands if names is None or not isinstance(one, TrackEvent) or one.event in names]
    commands.send(stage.hub.queues, PROJECT.id, wanted)
    notes = [f"rejected: item {index}, {reason}" for index, reason in found.rejected]
    notes += [f"skipped: {reason}" for reason in found.skipped]
    notes += [f"omitted: {name}" for name in dict.fromkeys(found.omitted)]
    notes += [f"filtered: {len(found.commands) - len(wanted)} events"] if len(wanted) < len(found.commands) else []
    stage.told.notes += notes or ([] if wanted else [UNCHANGED])


def bring_webhook(stage: Stage, body: bytes) -> None:
    """Gives the stage a webhook of Voucherify's; raises WrongInputError."""
    try:
        content = read_any(body)
    except RefusedError as refused:
        raise WrongInputError(f"refused: {refused}") from None
    message = {"v": VERSION, "trace_id": clock.new_id(), "project": PROJECT.id, "received_ms": clock.now_ms()}
    stage.hub.queues.send(QUEUE, [Message({**message, "body": content})])


def bring_records(stage: Stage, records: Sequence[Any]) -> None:
    """Gives the stage the messages of an SQS event, each to the queue that its ARN names; raises WrongInputError."""
    for record in records:
        try:
            arn, body = str(record["eventSourceARN"]), json.loads(record["body"])
        except (ValueError, TypeError, KeyError):
            raise WrongInputError("Records: each needs the text of a JSON body, and an eventSourceARN") from None
        queue = next((name for name in stage.queues() if arn.endswith(f"-{name}")), None)
        if queue is None:
            raise WrongInputError(f"eventSourceARN: {arn} is no queue whose messages can be tried")
        stage.hub.queues.send(queue, [Message(body)])


def commands_in(records: Sequence[Any]) -> list[Command]:
    """Those in the messages of an SQS event."""
    found: list[Command] = []
    for record in records:
        with suppress(ValidationError, TypeError, KeyError):
            found += Commands.model_validate_json(record["body"]).commands
    return found


def play(stage: Stage, profiles: Mapping[str, Profile], connections: Sequence[Connection]) -> None:
    """Lets the workers see to everything that is on its way, once."""
    with stage.playing():
        fanout = Fanout(stage.hub, Subscribers(stage.hub.store, profiles))
        for record in stage.taken(QUEUE):
            fanout.handle(SQSRecord(record))
        end_ms, records = clock.now_ms() + MINUTE, stage.taken(commands.QUEUE)
        stage.told.notes += [FORGOTTEN for one in commands_in(records) if is_forgetting(one)]
        apply(Worker(stage.hub, stage), records, end_ms)
        for cdp in sorted({connection.cdp for connection in connections}):
            if records := stage.taken(queue_of(cdp)):
                vendor: Any = importlib.import_module(f"{cdp}.deliver").VENDOR
                Deliverer(vendor, stage.hub, stage).deliver(records, end_ms)
    for connection in connections:
        for row in stage.hub.store.backlog.list(connection.id, DEAD):
            letter = DeadLetter.model_validate_json(row.text)
            stage.told.notes.append(f"dead letter: {letter.failure}, {letter.reason}")
