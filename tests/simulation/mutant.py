"""What a mutant is: edits to the code, and the play that shows what they have broken."""

from dataclasses import dataclass

ACCEPT = "functions/voucherify/accept.py"
APPLY = "functions/voucherify/apply.py"
BLAME = "functions/voucherify/blame.py"
BULK = "functions/voucherify/bulk.py"
BRING_BACK = "functions/voucherify/bring_back.py"
EVENT_ROWS = "functions/voucherify/event_rows.py"
FANOUT = "functions/voucherify/fanout.py"
FLUSH = "functions/voucherify/flush.py"
JOBS = "functions/voucherify/jobs.py"
PURGE = "functions/voucherify/purge.py"
TROUBLE = "functions/voucherify/trouble.py"
VISIT = "functions/voucherify/visit.py"
BREAKER = "layers/common/cdphub/outbound/breaker.py"
CLAIMED = "layers/common/cdphub/outbound/claimed.py"
DELIVERY = "layers/common/cdphub/outbound/delivery.py"
ROUNDS = "layers/common/cdphub/outbound/rounds.py"
SETTLE = "layers/common/cdphub/outbound/settle.py"
ERASURE = "layers/common/cdphub/outbox/erasure.py"
FOLD = "layers/common/cdphub/outbox/fold.py"
MERGE = "layers/common/cdphub/outbox/merge.py"
ROW = "layers/common/cdphub/outbox/row.py"
TURN = "layers/common/cdphub/outbox/turn.py"
WORK = "layers/common/cdphub/outbox/work.py"


@dataclass(frozen=True)
class Edit:
    """The one place in a file where `old` stands becomes `new`."""

    path: str
    old: str
    new: str


@dataclass(frozen=True)
class Play:
    """So many customers, each with so many commands, how much goes wrong, and how often it is played at most."""

    customers: int
    commands: int
    faults: str
    scenario: str = "inbound"
    seeds: int = 200


BUSY = Play(customers=2, commands=20, faults="rich")
MANY = Play(customers=8, commands=4, faults="rich")
WAVES = Play(customers=12, commands=8, faults="waves")
SLOW = Play(customers=2, commands=20, faults="slow")
EVERY = Play(customers=3, commands=30, faults="every", seeds=60)
LONG = Play(customers=2, commands=50, faults="slow")
REFUSED = Play(customers=8, commands=10, faults="none", scenario="refusals", seeds=12)


@dataclass(frozen=True)
class Mutant:
    """A safeguard, the edits that remove it, and the play that shows it soon."""

    safeguard: str
    edits: tuple[Edit, ...]
    play: Play = BUSY
