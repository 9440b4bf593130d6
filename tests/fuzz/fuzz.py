"""One target under fire: what must hold of every answer, and of everything that was stored."""

import json
from collections import Counter
from typing import Any, NoReturn

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cdphub.api import Reply
from cdphub.queues import MESSAGE_BYTES, encode
from cdphub.schema import Commands
from tests.fakes import World
from tests.fuzz import hostile
from tests.fuzz.bodies import bodies
from tests.fuzz.doors import Sent, hub_of_all, send
from tests.fuzz.targets import DEFAULT, Target, profile_of
from tests.openapi.documented import check_answer

Told = Counter[int]
"""How often each status was answered."""

BROKEN_BUSY = {429, 503}


def fuzz(target: Target, number: int, told: Told) -> None:
    """Sends so many bodies; raises AssertionError, or whatever a handler raises, with the body that did it."""
    phases = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]

    @settings(max_examples=number, deadline=None, database=None, phases=phases, suppress_health_check=list(HealthCheck))
    @given(sending(target), st.integers(0, 9).map(lambda chance: chance == 0))
    def each(sent: Sent, broken: bool) -> None:
        with hub_of_all() as world:
            world.queues.broken = broken
            reply = send(target, sent)
            told[reply["statusCode"]] += 1
            check_reply(target, reply, broken=broken)
            if target.path != DEFAULT and not sent.by_default:
                check_answer(target.method, target.path, reply, strict(reply["body"]))
            check_stored(world)

    each()


def sending(target: Target) -> st.SearchStrategy[Sent]:
    """Requests to the target, good in all but their bodies, and a few with hostile headers and paths."""
    texts = st.sampled_from(hostile.TEXTS)
    names = st.sampled_from(
        ["content-type", "content-encoding", "x-signature", "x-trace-id", "x-forwarded-for", "host"]
    )
    usual = st.sampled_from([{}, {"content-type": "application/json"}, {"content-type": FORM}])
    return st.builds(
        Sent,
        body=bodies(target.seeds),
        headers=usual | st.dictionaries(names, texts, max_size=3),
        part=st.integers(0, 4).flatmap(lambda chance: texts if chance == 0 else st.just(Sent.part)),
        in_base64=st.booleans(),
        by_default=st.booleans() if profile_of(target.cdp) else st.just(False),
    )


FORM = "application/x-www-form-urlencoded"


def check_reply(target: Target, reply: Reply, *, broken: bool) -> None:
    """No status that harms the CDP's campaign, JSON, no header of the sender's; 503 only when nothing can be stored."""
    status = reply["statusCode"]
    assert status in target.harmless or (broken and status in BROKEN_BUSY), (status, reply["body"][:300])
    assert status not in BROKEN_BUSY or "retry-after" in reply["headers"]
    assert not any(set("\r\n\0") & set(f"{name}{value}") for name, value in reply["headers"].items())
    told = strict(reply["body"])
    profile = profile_of(target.cdp)
    if profile and "trace_id" in told:
        assert len(reply["body"]) <= profile.reply_bytes


def check_stored(world: World) -> None:
    """What is on its way is JSON that SQS takes, and commands that apply understands."""
    for queue, messages in world.queues.sent.items():
        for message in messages:
            text = encode(message.body)
            assert text.isascii()
            assert len(text) <= MESSAGE_BYTES
            strict(text)
            if queue == "apply":
                Commands.model_validate_json(text)


def strict(text: str) -> Any:
    """JSON as its grammar has it; Python's own reader takes more."""
    return json.loads(text, parse_constant=_refuse)


def _refuse(token: str) -> NoReturn:
    raise AssertionError(f"{token} is no JSON")
