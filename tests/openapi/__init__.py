"""docs/openapi.yaml: that it says what the hub takes and answers."""

# Makes the code that Lambda imports importable here.
from tools.local import ROOT

__all__ = ["ROOT"]
