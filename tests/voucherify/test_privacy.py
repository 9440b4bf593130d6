"""Apply and sweep say nothing about anybody, whatever goes wrong (G7)."""

import sys
from typing import Any

import pytest

from cdphub.clock import MINUTE
from cdphub.schema import Command
from cdphub.telemetry import logger
from tests.builders import erase, join, leave, track, upsert
from tests.voucherify.bench import Bench
from tests.voucherify.doors import message

PERSON = "grace@example.com"
PRIVATE = ("Grace", "Hopper", "1906", "Arlington", "+1 555", "confidential", "VIP", "Wishlisted", "new-key", PERSON)

COMMANDS: list[Command] = [
    upsert(1, PERSON, name="Grace", email=PERSON, birthdate="1906", metadata={"plan": 5, "other": "confidential"}),
    upsert(2, PERSON, phone="+1 555", address={"city": "Arlington"}),
    track(3, "Wishlisted", PERSON, name="Hopper", properties={"note": "confidential"}, sender_id="confidential"),
    join(4, "vip", PERSON),
    leave(5, "vip", PERSON),
]

FAULTS: list[dict[str, Any]] = [
    {"status": 400, "body": {"code": 400, "key": "invalid", "message": f"Grace is not {PERSON}", "details": PERSON}},
    {"status": 503},
    {"status": 504},
    {"status": 429},
    {"status": 401, "match": ""},
    {"reset": True},
    {"count": 1},
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_g7_logs_and_metrics_are_silent_about_people(
    bench: Bench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any]
) -> None:
    monkeypatch.setattr(logger.registered_handler, "stream", sys.stdout)
    keys = {"application_id": "new-id", "secret_key": "new-key", "salt": "salt"}
    bench.world.hub.secrets.write("project/shop", keys)
    bench.fail(**fault)
    bench.apply(*COMMANDS)
    bench.apply(erase(6, PERSON), upsert(7, PERSON, name="Grace"))
    bench.break_store(bench.pk(PERSON))
    assert bench.deliver([message(*COMMANDS)])
    bench.break_store()
    bench.later(3 * MINUTE)
    bench.sweep()
    told = capsys.readouterr().out
    assert bench.pk(PERSON) in told
    assert not [word for word in PRIVATE if word in told]
