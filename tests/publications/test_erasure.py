"""G7: erasure reaches publications, which hold personal data."""

from cdphub.outbox.row import partition
from tests.fakes import PROJECT, World
from tests.publications.bench import Bench
from voucherify.purge import purge


def test_g7_a_customers_publications_are_purged_and_nobody_elses(world: World) -> None:
    bench = Bench(world)
    ana, bob = bench.code(), bench.code(customer={"source_id": "bob"})
    purge(world.hub.store, partition(PROJECT, "salt", "ana"), "9")
    world.pass_time(1)
    assert bench.code(customer={"source_id": "bob"}) == bob
    assert bench.code() != ana


def test_g7_a_customer_named_by_voucherifys_id_is_known_from_the_reply(world: World) -> None:
    bench = Bench(world)
    customer = {"id": bench.publish()["customer_id"]}
    code = bench.code(customer=customer)
    assert bench.code(customer=customer) == code
    purge(world.hub.store, partition(PROJECT, "salt", "ana"), "9")
    world.pass_time(1)
    assert bench.code(customer=customer) != code


def test_g7_a_record_that_was_kept_open_is_still_known_to_be_the_customers(world: World) -> None:
    bench = Bench(world)
    code = bench.code()
    world.pass_time(59 * 60_000)
    assert bench.code() == code
    purge(world.hub.store, partition(PROJECT, "salt", "ana"), "9")
    world.pass_time(1)
    assert bench.code() != code
