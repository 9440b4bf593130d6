"""Billing cycles begin on a day of the month, in UTC."""

from datetime import UTC, datetime

import pytest

from cdphub.clock import DAY, SECOND
from cdphub.voucherify.cycles import cycle_of, next_cycle_ms


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND


@pytest.mark.parametrize(
    ("now", "day", "cycle", "following"),
    [
        ("2026-05-20T12:00:00", 1, "2026-05-01", "2026-06-01"),
        ("2026-05-20T12:00:00", 20, "2026-05-20", "2026-06-20"),
        ("2026-05-19T23:59:59", 20, "2026-04-20", "2026-05-20"),
        ("2026-12-31T23:59:59", 15, "2026-12-15", "2027-01-15"),
        ("2026-01-05T00:00:00", 15, "2025-12-15", "2026-01-15"),
        ("2026-02-28T00:00:00", 31, "2026-02-28", "2026-03-31"),
        ("2026-03-30T00:00:00", 31, "2026-02-28", "2026-03-31"),
        ("2028-02-28T00:00:00", 30, "2028-01-30", "2028-02-29"),
    ],
)
def test_a_cycle_lasts_from_its_day_to_the_next(now: str, day: int, cycle: str, following: str) -> None:
    assert cycle_of(ms(now), day) == cycle
    assert next_cycle_ms(ms(now), day) == ms(following)


@pytest.mark.parametrize("day", range(1, 32))
def test_each_cycle_is_followed_by_the_next(day: int) -> None:
    for now in range(ms("2026-01-01"), ms("2028-03-01"), DAY):
        following = next_cycle_ms(now, day)
        assert now < following <= now + 31 * DAY
        assert cycle_of(following - 1, day) == cycle_of(now, day) < cycle_of(following, day)
