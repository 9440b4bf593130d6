"""Billing cycles: they begin on the same day of each month, in UTC (pure)."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from cdphub.clock import SECOND


def cycle_of(now_ms: int, day: int) -> str:
    """The first day of the present cycle, like 2026-01-31; the last of the month where it has no such day."""
    today = datetime.fromtimestamp(now_ms / SECOND, UTC).date()
    begin = _day_of(today, day)
    return (begin if begin <= today else _day_of(today.replace(day=1) - timedelta(days=1), day)).isoformat()


def cycle_began_ms(now_ms: int, day: int) -> int:
    """When the present cycle began."""
    return _midnight(date.fromisoformat(cycle_of(now_ms, day)))


def next_cycle_ms(now_ms: int, day: int) -> int:
    """When the next cycle begins."""
    begin = date.fromisoformat(cycle_of(now_ms, day))
    return _midnight(_day_of(begin.replace(day=1) + timedelta(days=31), day))


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp()) * SECOND


def _day_of(month: date, day: int) -> date:
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))
