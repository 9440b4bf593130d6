"""When a quota is met."""

from collections.abc import Callable, Mapping

from tools.scale.demand import Demand
from tools.scale.quotas import Quota

MOST = 1e12
"""Beyond this a quota is taken never to be met."""

STEPS = 60


def shares(demand: Demand, quotas: Mapping[str, Quota]) -> dict[str, float]:
    """How much of each quota is used; 1 is all of it."""
    return {name: number / quotas[name].limit for name, number in demand.items()}


def nearest(demand: Demand, quotas: Mapping[str, Quota]) -> tuple[str, float]:
    """The quota of which most is used, and how much."""
    used = shares(demand, quotas)
    name = max(used, key=lambda one: used[one])
    return name, used[name]


def met_at(quota: Quota, demand: Callable[[float], Demand]) -> float | None:
    """The size at which the quota is met, if it ever is; a larger size asks for no less."""
    if demand(MOST).get(quota.name, 0) < quota.limit:
        return None
    least, most = 1.0, MOST
    for _ in range(STEPS):
        middle = (least * most) ** 0.5
        if demand(middle)[quota.name] < quota.limit:
            least = middle
        else:
            most = middle
    return most
