"""The OpenAPI document of the hub's API, made of what the code says: profiles, models, statuses."""

# Makes the code that Lambda imports importable here.
from tools.local import ROOT

__all__ = ["ROOT"]
