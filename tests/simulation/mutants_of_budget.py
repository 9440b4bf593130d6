"""The safeguards of the shop's part of the calls, each removed."""

from tests.simulation.mutant import FLUSH, Edit, Mutant, Play

SHARED = "layers/common/cdphub/voucherify/shared_calls.py"
RATES = "layers/common/cdphub/voucherify/rates.py"

DRAIN = Play(customers=600, commands=1, faults="none", scenario="shop-singly", seeds=40)

BUDGET_MUTANTS = (
    Mutant(
        "the hub keeps to its part of the limit",
        (Edit(FLUSH, " and self._worker.budget.take(self._project)", ""),),
        DRAIN,
    ),
    Mutant(
        "workers take calls from one record",
        (Edit(SHARED, "before = rates.present(calls, project, clock.now_ms())", "before = self.known(project)"),),
        DRAIN,
    ),
    Mutant(
        "calls are counted before they are made",
        (Edit(RATES, "min(hubs - calls.taken, calls.remaining - ", "(calls.remaining - "),),
        DRAIN,
    ),
    Mutant(
        "the hub stops while no more than the shop's part remains",
        (
            Edit(
                RATES,
                "return calls.limit > 0 and calls.remaining <= calls.limit - _hubs_part(calls, project)",
                "return False",
            ),
            Edit(RATES, "min(hubs - calls.taken, calls.remaining - (calls.limit - hubs))", "hubs - calls.taken"),
        ),
        DRAIN,
    ),
)
