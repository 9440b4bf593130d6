"""A fresh process of a function, as Lambda starts one for a first event: `python starting.py HANDLER`.

The event comes as JSON; the last line tells how long it took to the answer. Imports nothing of the tools.
"""

import importlib
import json
import sys
import time


class Context:
    """What Lambda hands to a handler beside the event, as far as the hub looks at it."""

    def get_remaining_time_in_millis(self) -> int:
        """As at the beginning of a long invocation."""
        return 60_000


def main() -> None:
    """Runs the handler once."""
    event = json.load(sys.stdin)
    module, _, name = sys.argv[1].rpartition(".")
    reply = getattr(importlib.import_module(module), name)(event, Context())
    told = {
        "cpu_ms": time.process_time_ns() / 1_000_000,
        "answered_ns": time.monotonic_ns(),
        "modules": len(sys.modules),
        "libraries": libraries(),
        "reply": reply,
    }
    sys.stdout.write(f"\n{json.dumps(told)}\n")


def libraries() -> list[str]:
    """What was imported besides the standard library and the hub itself."""
    found = [name for name, module in sys.modules.items() if "site-packages" in (getattr(module, "__file__", "") or "")]
    return sorted({name.partition(".")[0] for name in found if not name.startswith("_")})


if __name__ == "__main__":
    main()
