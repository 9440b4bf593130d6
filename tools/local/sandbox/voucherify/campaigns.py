"""Campaigns and their codes: those that make new codes for ever, and those that run out."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from tools.local.sandbox.voucherify.errors import already_published, none_suitable, not_found
from tools.local.sandbox.voucherify.values import Ids


class Campaign(BaseModel):
    """What a campaign is to be like; `codes` are those of a static one, None means AUTO_UPDATE.

    `metadata` is that of its vouchers; with `join_once` a customer can join only once.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    codes: list[str] | None = None
    join_once: bool = False
    metadata: dict[str, Any] = {}


class Codes:
    """The codes of one campaign; `members` has the publication of each customer that joined, by id."""

    def __init__(self, name: str, campaign: Campaign, ids: Ids) -> None:
        self.name = name
        self.id = f"camp_{name.encode().hex()}"
        self.join_once = campaign.join_once
        self.members: dict[str, dict[str, Any]] = {}
        self._metadata = campaign.metadata
        self._ids = ids
        self._free = None if campaign.codes is None else list(campaign.codes)
        self._given: set[str] = set()

    def shown(self) -> dict[str, Any]:
        """The campaign, as far as the hub reads it."""
        return {"id": self.id, "name": self.name, "object": "campaign"}

    def has(self, code: str) -> bool:
        """Whether the code is one of this campaign's, given or not."""
        return code in self._given or code in (self._free or ())

    def take(self, customer: str, code: str | None = None, count: int = 1) -> list[dict[str, Any]]:
        """Gives that code, or as many of the next ones, to the customer; raises the refusal and then gives none."""
        if code is not None and code in self._given:
            raise already_published(code)
        codes = self._next(count) if code is None else [code]
        if self._free is not None:
            self._free = [free for free in self._free if free not in codes]
        self._given.update(codes)
        return [self._voucher(each, customer) for each in codes]

    def _next(self, count: int) -> list[str]:
        if self._free is None:
            return [self._ids("CODE-") for _ in range(count)]
        if len(self._free) < count:
            raise none_suitable()
        return self._free[:count]

    def _voucher(self, code: str, customer: str) -> dict[str, Any]:
        return {
            "id": self._ids("v_"),
            "code": code,
            "campaign": self.name,
            "campaign_id": self.id,
            "type": "DISCOUNT_VOUCHER",
            "active": True,
            "metadata": self._metadata,
            "holder_id": customer,
            "object": "voucher",
        }


class Campaigns:
    """The campaigns of a project."""

    def __init__(self, ids: Ids, campaigns: Mapping[str, Campaign]) -> None:
        self._ids = ids
        self._campaigns: dict[str, Codes] = {}
        self.set(campaigns)

    def set(self, campaigns: Mapping[str, Campaign]) -> None:
        """Adds campaigns; one of the same name begins anew."""
        self._campaigns |= {name: Codes(name, campaign, self._ids) for name, campaign in campaigns.items()}

    def find(self, key: str) -> Codes:
        """The campaign of this name or id; raises the refusal when there is none."""
        found = [codes for name, codes in self._campaigns.items() if key in (name, codes.id)]
        if not found:
            raise not_found("campaign", key)
        return found[0]

    def of_code(self, code: str) -> Codes:
        """The campaign that has this code; raises the refusal when none has."""
        found = [codes for codes in self._campaigns.values() if codes.has(code)]
        if not found:
            raise not_found("voucher", code)
        return found[0]
