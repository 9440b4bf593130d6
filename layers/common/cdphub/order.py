"""The place of a command in the order of acceptance: fixed width, compared as text.

`<13-digit hub milliseconds>#<trace id>#<index, 6 digits>`, set once by ingest. SQS's second copy of a message has the
same place; a sender's repeat has a new one.
"""


def place(accepted_ms: int, trace_id: str, index: int) -> str:
    """The place of a request's command number `index`."""
    return f"{accepted_ms:013d}#{trace_id}#{index:06d}"


def accepted_ms(order: str) -> int:
    """When the hub accepted the command of this place, in hub milliseconds."""
    return int(order[:13])


def moved(order: str, accepted_ms: int) -> str:
    """The place of the same command, had it been accepted at another time."""
    return f"{accepted_ms:013d}{order[13:]}"


def trace_id(order: str) -> str:
    """The trace id of the request that brought the command of this place."""
    return order.split("#")[1]
