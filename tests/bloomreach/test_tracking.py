"""Bloomreach's commands and requests; the golden pairs show whole commands."""

import base64
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloomreach.profile import Secrets, Settings
from bloomreach.tracking import MESSAGE_BYTES, VALUE_BYTES, command, request
from cdphub.clock import DAY
from cdphub.outbound.events import Person
from cdphub.outbound.vendor import NoIdentityError
from cdphub.telemetry import logger
from tests.bloomreach.outbound import delivery
from tests.fakes import World

SETTINGS = Settings(project_token="token")
SYNC = Settings(project_token="token", sync_customer_id="soft", customer_id_name="voucherify_id")
SYNC_ALONE = Settings(**SYNC.model_dump(exclude_unset=True), send_events=False)


def properties(data: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(command(delivery(data=data), SETTINGS))["data"]["properties"]
    return made


@pytest.mark.parametrize("settings", [SETTINGS, SYNC, SYNC_ALONE])
def test_g3_every_attempt_is_the_same_to_the_byte(world: World, settings: Settings) -> None:
    """Bloomreach drops what is exactly equal, and knows repeats by nothing else."""
    first = delivery()
    text = command(first, settings)
    world.pass_time(DAY)
    assert command(first.after_attempt(1), settings) == text


def test_a_value_that_is_too_long_is_left_out_and_its_neighbours_stay() -> None:
    room = VALUE_BYTES - len('{"order_note":""}')
    kept = properties({"order": {"id": "o1", "note": "x" * room, "items": [{"sku": "x" * VALUE_BYTES}]}})
    assert kept == {"order_id": "o1", "order_note": "x" * room, "order_items_count": 1, "voucherify_event_id": "ev_1"}
    assert "order_note" not in properties({"order": {"id": "o1", "note": "x" * (room + 1)}})


@pytest.mark.parametrize("source_id", ["u1", "u" * 100_000], ids=len)
def test_a_command_that_is_too_long_loses_its_longest_values(source_id: str) -> None:
    data = {"order": {"id": "o1", **{f"p{n}": "x" * (10_000 + n) for n in range(100)}}}
    text = command(delivery(data=data, customer=Person(source_id=source_id)), SETTINGS)
    assert MESSAGE_BYTES - 20_000 < len(text) <= MESSAGE_BYTES
    kept = json.loads(text)["data"]["properties"]
    assert {"order_id", "voucherify_event_id", "order_p0"} < kept.keys()
    assert "order_p99" not in kept


def test_what_is_left_out_is_counted_and_named(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    properties({"order": {"note": "x" * VALUE_BYTES}})
    assert '"Cut":[1.0]' in capsys.readouterr().out
    assert '"left_out":["order_note"]' in log.getvalue()


@pytest.mark.parametrize(
    ("settings", "customer"),
    [
        (SETTINGS, Person(id="cust_1", email="ana@example.com")),
        (Settings(project_token="token", outbound_identity="email"), Person(id="cust_1", source_id="u1")),
        (SYNC_ALONE, Person(source_id="u1")),
    ],
    ids=["no source_id", "no email", "no id to store"],
)
def test_whom_bloomreach_cannot_know_it_is_not_told_about(settings: Settings, customer: Person) -> None:
    with pytest.raises(NoIdentityError):
        command(delivery(customer=customer), settings)


@given(
    customer=st.builds(Person, id=st.just("cust_1"), source_id=st.sampled_from([None, "u1"]), email=st.just("a@b.c")),
    identity=st.sampled_from(["source_id", "email"]),
    send_events=st.booleans(),
)
def test_the_customers_id_never_goes_along_without_a_source_id(
    customer: Person, identity: str, send_events: bool
) -> None:
    """It would tie somebody whom only Voucherify knows to whoever has the address."""
    settings = Settings.model_validate(
        SYNC.model_dump(exclude_unset=True) | {"outbound_identity": identity, "send_events": send_events}
    )
    try:
        ids = json.loads(command(delivery(customer=customer), settings))["data"]["customer_ids"]
    except NoIdentityError:
        ids = {}
    assert ("voucherify_id" in ids) == (customer.source_id is not None)


def test_a_request_is_a_batch_of_the_project() -> None:
    made = request(SETTINGS, Secrets(api_key_id="id", api_secret="secret"), ['{"n":1}', '{"n":2}'])
    assert (made.method, made.url) == ("POST", "https://api.exponea.com/track/v2/projects/token/batch")
    assert made.headers["Authorization"] == f"Basic {base64.b64encode(b'id:secret').decode()}"
    assert "Content-Encoding" not in made.headers
    assert json.loads(made.body or b"") == {"commands": [{"n": 1}, {"n": 2}]}


def test_an_instance_has_its_own_address() -> None:
    settings = Settings(project_token="token", base_url="https://shop-api.example.com/")
    made = request(settings, Secrets(api_key_id="id", api_secret="secret"), ["{}"])
    assert made.url == "https://shop-api.example.com/track/v2/projects/token/batch"
