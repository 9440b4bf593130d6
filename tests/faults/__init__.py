"""`make faults` on the local cloud: vendors that fail in every way, processes that die, and what came of it."""

# Makes the code that Lambda imports importable here.
from tools.local import ROOT

__all__ = ["ROOT"]
