"""What holds of the outbox's rules for any commands, in any order (G2)."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cdphub.outbox import fold
from cdphub.outbox.merge import is_superseded, merge
from cdphub.outbox.row import Row
from cdphub.outbox.work import Send, next_work
from cdphub.schema import Command
from tests.builders import join, replayed, row, track, upsert

fields = st.dictionaries(st.sampled_from(["name", "email", "phone"]), st.sampled_from(["x", "y", "", None]))
metadata = st.dictionaries(st.sampled_from(["plan", "seats"]), st.sampled_from([0, 1, [], ["x"], None]))


def _command(number: int, data: st.DataObject) -> Command:
    kind = data.draw(st.sampled_from(["upsert", "track", "join", "leave"]))
    if kind in ("join", "leave"):
        return join(number, data.draw(st.sampled_from(["a", "b"])), member=kind == "join")
    given_fields: dict[str, Any] = data.draw(fields) | {"metadata": data.draw(metadata)}
    return upsert(number, **given_fields) if kind == "upsert" else track(number, **given_fields)


def _commands(data: st.DataObject) -> list[Command]:
    """Up to eight commands of one customer, by their places."""
    return [_command(number, data) for number in range(data.draw(st.integers(1, 8)))]


def _merged(commands: list[Command], into: Row | None = None) -> Row:
    target = into or row()
    for command in commands:
        merge(target, command)
    return target


def _values(of: Row) -> tuple[Any, ...]:
    """What is to be at Voucherify in the end, if nothing is refused."""
    fields = {name: (waiting.value, waiting.at) for name, waiting in of.fields.items()}
    return fields, of.events, of.lists


def _state(of: Row) -> tuple[Any, ...]:
    return of.fields, of.events, of.lists, of.changed_lists(), of.has_work()


@given(st.data())
def test_g2_the_order_of_arrival_does_not_matter(data: st.DataObject) -> None:
    commands = _commands(data)
    shuffled = data.draw(st.permutations(commands))
    assert _state(_merged(shuffled)) == _state(_merged(commands))


@given(st.data())
def test_g3_a_second_copy_changes_nothing(data: st.DataObject) -> None:
    commands = _commands(data)
    copies = data.draw(st.lists(st.sampled_from(commands)))
    once = _merged(data.draw(st.permutations(commands)))
    assert _merged(copies, into=once.model_copy(deep=True)) == once


@given(st.data())
def test_g2_a_replay_never_puts_an_older_value_in_the_place_of_a_newer(data: st.DataObject) -> None:
    commands = _commands(data)
    died = data.draw(st.sampled_from(commands))
    rest = [command for command in commands if command is not died]
    late = _merged([*rest, replayed(died)])
    assert _values(late) == _values(_merged(commands))
    if is_superseded(_merged(rest), died):
        assert _values(late) == _values(_merged(rest))


@given(st.data())
def test_g2_a_yes_never_takes_off_what_was_merged_during_the_call(data: st.DataObject) -> None:
    commands = _commands(data)
    before, during = commands[: len(commands) // 2], commands[len(commands) // 2 :]
    held = _merged(before)
    work = next_work(held) if held.has_work() else None
    while work is not None and not isinstance(work, Send):
        held.lists_read += work.names
        work = next_work(held)
    expected = _merged(during, into=held.model_copy(deep=True))
    if work is None:
        return
    fold.sent(result := _merged(during, into=held), work)
    for name, waiting in expected.fields.items():
        assert (name in result.fields) == (waiting.at != work.fields.get(name))
    assert set(result.events) == set(expected.events) - {work.event}
    for name, count in expected.list_changes.items():
        assert (name in result.changed_lists()) == (count != work.lists.get(name))


@given(st.data())
def test_g3_folding_a_yes_twice_is_folding_it_once(data: st.DataObject) -> None:
    held = _merged(_commands(data))
    held.lists_read = list(held.lists)
    work = next_work(held)
    if isinstance(work, Send):
        fold.sent(held, work)
        once = held.model_copy(deep=True)
        fold.sent(held, work)
        assert held == once


@given(st.data())
def test_g2_sending_until_nothing_is_left_ends_with_the_newest_of_each_field(data: st.DataObject) -> None:
    commands = _commands(data)
    held = row(split=data.draw(st.booleans()))
    sent: dict[str, Any] = {}
    events: list[str] = []
    for command in data.draw(st.permutations(commands)):
        merge(held, command)
    held.lists_read = list(held.lists)
    while isinstance(work := next_work(held), Send):
        sent |= {name: held.fields[name].value for name in work.fields}
        events += [held.events[work.event].at] if work.event else []
        fold.sent(held, work)
    newest: dict[str, Any] = {}
    for command in commands:
        newest |= command.customer.fields()
    assert {name: value for name, value in sent.items() if name != "source_id"} == newest
    assert events == sorted(events)
