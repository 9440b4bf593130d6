"""Hostile bodies for every route, in process: a few in the suite, many by `make fuzz`."""

# Makes the code that Lambda imports importable here.
from tools.local import ROOT

__all__ = ["ROOT"]
