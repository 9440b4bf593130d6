"""What property tests draw from."""

from typing import Any

from hypothesis import strategies as st

NAMES = ["customer", "campaign", "voucher", "vouchers", "publication", "order", "items", "code", "id"]
"""Names that mean something in an event's data."""

_scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from([0.5, 1e21]) | st.text(max_size=4)
_names = st.sampled_from(NAMES) | st.text(max_size=3)


def objects(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """JSON objects of a few such values."""
    return st.dictionaries(_names, values, max_size=3)


def json_values() -> st.SearchStrategy[Any]:
    """Small JSON values of every form."""
    return st.recursive(_scalars, lambda inner: st.lists(inner, max_size=3) | objects(inner), max_leaves=8)


def json_objects() -> st.SearchStrategy[dict[str, Any]]:
    """Small JSON objects of every form."""
    return objects(json_values())
