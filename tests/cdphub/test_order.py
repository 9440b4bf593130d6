"""Places in the order are compared as text."""

from hypothesis import given
from hypothesis import strategies as st

from cdphub import order

trace_ids = st.text("0123456789abcdef", min_size=32, max_size=32)
places = st.tuples(st.integers(0, 9_999_999_999_999), trace_ids, st.integers(0, 999_999))


@given(places, places)
def test_g2_texts_compare_as_times_do_then_items_of_a_request(
    one: tuple[int, str, int], other: tuple[int, str, int]
) -> None:
    assert (order.place(*one) < order.place(*other)) == (one < other)


@given(places)
def test_a_place_tells_when_and_under_which_trace_id(one: tuple[int, str, int]) -> None:
    place = order.place(*one)
    assert (order.accepted_ms(place), order.trace_id(place)) == one[:2]
