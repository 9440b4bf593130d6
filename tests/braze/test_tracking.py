"""Braze's events and requests; the golden pairs show whole events."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from braze.profile import Secrets, Settings
from braze.tracking import EVENT_BYTES, TEXT_LENGTH, custom_event, request
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import Event, Person
from cdphub.outbound.vendor import NoIdentityError
from cdphub.queues import encode

PERSON = Person(id="cust_1", source_id="u1")
SETTINGS = Settings(instance="fra-01")
LONG = "x" * (TEXT_LENGTH + 1)


def sent(data: dict[str, Any], customer: Person = PERSON, settings: Settings = SETTINGS) -> dict[str, Any]:
    event = Event(
        key="k",
        type="customer.segment.entered",
        id="ev",
        occurred_at="2026-01-01T00:00:00.000Z",
        customer=customer,
        data=data,
    )
    delivery = Delivery(trace_id="t", project="p", connection="c", accepted_ms=0, event=event)
    text = custom_event(delivery, settings)
    assert len(text) <= EVENT_BYTES
    told: dict[str, Any] = json.loads(text)
    return told


@pytest.mark.parametrize(
    ("customer", "identity", "expected"),
    [
        (Person(source_id="u1", email="a@example.com"), "external_id", {"external_id": "u1"}),
        (Person(id="cust_1", email="a@example.com"), "external_id", {"email": "a@example.com"}),
        (Person(source_id="u1", email="a@example.com"), "email", {"email": "a@example.com"}),
    ],
)
def test_whom_an_event_is_about(customer: Person, identity: Any, expected: dict[str, str]) -> None:
    event = sent({}, customer, Settings(instance="fra-01", outbound_identity=identity))
    assert {name: event[name] for name in ("external_id", "email") if name in event} == expected


@pytest.mark.parametrize(
    ("customer", "identity"),
    [(Person(id="cust_1"), "external_id"), (Person(id="cust_1"), "email"), (Person(source_id="u1"), "email")],
)
def test_an_event_about_nobody_that_braze_could_know_is_not_sent(customer: Person, identity: Any) -> None:
    with pytest.raises(NoIdentityError):
        sent({}, customer, Settings(instance="fra-01", outbound_identity=identity))


def left_out(caplog: pytest.LogCaptureFixture) -> Any:
    """What the log names."""
    [record] = caplog.records
    return vars(record)["left_out"]


def test_texts_longer_than_braze_takes_are_left_out_named_and_counted(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    data = {
        "voucher": {"qr": LONG},
        "note": LONG,
        "order": {"id": "o1", "items": [{"sku": LONG}], "tags": ["short", LONG]},
        "fits": "y" * TEXT_LENGTH,
    }
    assert sent(data)["properties"] == {"order": {"id": "o1", "items_count": 1}, "fits": "y" * TEXT_LENGTH}
    assert left_out(caplog) == ["note", "order.items", "order.tags", "voucher.qr"]
    assert '"Cut":[4.0]' in capsys.readouterr().out


def test_names_that_braze_refuses_are_left_out() -> None:
    assert sent({"$set": 1, "": 2, LONG: 3, "a$": 4, "in": {"$set": 1, "b": 5}})["properties"] == {
        "a$": 4,
        "in": {"b": 5},
    }


def test_an_event_that_is_too_long_loses_its_largest_parts(caplog: pytest.LogCaptureFixture) -> None:
    many = {f"n{number}": "y" * 200 for number in range(200)}
    event = sent({"order": {"id": "o1", "codes": ["z" * 200] * 100}, **many})
    assert event["properties"] == {"order": {"id": "o1"}, **many}
    assert left_out(caplog) == ["order.codes"]


def test_an_event_may_be_exactly_as_long_as_braze_takes() -> None:
    spare = EVENT_BYTES - len(encode(sent({"codes": []})))
    more, rest = divmod(spare + 1, len('"x",'))
    event = sent({"codes": ["x" * (1 + rest)] + ["x"] * (more - 1)})
    assert len(encode(event)) == EVENT_BYTES


def test_an_event_that_stays_too_long_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="longer"):
        sent({}, Person(source_id="u" * EVENT_BYTES))


def test_any_event_has_a_name_and_may_get_another() -> None:
    renaming = Settings(instance="fra-01", event_names={"customer.segment.entered": "Joined"})
    assert [sent({}, settings=it)["name"] for it in (SETTINGS, renaming)] == ["Customer Segment Entered", "Joined"]


def test_a_request_is_a_list_of_events_with_the_key() -> None:
    made = request(SETTINGS, Secrets(rest_api_key="key"), ['{"n":1}', '{"n":2}'])
    assert (made.method, made.headers["Authorization"]) == ("POST", "Bearer key")
    assert json.loads(made.body or b"") == {"events": [{"n": 1}, {"n": 2}]}


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({"instance": "iad-01"}, "https://rest.iad-01.braze.com/users/track"),
        ({"instance": "iad-10"}, "https://rest.iad-10.braze.com/users/track"),
        ({"instance": "fra-02"}, "https://rest.fra-02.braze.eu/users/track"),
        ({"instance": "au-01"}, "https://rest.au-01.braze.com/users/track"),
        ({"base_url": "https://rest.iad-11.braze.com/"}, "https://rest.iad-11.braze.com/users/track"),
        ({"instance": "au-01", "base_url": "https://proxy.example.com"}, "https://proxy.example.com/users/track"),
    ],
)
def test_the_instance_says_where_to(settings: dict[str, Any], url: str) -> None:
    assert request(Settings.model_validate(settings), Secrets(rest_api_key="key"), []).url == url


@pytest.mark.parametrize(
    ("settings", "fault"),
    [({}, "instance: is needed"), ({"instance": "iad-09"}, "instance"), ({"base_url": "http://x.example"}, "base_url")],
)
def test_wrong_settings_are_named(settings: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Settings.model_validate(settings)


def test_a_connection_that_sends_nothing_needs_no_instance() -> None:
    assert Settings(send_events=False).instance is None
