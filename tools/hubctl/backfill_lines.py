"""A backfill's file: each line is an item as its CDP sends it, read by the code that reads the CDP's requests."""

import hashlib
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from cdphub.api import Request
from cdphub.body import RefusedError
from cdphub.commands import check_length, dumped
from cdphub.connections import Connection
from cdphub.parsed import Parse, Parsed, Stamp
from cdphub.profile import Profile
from cdphub.queues import encode
from cdphub.schema import ChangeMembership, Command, TrackEvent, UpsertCustomer
from tools.hubctl.errors import WrongInputError

Plain = UpsertCustomer | ChangeMembership
"""What a bulk call can carry."""

CUSTOMERS = 1_000
BYTES = 1_000_000
"""Of the commands of a chunk: they travel in one message, and SQS takes 1 MiB."""

EVENT = "an event is left out: Voucherify would count it as happening now"
ERASURE = "an erasure is left out: a backfill deletes nobody"
NOTHING = "says nothing of a customer"


@dataclass(frozen=True)
class Line:
    """What has come of one line: its commands, and why not more; `end` is where the next one begins."""

    number: int
    end: int
    commands: list[Plain]
    reasons: list[str]

    @property
    def bytes(self) -> int:
        """The length of its commands in a message."""
        return sum(len(encode(dumped(command))) + 1 for command in self.commands)


@dataclass(frozen=True)
class Contents:
    """What tells one file from another, and how long it is."""

    sha256: str
    lines: int


def contents(file: Path) -> Contents:
    """Reads the whole file once."""
    digest, lines = hashlib.sha256(), 0
    with file.open("rb") as opened:
        for line in opened:
            digest.update(line)
            lines += 1
    return Contents(digest.hexdigest(), lines)


class Reader:
    """Reads lines for a connection; their places are those of `trace_id`, a millisecond a line from `first_ms` on."""

    def __init__(self, profile: Profile, connection: Connection, trace_id: str, first_ms: int) -> None:
        if profile.customers is None:
            raise WrongInputError(f"{profile.title} sends the hub no customers")
        parsers = importlib.import_module(profile.ingest.rpartition(".")[0]).PARSERS
        self._parse: Parse = parsers[profile.customers]
        self._route = profile.customers
        self._body_bytes = profile.body_bytes
        self._connection = connection
        self._trace_id = trace_id
        self._first_ms = first_ms

    def lines(self, file: Path, offset: int, number: int) -> Iterator[Line]:
        """The lines from `offset` on, after as many as `number`."""
        with file.open("rb") as opened:
            opened.seek(offset)
            for following in count(number + 1):
                text = opened.readline()
                if not text:
                    return
                yield self._line(following, opened.tell(), text)

    def _line(self, number: int, end: int, text: bytes) -> Line:
        try:
            parsed = self._parsed(number, text)
            for command in parsed.commands:
                check_length(command)
        except RefusedError as refused:
            return Line(number, end, [], [str(refused)])
        plain = [command for command in parsed.commands if isinstance(command, Plain)]
        reasons = [reason for _, reason in parsed.rejected] + list(parsed.skipped) + _left_out(parsed)
        return Line(number, end, plain, reasons if plain or reasons else [NOTHING])

    def _parsed(self, number: int, text: bytes) -> Parsed:
        if len(text) > self._body_bytes:
            raise RefusedError("body", f"must not have more than {self._body_bytes} bytes")
        request = Request(self._route.method, self._route.path, body=text)
        return self._parse(request, self._connection, Stamp(self._trace_id, self._first_ms + number))


def chunks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Consecutive lines about at most CUSTOMERS, whose commands fit into one message; one line may be longer."""
    chunk: list[Line] = []
    customers: set[str] = set()
    size = 0
    for line in lines:
        own = {command.customer.source_id for command in line.commands}
        if chunk and (len(customers | own) > CUSTOMERS or size + line.bytes > BYTES):
            yield chunk
            chunk, customers, size = [], set(), 0
        chunk.append(line)
        customers |= own
        size += line.bytes
    if chunk:
        yield chunk


def _left_out(parsed: Parsed) -> list[str]:
    def reason(command: Command) -> str:
        return EVENT if isinstance(command, TrackEvent) else ERASURE

    return [reason(command) for command in parsed.commands if not isinstance(command, Plain)]
