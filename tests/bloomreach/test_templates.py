"""The README's templates, rendered by Jinja as Bloomreach renders them, give what the hub understands."""

import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

from bloomreach.ingest import PARSERS
from cdphub.api import Request
from cdphub.connections import Connection
from cdphub.parsed import Parsed, Stamp
from cdphub.profile import Route

README = (Path(__file__).parents[2] / "functions" / "bloomreach" / "README.md").read_text()
TEMPLATES = dict(re.findall(r"```jinja (\w+)\n(.*?)```", README, re.DOTALL))
ROUTES = {"customer": "upsert-customer-bulk", "event": "create-event-bulk"}

JINJA = Environment(autoescape=True)
HOSTILE = 'Zoë "Z" \\ O\'Hara\n</script> \u2028 {{ 7 * 7 }} \U0001f950'


def sent(template: str, *contexts: dict[str, Any]) -> Parsed:
    """What the hub makes of a batch of customers."""
    customers = [JINJA.from_string(TEMPLATES[template]).render(context) for context in contexts]
    body = re.sub(r"{% output customers separated by '(.+?)' %}", lambda _: ",\n  ".join(customers), TEMPLATES["root"])
    route = Route("POST", f"/bloomreach-engagement/{ROUTES[template]}")
    connection = Connection(id="c", project="p", cdp="bloomreach")
    return PARSERS[route](Request("POST", route.path, body=body.encode()), connection, Stamp("t", 0))


def test_customers_with_odd_attributes_and_with_none() -> None:
    odd = {"customer_ids": {"registered": HOSTILE}, "customer": {"name": HOSTILE, "tier": 3, "city": ""}}
    bare = {"customer_ids": {"registered": "u2"}, "customer": {}}
    parsed = sent("customer", odd, bare, odd)
    assert not parsed.rejected
    first, second, _ = (command.customer for command in parsed.commands)
    assert first.fields() == {"name": HOSTILE, "address.city": "", "metadata.tier": 3}
    assert (first.source_id, second.source_id, second.fields()) == (HOSTILE, "u2", {})


def test_events_with_and_without_what_they_are_about() -> None:
    ids = {"customer_ids": {"registered": "u1"}}
    event = {"total_price": 129.9, "timestamp": 1772442871.52}
    parsed = sent("event", ids | {"event": event}, ids | {"event": {}})
    first, second = (command.model_dump(exclude_unset=True) for command in parsed.commands)
    assert (first["metadata"], first["id"]) == ({"cart_value": 129.9}, "Cart Abandoned@1772442871.52")
    assert "id" not in second


@pytest.mark.parametrize("template", ROUTES)
def test_a_customer_without_an_id_is_the_only_one_rejected(template: str) -> None:
    contexts = [{"customer_ids": {"registered": each}, "customer": {}, "event": {}} for each in ("u1", None, "u3")]
    parsed = sent(template, *contexts)
    assert (parsed.accepted, [index for index, _ in parsed.rejected]) == (2, [1])
