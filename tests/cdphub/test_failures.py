"""Classes of failure, and how long to wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub.failures import BASE_MS, LONGEST_MS, FailureClass, backoff_ms, classify

INVALID, CONFIG, AUTH, THROTTLE, TRANSIENT, IN_DOUBT = FailureClass


@pytest.mark.parametrize(
    ("statuses", "failure"),
    [
        ((400, 404, 405, 409, 410, 413, 415, 422, 499), INVALID),
        ((403,), CONFIG),
        ((401,), AUTH),
        ((402, 429), THROTTLE),
        ((301, 302, 308, 408, 423, 500, 501, 503), TRANSIENT),
        ((502, 504), IN_DOUBT),
    ],
)
def test_a_status_has_a_class(statuses: tuple[int, ...], failure: FailureClass) -> None:
    assert {classify(status) for status in statuses} == {failure}


def test_a_vendor_may_differ() -> None:
    assert classify(400, {400: AUTH}) is AUTH
    assert classify(404, {400: AUTH}) is INVALID


@pytest.mark.parametrize(
    ("failures", "chance", "wait_ms"),
    [(0, 0.5, BASE_MS // 2), (1, 0.5, BASE_MS), (3, 0.25, 2 * BASE_MS), (9, 0.5, LONGEST_MS // 2), (7, 0.0, 0)],
)
def test_waits_double_up_to_a_quarter_of_an_hour(failures: int, chance: float, wait_ms: int) -> None:
    assert backoff_ms(failures, chance) == wait_ms


@given(st.integers(0, 10**9), st.floats(0, 1, exclude_max=True))
def test_no_wait_is_longer_however_many_failures_there_were(failures: int, chance: float) -> None:
    assert 0 <= backoff_ms(failures, chance) < LONGEST_MS
