"""Imports point one way, and few modules are doors to the outside: what keeps the simulation and the tests honest."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CDPHUB = ROOT / "layers" / "common" / "cdphub"
FUNCTIONS = ROOT / "functions"
PARTS = sorted(path.name for path in FUNCTIONS.iterdir() if (path / "__init__.py").exists())
FILES = sorted([*CDPHUB.rglob("*.py"), *FUNCTIONS.rglob("*.py")])

# The only modules that may import a package, as paths below layers/common/cdphub (a folder means all in it).
DOORS = {
    "boto3": {"store", "queues.py", "secrets.py"},
    "botocore": {"aws.py"},
    "requests": set(),
    "urllib3": {"transport.py", "public.py", "rested.py"},
    "time": {"clock.py"},
    "random": {"clock.py"},
    "uuid": {"clock.py"},
    "concurrent": {"pool.py"},
    "asyncio": set(),
    "multiprocessing": set(),
    "socket": set(),
}
PURE = [
    "failures.py",
    "fields.py",
    "metadata.py",
    "metadata_values.py",
    "order.py",
    "outbound/cut.py",
    "outbound/events.py",
    "outbound/flatten.py",
    "outbound/outcome.py",
    "outbox",
    "schema.py",
    "times.py",
    "voucherify/answers.py",
    "voucherify/cycles.py",
    "voucherify/lists.py",
    "voucherify/rates.py",
    "voucherify/undefined_event.py",
]
IMPURE = ("cdphub.store", "cdphub.queues", "cdphub.secrets", "cdphub.transport", "cdphub.pool")
# A text and a record: nothing that calls anything.
HARMLESS = {"cdphub.queues.encode", "cdphub.store.outbox.CustomerItem", "cdphub.store.outbox.JobItem"}
# Whoever is called by several threads may need these, but threads begin in `pool` alone.
LOCKS = {"threading.Lock", "threading.RLock", "threading.local"}


def imports(file: Path) -> Iterator[str]:
    """The dotted names of what a file imports, also in functions, but not for type checking alone."""
    tree = ast.parse(file.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def packages(file: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(file)}


def within(file: Path, places: set[str]) -> bool:
    return file.is_relative_to(CDPHUB) and file.relative_to(CDPHUB).parts[0] in places


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_only_the_doors_reach_outside(file: Path) -> None:
    assert {name for name, doors in DOORS.items() if name in packages(file) and not within(file, doors)} == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_point_one_way(file: Path) -> None:
    own = file.relative_to(FUNCTIONS).parts[0] if file.is_relative_to(FUNCTIONS) else None
    assert packages(file) & set(PARTS) <= {own}
    assert not packages(file) & {"tools", "tests"}


@pytest.mark.parametrize("place", PURE)
def test_the_rules_are_pure(place: str) -> None:
    files = [CDPHUB / place] if place.endswith(".py") else sorted((CDPHUB / place).rglob("*.py"))
    assert files
    for file in files:
        assert not {name for name in imports(file) if name.startswith(IMPURE)} - HARMLESS, file


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_but_the_clock_asks_for_the_time_and_nothing_but_the_pool_starts_threads(file: Path) -> None:
    used = {ast.unparse(node) for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Attribute)}
    assert not {name for name in used if name.endswith((".now", ".utcnow", ".today"))}
    assert {name for name in used if name.startswith("threading.")} <= LOCKS
    assert not {name for name in imports(file) if name.startswith("threading.")}


def test_ingest_imports_nothing_it_does_not_use() -> None:
    """It is started anew most often, and each of these costs a tenth of a second."""
    reached = {name for file in _reached("segment.ingest") for name in packages(file)}
    assert not reached & {"requests", "aws_xray_sdk", "pydantic_settings"}


def _reached(module: str) -> set[Path]:
    """The hub's own files that importing a module runs."""
    found: set[Path] = set()
    waiting = [module]
    while waiting:
        file = _file(waiting.pop())
        if file is not None and file not in found:
            found.add(file)
            waiting += imports(file)
    return found


def _file(name: str) -> Path | None:
    parts = name.split(".")
    for root in (CDPHUB.parent, FUNCTIONS):
        for length in (len(parts), len(parts) - 1):
            path = root.joinpath(*parts[:length])
            for candidate in (path.with_suffix(".py"), path / "__init__.py"):
                if length and candidate.is_file():
                    return candidate
    return None
