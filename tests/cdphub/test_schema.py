"""Customers and their fields."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cdphub.schema import Customer
from tests.builders import ADA

texts = st.none() | st.text(max_size=3)
keys = st.text(max_size=3) | st.sampled_from(["a.b", ".", "source_id"])


def some(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """A value for some of these names."""
    return st.dictionaries(st.sampled_from(names), texts)


@given(some(["name", "email"]), some(["city", "line_1"]), st.dictionaries(keys, texts))
def test_a_customer_is_made_of_its_fields_again(
    plain: dict[str, Any], address: dict[str, Any], metadata: dict[str, Any]
) -> None:
    groups = {"address": address, "metadata": metadata}
    customer = Customer(source_id=ADA, **plain, **{name: group for name, group in groups.items() if group})
    again = Customer.of(ADA, customer.fields())
    assert (again, again.fields()) == (customer, customer.fields())
