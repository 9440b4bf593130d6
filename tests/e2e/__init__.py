"""The stack end to end, on the local cloud."""

# Makes the code that Lambda imports importable here.
from tools.local import ROOT

__all__ = ["ROOT"]
