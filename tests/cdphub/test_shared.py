"""Records that several workers change: nobody's change is lost."""

from cdphub.shared import amend
from tests.fakes import World


def test_a_record_is_made_changed_and_expires(world: World) -> None:
    store = world.hub.store
    assert amend(store, "key", lambda before: f"{before},a", 1_000) == "None,a"
    assert amend(store, "key", lambda before: f"{before},b", 1_000) == "None,a,b"
    world.clock.now += 1_000
    assert store.state.read("key", world.clock.now) is None
    assert amend(store, "key", lambda before: f"{before},c", 1_000) == "None,c"


def test_a_change_that_lost_a_race_is_made_again_on_what_won(world: World) -> None:
    store = world.hub.store
    others = iter(["x", "y"])

    def change(before: str | None) -> str:
        other = next(others, None)
        if other is not None:
            amend(store, "key", lambda there: f"{there or ''}{other}", 1_000)
        return f"{before or ''}a"

    assert amend(store, "key", change, 1_000) == "xya"
    record = store.state.read("key", world.clock.now)
    assert record is not None
    assert record.text == "xya"
