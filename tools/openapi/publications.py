"""The operations of publications and lookups, below each CDP's prefix and as Voucherify has them."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from cdphub.profile import Profile
from cdphub.publishing import CUSTOMER, PUBLICATIONS, QUALIFICATIONS
from publications.forms import MOST_BYTES
from publications.question import QualificationsQuestion
from publications.wish import Wish
from tools.openapi import keys
from tools.openapi.answers import answer, to
from tools.openapi.plain import Schema
from tools.openapi.schemas import Schemas, any_of
from tools.openapi.shapes import shapes_of

PLAIN: Schema = {"type": ["string", "number", "boolean"]}
"""Stands for an object that has it as its source_id or name."""


class _Reply(BaseModel):
    model_config = ConfigDict(extra="allow")


class Publication(_Reply):
    """Voucherify's reply as it is, with the caller's own source_id; what is long is left out of one above 250 KB."""

    source_id: str | None


class CustomerProfile(_Reply):
    """Voucherify's reply as it is."""

    id: str | None = None
    source_id: str | None = None


class Qualifications(_Reply):
    """Voucherify's reply as it is."""

    redeemables: dict[str, Any]


def paths(base: str, profiles: Sequence[Profile], schemas: Schemas) -> Schema:
    """The paths below a base; the keys of all these CDPs work there."""
    (_, publish), (_, create) = PUBLICATIONS
    wish, question = schemas.of(Wish, "Publication"), schemas.of(QualificationsQuestion, "Lookup")
    query = list(_query(schemas.named["PublicationWish"]))
    for named, fields in (
        ("PublicationWish", ("customer", "campaign")),
        ("LookupQualificationsQuestion", ("customer",)),
    ):
        properties = schemas.named[named]["properties"]
        properties |= {field: {"anyOf": [properties[field], PLAIN]} for field in fields}

    def operation(summary: str, found: type[BaseModel], asked: Schema) -> Schema:
        return {
            "tags": [profiles[0].title if len(profiles) == 1 else "Publications and lookups"],
            "summary": summary,
            "security": keys.requirements(form for profile in profiles for form in profile.credentials),
            **asked,
            "responses": _answers(found, profiles, schemas),
        }

    return {
        base + publish: {"post": operation(CODE, Publication, _body(wish))},
        base + create: {"get": operation(CODE, Publication, {"parameters": query})},
        base + CUSTOMER[1].replace("+}", "}"): {"get": operation(POINTS, CustomerProfile, {"parameters": [_CUSTOMER]})},
        base + QUALIFICATIONS[1]: {"post": operation(DEALS, Qualifications, _body(question))},
    }


CODE = "A code for a customer, one per occasion"
POINTS = "A customer's profile, loyalty points among it"
DEALS = "What a customer can redeem"

_CUSTOMER: Schema = {
    "name": "customer",
    "in": "path",
    "required": True,
    "description": "The customer's source_id, or Voucherify's id of it. Slashes may stand as they are.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 512},
}


def _body(schema: Schema) -> Schema:
    described = f"At most {MOST_BYTES:,} bytes; a form names what is inside an object like `customer[source_id]`."
    content = {kind: {"schema": schema} for kind in ("application/json", "application/x-www-form-urlencoded")}
    return {"requestBody": {"description": described, "content": content}}


def _query(wish: Schema) -> Iterator[Schema]:
    """The wish as parameters; what is inside an object is named like `customer[source_id]`."""
    for name, schema in wish["properties"].items():
        style = {"style": "deepObject", "explode": True} if name in ("customer", "campaign", "metadata") else {}
        yield {"name": name, "in": "query", **style, "schema": schema}


def _answers(found: type[BaseModel], profiles: Sequence[Profile], schemas: Schemas) -> Schema:
    """503 is also for callers who cannot be told."""
    yes, is_told, busy = [schemas.of(found)], False, {503}
    for profile in profiles:
        if profile.publishing is None:
            continue
        busy.add(profile.publishing.busy)
        if profile.publishing.refusal(400, {})["statusCode"] == 200:
            yes.append(schemas.of(shapes_of(profile.cdp).trouble, profile.cdp.title()))
        else:
            is_told = True
    reply = "Voucherify's reply, or why there is none." if yes[1:] else "Voucherify's reply."
    return {
        "200": answer(reply, any_of(yes), "X-Trace-Id"),
        "401": to("NoKey"),
        **({"4XX": to("WillNotWork")} if is_told else {}),
        **{str(status): to("MayWorkLater") for status in sorted(busy)},
    }
