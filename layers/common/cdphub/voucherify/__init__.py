"""Voucherify's API as the hub uses it: the calls, and what their answers mean."""
