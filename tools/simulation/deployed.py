"""The figures that template.yaml gives to apply, sweep and the functions for publications."""

import json
from dataclasses import dataclass
from functools import cache

from tools.local.stack import read
from tools.local.template import Template, overrides
from tools.simulation import ROOT

SECOND = 1_000


@dataclass(frozen=True)
class Deployed:
    """Times in milliseconds, numbers of messages and of deliveries."""

    visibility_ms: int
    most_receives: int
    batch: int
    apply_ms: int
    sweep_ms: int
    sweep_every_ms: int
    publish_ms: int
    finish_ms: int
    finish_batch: int
    finish_visibility_ms: int


@cache
def deployed() -> Deployed:
    """Read once per process."""
    stack = read(Template(ROOT / "template.yaml", overrides(ROOT / "samconfig.toml")), scale=1)
    apply, sweep = stack.functions["VoucherifyApply"], stack.functions["VoucherifySweep"]
    mapping = next(one for one in stack.mappings if one.function == apply.logical_id)
    queue = next(one for one in stack.queues if one.name == mapping.queue)
    publish, finish = stack.functions["PublicationsPublish"], stack.functions["PublicationsFinish"]
    finishing = next(one for one in stack.mappings if one.function == finish.logical_id)
    unfinished = next(one for one in stack.queues if one.name == finishing.queue)
    schedule = next(one for one in stack.schedules if one.function == sweep.logical_id)
    return Deployed(
        visibility_ms=int(queue.attributes["VisibilityTimeout"]) * SECOND,
        most_receives=json.loads(queue.attributes["RedrivePolicy"])["maxReceiveCount"],
        batch=mapping.batch_size,
        apply_ms=int(apply.timeout * SECOND),
        sweep_ms=int(sweep.timeout * SECOND),
        sweep_every_ms=int(schedule.seconds * SECOND),
        publish_ms=int(publish.timeout * SECOND),
        finish_ms=int(finish.timeout * SECOND),
        finish_batch=finishing.batch_size,
        finish_visibility_ms=int(unfinished.attributes["VisibilityTimeout"]) * SECOND,
    )
