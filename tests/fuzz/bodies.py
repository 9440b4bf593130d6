"""Request bodies as hypothesis draws them: good ones with something wrong, and what never was one."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.fuzz import hostile

_HOLE = "hole-{}-hole"
_HOLES = 2

Path = tuple[str | int, ...]


def one_of(many: Sequence[Any]) -> st.SearchStrategy[Any]:
    """One of them, without showing all of them to whoever looks at the strategy."""
    return st.integers(0, len(many) - 1).map(lambda index: many[index])


def bodies(seeds: Sequence[Any]) -> st.SearchStrategy[bytes]:
    """Bodies like the seeds (JSON values, or texts that are no JSON), and some like nothing."""
    kinds = {
        "as it is": (1, one_of(seeds).map(text_of)),
        "odd": (9, _mutated(seeds, hostile.VALUES)),
        "no JSON": (2, _mutated(seeds, hostile.NO_JSON)),
        "torn": (2, one_of(seeds).flatmap(_torn)),
        "alien": (2, one_of(hostile.BODIES) | st.binary(max_size=40)),
        "large": (1, st.integers(0, 9).flatmap(lambda chance: one_of(seeds).map(_large if chance == 0 else text_of))),
    }
    turns = [kind for kind, (times, _) in kinds.items() for _ in range(times)]
    return st.sampled_from(turns).flatmap(lambda kind: kinds[kind][1])


def _mutated(seeds: Sequence[Any], tokens: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Seeds, some of whose values are hostile tokens, some missing, some doubled, and some names as well."""

    @st.composite
    def one(draw: st.DrawFn) -> bytes:
        value = draw(one_of(seeds))
        drawn = draw(st.lists(one_of(tokens), min_size=1, max_size=_HOLES))
        for number in range(len(drawn)):
            change = draw(st.sampled_from([_with_hole, _with_hole, _without, _doubled, _renamed]))
            paths = list(_paths(value))
            value = change(value, draw(one_of(paths)), number) if paths else _HOLE.format(number)
        body = json.dumps(value, ensure_ascii=draw(st.booleans())).encode()
        for number, token in enumerate(drawn):
            body = body.replace(json.dumps(_HOLE.format(number)).encode(), token)
        return body

    return one()


def _torn(seed: Any) -> st.SearchStrategy[bytes]:
    """A seed that stops early, goes on too long, or has one byte changed."""
    whole = text_of(seed)
    cut, byte = st.integers(0, max(0, len(whole) - 1)), st.binary(min_size=1, max_size=1)
    return st.one_of(
        cut.map(lambda at: whole[:at]),
        byte.map(lambda more: whole + more),
        st.tuples(cut, byte).map(lambda new: whole[: new[0]] + new[1] + whole[new[0] + 1 :]),
    )


def _large(seed: Any) -> bytes:
    """As much of a list of a seed as Lambda takes."""
    one = text_of(seed)
    return b"[" + b",".join([one] * (hostile.LARGE // (len(one) + 1) or 1)) + b"]"


def text_of(seed: Any) -> bytes:
    """A seed as it is sent."""
    return seed.encode() if isinstance(seed, str) else json.dumps(seed).encode()


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield (*path, name)
        yield from _paths(each, (*path, name))


def _at(value: Any, path: Path, new: Any) -> Any:
    """The value with what `new` makes of the container and name at the path's end."""
    if len(path) == 1:
        return new(value, path[0])
    changed = value.copy()
    changed[path[0]] = _at(value[path[0]], path[1:], new)
    return changed


def _with_hole(value: Any, path: Path, number: int) -> Any:
    return _at(value, path, lambda inner, name: _replaced(inner, name, _HOLE.format(number)))


def _without(value: Any, path: Path, _number: int) -> Any:
    if isinstance(path[-1], str):
        return _at(value, path, lambda inner, name: {key: each for key, each in inner.items() if key != name})
    return _at(value, path, lambda inner, name: inner[:name] + inner[name + 1 :])


def _doubled(value: Any, path: Path, _number: int) -> Any:
    return (
        [value, value] if not path else _at(value, path, lambda inner, name: _replaced(inner, name, [inner[name]] * 2))
    )


def _renamed(value: Any, path: Path, number: int) -> Any:
    if not isinstance(path[-1], str):
        return _with_hole(value, path, number)
    hole = _HOLE.format(number)
    return _at(value, path, lambda inner, name: {hole if key == name else key: each for key, each in inner.items()})


def _replaced(inner: Any, name: Any, new: Any) -> Any:
    changed = inner.copy()
    changed[name] = new
    return changed
