"""What is the same for every CDP's ingest; tests/segment has the rest, over real routes."""

import json
from dataclasses import replace
from typing import Any

import pytest

from cdphub.api import Reply, Request
from cdphub.connections import Connection
from cdphub.credentials import Gatekeeper, HeaderPair
from cdphub.ingest import ingest
from cdphub.parsed import Parsed, Stamp
from cdphub.secrets import SecretNotFoundError
from segment.profile import PROFILE
from tests.builders import upsert
from tests.fakes import APPLICATION_ID, SECRET_KEY, World

BULK = replace(PROFILE, credentials=(HeaderPair("application-id", "secret-key"),), reply_bytes=1_000)
HEADERS = {"application-id": APPLICATION_ID, "secret-key": SECRET_KEY}


def send(world: World, parsed: Parsed, reply_bytes: int = 1_000, **named: Any) -> Reply:
    world.add_key(world.add_connection())

    def parse(_request: Request, _connection: Connection, _stamp: Stamp) -> Parsed:
        return parsed

    request = Request("POST", "/bulk", HEADERS, b"{}")
    profile = replace(BULK, reply_bytes=reply_bytes)
    return ingest(request, profile, parse, Gatekeeper(world.hub.store, "segment"), world.hub.queues, **named)


@pytest.mark.parametrize(("number", "told"), [(3, 3), (20, 20), (50, 20)])
def test_at_most_the_first_20_reasons_are_told(world: World, number: int, told: int) -> None:
    rejected = [(index, "source_id: is missing") for index in range(number)]
    body = json.loads(send(world, Parsed([upsert(1)], 1, rejected), reply_bytes=10_000)["body"])
    assert body["rejected"] == [{"index": index, "reason": "source_id: is missing"} for index in range(told)]
    assert body["accepted"] == 1


@pytest.mark.parametrize("reason", ["x" * 500, "é" * 200, "x" * 5_000])
def test_a_reply_has_only_as_many_reasons_as_it_has_room_for(world: World, reason: str) -> None:
    reply = send(world, Parsed([upsert(1)], 1, [(index, reason) for index in range(20)]))
    assert reply["statusCode"] == 200
    assert len(reply["body"]) <= 1_000


def test_a_bad_item_never_sinks_its_neighbours(world: World) -> None:
    send(world, Parsed([upsert(1), upsert(2)], 2, [(1, "no")]))
    assert len(world.queues.bodies("apply")[0]["commands"]) == 2


@pytest.mark.parametrize(("genuine", "status"), [(True, 200), (False, 401)])
def test_what_is_not_genuine_is_401(world: World, genuine: bool, status: int) -> None:
    assert send(world, Parsed([upsert(1)], 1), is_genuine=lambda *_: genuine)["statusCode"] == status
    assert bool(world.queues.sent) == genuine


def test_g1_what_cannot_be_told_for_genuine_is_not_accepted(world: World) -> None:
    def fail(*_: object) -> bool:
        raise SecretNotFoundError("no parameter")

    assert send(world, Parsed([upsert(1)], 1), is_genuine=fail)["statusCode"] == 503
    assert not world.queues.sent


def test_g1_the_log_says_why_items_were_rejected(world: World, caplog: pytest.LogCaptureFixture) -> None:
    rejected = [(index, "source_id: is missing") for index in range(1, 30)]
    send(world, Parsed([upsert(1)], 1, rejected))
    [told] = [vars(record)["rejected"] for record in caplog.records if record.message == "accepted"]
    assert told == rejected[:20]


def test_skipped_items_are_counted(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    send(world, Parsed([], 3, skipped=["page", "page", "alias"]))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["Skipped"] for line in lines if "Skipped" in line] == [[3.0]]
