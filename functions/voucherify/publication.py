"""The codes of a publication, which its envelopes keep in four different places (pure)."""

from collections.abc import Iterator, Mapping
from typing import Any


def with_codes(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with the first voucher as `voucher`, and all codes as `voucher_codes` if there are several."""
    vouchers = list(_vouchers(data))
    codes = list(dict.fromkeys(voucher["code"] for voucher in vouchers))
    told = {name: value for name, value in data.items() if name != "vouchers"}
    if codes:
        told["voucher"] = vouchers[0]
    if len(codes) > 1:
        told["voucher_codes"] = codes
    return told


def _vouchers(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """All vouchers that have a code; some are told only by it."""
    for holder in (data, data.get("publication")):
        if not isinstance(holder, dict):
            continue
        several = holder.get("vouchers")
        for voucher in [holder.get("voucher"), *(several if isinstance(several, list) else [])]:
            if isinstance(voucher, str):
                yield {"code": voucher}
            elif isinstance(voucher, dict) and isinstance(voucher.get("code"), str):
                yield voucher
