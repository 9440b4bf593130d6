"""Claims (G3)."""

from cdphub import claims, clock
from cdphub.claims import Claim
from cdphub.clock import DAY, MINUTE
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
    world.pass_time(MINUTE)
    assert claims.claim(state, "k", MINUTE) is Claim.MINE


def test_keys_may_be_of_any_length(world: World) -> None:
    claims.claim(world.hub.store.state, "k" * 100_000, MINUTE)
    claims.done(world.hub.store.state, "k" * 100_000, clock.DAY)
    assert claims.claim(world.hub.store.state, "k" * 100_000, MINUTE) is Claim.DONE
