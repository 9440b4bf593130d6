"""Voucherify's API, with the rules its public documentation states (https://docs.voucherify.io).

Where the documentation is silent the stand-in chooses: `Voucherify` has arguments for what the hub must not rely on.
"""

from tools.local.sandbox.voucherify.api import CAMPAIGN
from tools.local.sandbox.voucherify.campaigns import Campaign
from tools.local.sandbox.voucherify.cluster import Voucherify
from tools.local.sandbox.voucherify.limits import Limit
from tools.local.sandbox.voucherify.schemas import Property, Schema

__all__ = ["CAMPAIGN", "Campaign", "Limit", "Property", "Schema", "Voucherify"]
