"""What a run has to show, and whether the guarantees held."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from tests.faults.outbound import REPEATING
from tests.faults.plan import A_WHILE, FAILED_ITEMS, KINDS
from tests.faults.run import RULES, Run
from tests.faults.scan import leaks

SHOWN = 5
"""So many violations of one kind are printed."""


def report(run: Run) -> Iterator[str]:
    """What was injected and what came of it, in lines of Markdown."""
    vendors = list(run.evidence.requests)
    counts = injected(run)
    yield f"| injected, seed {run.seed} | {' | '.join(vendors)} |"
    yield f"|---|{'---:|' * len(vendors)}"
    for kind in (*KINDS, *A_WHILE, FAILED_ITEMS):
        yield f"| {kind} | {' | '.join(str(counts[kind, vendor]) for vendor in vendors)} |"
    yield f"| of so many calls | {' | '.join(str(len(run.evidence.requests[vendor])) for vendor in vendors)} |"
    yield ""
    died = ", ".join(f"{name} {number}" for name, number in sorted(run.sent.killed.items()))
    yield f"{run.sent.killed.total()} processes killed: {died}"
    yield f"{len(run.sent.commands):,} commands, brought by {run.inbound.calls()} calls that write"
    codes = len(run.sent.codes)
    yield f"{len(run.sent.people):,} events to each of {len(vendors) - 1} CDPs and a neighbour; {codes} codes"
    repeats = {"voucherify": run.inbound.repeats(), **{cdp: run.outbound.repeats(cdp) for cdp in run.outbound.arrived}}
    told = ", ".join(f"{vendor} {number}" for vendor, number in repeats.items())
    possible = [run.evidence.metrics["RepeatPossible", of] for of in (run.evidence.project_id, REPEATING)]
    yield f"repeats: {told}; counted as possible: voucherify {possible[0]}, {REPEATING} {possible[1]}"
    dead = Counter((letter["cdp"], letter["direction"], letter["failure"]) for letter in run.evidence.letters)
    told = ", ".join(
        f"{cdp} {direction} {failure} {number}" for (cdp, direction, failure), number in sorted(dead.items())
    )
    yield f"dead letters, each with its class and reason: {told}"
    yield ""


def injected(run: Run) -> Counter[tuple[str, str]]:
    """How often each kind of fault struck each vendor."""
    named = {
        vendor: filter(None, (request["fault"] for request in calls)) for vendor, calls in run.evidence.requests.items()
    }
    counts = Counter((kind, vendor) for vendor, kinds in named.items() for kind in kinds)
    letters = Counter(letter["cdp"] for letter in run.evidence.letters if letter["direction"] == "outbound")
    return counts + Counter({(FAILED_ITEMS, cdp): letters[cdp] for cdp in RULES})


def violations(run: Run) -> Iterator[tuple[str, list[str]]]:
    """What was looked at, and what was wrong there."""
    inbound, outbound, found = run.inbound, run.outbound, run.evidence
    checks: dict[str, Iterable[str]] = {
        "every kind of fault struck every vendor, and processes died": _never(run),
        "G1: each field and list ends with the newest value": inbound.g1_newest_values(),
        "G1: each event is at Voucherify, or refused and a dead letter": inbound.g1_events(),
        "G1: each event is at each CDP, or a dead letter": outbound.g1_events(),
        "G1: dead is what was refused, with class and reason": chain(outbound.g1_letters(), _letters(run)),
        "G1: nothing is left waiting": [] if run.quiet else ["not quiet"],
        "G1: SQS has put nothing aside": ["messages: " + str(found.put_aside)] if found.put_aside else [],
        "G2: no field ever goes back": inbound.g2_fields(),
        "G2: events keep their order, but for those counted": inbound.g2_events(),
        "G2: no call for a customer in doubt within two minutes": inbound.g2_doubt(),
        "G3: repeats are counted, and there are none where ids tell them": chain(
            inbound.g3_repeats(), outbound.g3_repeats()
        ),
        "G4: one occasion, one code, and nobody else's": _codes(run),
        "G5: a shut project and a shut connection delayed no other": [] if run.early else ["the rest was not through"],
        "G5: and had what was theirs afterwards": [] if run.late else ["something is missing"],
        "G6: the shop was never refused": [f"{found.shop['refused']} calls"] if found.shop["refused"] else [],
        "G7: no secret in what the hub has written, nobody's name in logs and metrics": leaks(found.hub, run.projects),
    }
    for name, wrong in checks.items():
        yield name, list(wrong)


def _never(run: Run) -> Iterator[str]:
    counts = injected(run)
    for vendor in run.evidence.requests:
        yield from (f"{kind} at {vendor}" for kind in (*KINDS, *A_WHILE) if not counts[kind, vendor])
    yield from (f"{FAILED_ITEMS} at {cdp}" for cdp in RULES if not counts[FAILED_ITEMS, cdp])
    if not run.sent.killed:
        yield "a kill"


def _letters(run: Run) -> Iterator[str]:
    for letter in run.evidence.letters:
        if not letter["failure"] or not letter["reason"]:
            yield f"{letter['key']}: class {letter['failure']}, reason {letter['reason']}"


def _codes(run: Run) -> Iterator[str]:
    given = run.sent.codes
    yield from (f"{occasion}: {len(codes)} codes" for occasion, codes in given.items() if len(codes) != 1)
    all_codes = set[str]().union(*given.values())
    if not len(all_codes) == len(given) == run.evidence.publications:
        yield f"{len(all_codes)} codes for {len(given)} occasions, {run.evidence.publications} made"
