"""Claims (G3)."""

import pytest

from cdphub import claims, clock
from cdphub.claims import Claim
from cdphub.clock import DAY, MINUTE
from cdphub.store.state import Record
from tests.fakes import World


def test_g3_one_copy_works_at_a_time_and_none_after_it_is_done(world: World) -> None:
    state = world.hub.store.state
    assert claims.claim(state, "k", MINUTE) is Claim.MINE
    assert claims.claim(state, "k", MINUTE) is Claim.TAKEN
    assert claims.claim(state, "other", MINUTE) is Claim.MINE
    claims.done(state, "k", DAY)
    assert claims.claim(state, "k", MINUTE) is Claim.DONE
    world.pass_time(DAY)
    assert claims.claim(state, "k", MINUTE) is Claim.MINE


def test_g3_a_claimant_that_died_is_followed_by_another(world: World) -> None:
    state = world.hub.store.state
    claims.claim(state, "k", MINUTE)
    world.pass_time(MINUTE - 1)
    assert claims.claim(state, "k", MINUTE) is Claim.TAKEN
    world.pass_time(1)
    assert claims.claim(state, "k", MINUTE) is Claim.LEFT
    assert claims.claim(state, "k", MINUTE) is Claim.TAKEN
    claims.done(state, "k", DAY)
    assert claims.claim(state, "k", MINUTE) is Claim.DONE


def test_g3_of_those_who_follow_one_that_died_one_is_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    state = world.hub.store.state
    claims.claim(state, "k", MINUTE)
    world.pass_time(MINUTE)
    read, met = state.read, []

    def read_while_another_follows(key: str, now_ms: int) -> Record | None:
        monkeypatch.undo()
        found = read(key, now_ms)
        met.append(claims.claim(state, "k", MINUTE))
        return found

    monkeypatch.setattr(state, "read", read_while_another_follows)
    met.append(claims.claim(state, "k", MINUTE))
    assert met == [Claim.LEFT, Claim.TAKEN]


def test_g3_a_claim_that_is_released_is_anybodys(world: World) -> None:
    state = world.hub.store.state
    claims.claim(state, "k", MINUTE)
    claims.release(state, "k")
    assert claims.claim(state, "k", MINUTE) is Claim.MINE


def test_keys_may_be_of_any_length(world: World) -> None:
    claims.claim(world.hub.store.state, "k" * 100_000, MINUTE)
    claims.done(world.hub.store.state, "k" * 100_000, clock.DAY)
    assert claims.claim(world.hub.store.state, "k" * 100_000, MINUTE) is Claim.DONE
