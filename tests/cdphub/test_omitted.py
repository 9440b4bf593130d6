"""The list of omitted keys: short, seldom written, and without values (G7)."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from cdphub.clock import DAY
from cdphub.omitted import KEEP_MS, LONGEST, MOST_KEYS, NOTE_MS, OmittedKey, OmittedKeys, list_omitted
from tests.builders import CONNECTION
from tests.fakes import World


def shoe(key: str = "shoe", of: str = "customer", reason: str = "undefined", observed: str = "number") -> OmittedKey:
    return OmittedKey(of=of, key=key, reason=reason, observed=observed)


def listed(world: World, connection: str = CONNECTION) -> list[tuple[str, str, str]]:
    return [one.identity for one in list_omitted(world.hub.store, connection)]


@pytest.fixture
def writes(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the records that are written."""
    written: list[str] = []
    state = world.hub.store.state

    def noted(write: Callable[..., bool], key: str, *rest: Any) -> bool:
        written.append(key)
        return write(key, *rest)

    for name in ("create", "replace"):
        monkeypatch.setattr(state, name, partial(noted, getattr(state, name)))
    return written


def test_each_key_and_reason_is_listed_once_by_connection(world: World) -> None:
    keys = OmittedKeys(world.hub.store)
    keys.note(CONNECTION, [shoe(), shoe("hat"), shoe()])
    keys.note(CONNECTION, [shoe(), shoe(reason="not a number"), shoe(of="event Bought")])
    keys.note("braze-1", [shoe("coat")])
    assert listed(world) == [
        ("customer", "shoe", "undefined"),
        ("customer", "hat", "undefined"),
        ("customer", "shoe", "not a number"),
        ("event Bought", "shoe", "undefined"),
    ]
    assert listed(world, "braze-1") == [("customer", "coat", "undefined")]


def test_only_news_is_written_and_once_a_day_that_it_goes_on(world: World, writes: Sequence[str]) -> None:
    keys = OmittedKeys(world.hub.store)
    for _ in range(3):
        keys.note(CONNECTION, [shoe()])
    OmittedKeys(world.hub.store).note(CONNECTION, [shoe()])
    assert len(writes) == 1
    world.clock.now += NOTE_MS
    keys.note(CONNECTION, [shoe()])
    assert len(writes) == 2
    assert [one.seen_ms for one in list_omitted(world.hub.store, CONNECTION)] == [world.clock.now]


def test_a_key_that_is_no_longer_omitted_leaves_the_list_after_a_while(world: World) -> None:
    keys = OmittedKeys(world.hub.store)
    keys.note(CONNECTION, [shoe("old"), shoe("new")])
    world.clock.now += KEEP_MS - DAY
    keys.note(CONNECTION, [shoe("new")])
    world.clock.now += DAY
    assert listed(world) == [("customer", "new", "undefined")]


def test_a_full_list_takes_no_more_and_is_not_written_in_vain(world: World, writes: Sequence[str]) -> None:
    keys = OmittedKeys(world.hub.store)
    keys.note(CONNECTION, [shoe(f"key {number}") for number in range(MOST_KEYS + 5)])
    keys.note(CONNECTION, [shoe("one more")])
    assert len(listed(world)) == MOST_KEYS
    assert len(writes) == 1


def test_workers_do_not_lose_each_others_keys(world: World) -> None:
    first, second = OmittedKeys(world.hub.store), OmittedKeys(world.hub.store)
    for number in range(4):
        first.note(CONNECTION, [shoe(f"first {number}")])
        second.note(CONNECTION, [shoe(f"second {number}")])
    assert len(listed(world)) == 8


def test_a_key_is_cut_to_a_length_that_has_room(world: World) -> None:
    OmittedKeys(world.hub.store).note(CONNECTION, [shoe("x" * 5_000)])
    assert [key for _, key, _ in listed(world)] == ["x" * LONGEST]
