"""Webhooks about customers themselves: echoes of the hub's own calls, and deletions by others (G1, G3, G7)."""

import json
from pathlib import Path
from typing import Any

import pytest

from cdphub.connections import ApiKey, project_parameter, read_project_secrets
from cdphub.outbox.row import partition
from cdphub.times import milliseconds, utc
from tests.builders import START
from tests.fakes import PROJECT, World
from tests.voucherify.test_fanout import QUEUE, Stack
from voucherify.lifecycle import VOUCHERIFY

EVENTS = Path(__file__).parents[2] / "events"
OWN, OTHER = "id", "somebody-elses"
RECEIVED = "2026-03-04T10:00:05.000Z"
DELETED_AT = "2026-03-04T10:00:01.934Z"
MARKED = "ada@crm_deleted2026-03-04T10:00:01.918Z"


def webhook(
    event_type: str, app_id: str | None = OTHER, source_id: str | None = MARKED, **event: Any
) -> dict[str, Any]:
    source = {"channel": "API", "api_key": {"name": "Key", "app_id": app_id}} if app_id else {"channel": "USER_PORTAL"}
    told = {"id": "ev_1", "type": event_type, "created_at": DELETED_AT, "event_source": source, **event}
    return {"event": told, "data": {"customer": {"id": "cust_1", "source_id": source_id}}}


@pytest.fixture
def stack(world: World) -> Stack:
    world.add_connection("one", settings={"extra_events": ["customer.created", "customer.updated", "customer.deleted"]})
    return Stack(world)


def forgotten(stack: Stack) -> list[dict[str, Any]]:
    """The commands that apply was sent."""
    return [command for body in stack.world.queues.bodies("apply") for command in body["commands"]]


@pytest.mark.parametrize("event_type", ["customer.created", "customer.updated", "customer.deleted"])
@pytest.mark.parametrize(("app_id", "goes_on"), [(OWN, False), (OTHER, True), (None, True)])
def test_what_the_hub_itself_has_caused_is_ignored_and_counted(
    stack: Stack, capsys: pytest.CaptureFixture[str], event_type: str, app_id: str | None, goes_on: bool
) -> None:
    stack.handle(webhook(event_type, app_id))
    assert [kind for _, kind in stack.sent()] == ([event_type] if goes_on else [])
    assert bool(forgotten(stack)) is (goes_on and event_type == "customer.deleted")
    assert ('"echo"' in capsys.readouterr().out) is not goes_on


def test_what_a_publication_with_a_cdps_own_key_has_caused_is_an_echo_as_well(stack: Stack) -> None:
    secrets = read_project_secrets(stack.world.hub.secrets, PROJECT)
    own = {"braze": ApiKey(application_id=OTHER, secret_key="key")}
    stack.world.hub.secrets.write(project_parameter(PROJECT), secrets.model_copy(update={"cdp_keys": own}).model_dump())
    stack.handle(webhook("customer.created", OTHER))
    assert not stack.sent()


def test_an_echo_is_known_in_the_activity_form_too(stack: Stack) -> None:
    plain = webhook("customer.updated", OWN)
    source = plain["event"].pop("event_source")
    stack.handle({**plain["event"], "data": {"data": plain["data"], "event_source": source}})
    assert not stack.sent()


def test_other_events_are_no_echo_whoever_caused_them(world: World) -> None:
    world.add_connection("one")
    stack = Stack(world)
    stack.handle(webhook("customer.rewarded", OWN, "ada@crm"))
    assert [kind for _, kind in stack.sent()] == ["customer.rewarded"]


def test_g7_a_customer_that_others_have_deleted_is_forgotten(world: World) -> None:
    stack = Stack(world)
    stack.handle(webhook("customer.deleted"), received_ms=milliseconds(RECEIVED))
    (command,) = forgotten(stack)
    assert command == {
        "kind": "erase",
        "connection": VOUCHERIFY,
        "order": f"{milliseconds(DELETED_AT)}#t1#000000",
        "customer": {"source_id": "ada@crm"},
        "already_deleted": True,
    }


def test_the_example_event_is_understood(stack: Stack) -> None:
    example = json.loads((EVENTS / "voucherify/customer-deleted.json").read_text())
    stack.handle(json.loads(example["body"]))
    assert [command["customer"] for command in forgotten(stack)] == [{"source_id": "member-20817"}]


def test_a_deletion_in_the_future_happened_when_it_was_told(stack: Stack) -> None:
    stack.handle(webhook("customer.deleted", created_at=utc(START + 5)), received_ms=START)
    (command,) = forgotten(stack)
    assert command["order"] == f"{START}#t1#000000"


def test_g3_a_copy_of_the_webhook_is_no_second_command(stack: Stack) -> None:
    stack.handle(webhook("customer.deleted"))
    stack.handle(webhook("customer.deleted"))
    assert len(forgotten(stack)) == len(stack.sent()) == 1


@pytest.mark.parametrize("source_id", [None, "null_deleted2026-03-04T10:00:01.918Z", "x" * 600])
def test_whom_the_hub_cannot_know_it_cannot_forget(stack: Stack, source_id: str | None) -> None:
    stack.handle(webhook("customer.deleted", source_id=source_id))
    assert not forgotten(stack)
    assert len(stack.sent()) == 1


@pytest.mark.parametrize(
    ("marked", "source_id"),
    [
        (MARKED, "ada@crm"),
        ("ada@crm", "ada@crm"),
        ("a_deleted2020-01-01T00:00:00Z_deleted2024-02-01T11:16:40.918000Z", "a_deleted2020-01-01T00:00:00Z"),
        ("soon_deleted", "soon_deleted"),
    ],
)
def test_voucherifys_mark_is_taken_off_the_id(stack: Stack, marked: str, source_id: str) -> None:
    stack.handle(webhook("customer.deleted", source_id=marked))
    assert forgotten(stack)[0]["customer"]["source_id"] == source_id
    event = stack.world.queues.bodies(QUEUE)[0]["event"]
    assert event["customer"]["source_id"] == event["data"]["customer"]["source_id"] == source_id


def test_g7_a_delivery_says_whose_backlog_it_would_be_in(stack: Stack) -> None:
    stack.handle(webhook("customer.updated", source_id="ada@crm"))
    stack.handle(webhook("customer.updated", source_id=None, id="ev_2"))
    customers = [body["customer"] for body in stack.world.queues.bodies(QUEUE)]
    assert customers == [partition(PROJECT, "salt", "ada@crm"), None]
