"""A terminal session in Markdown, held against what really happens.

In a block that begins with ```` ```console ````, `$ ` begins a command, which a backslash at the end of a line
continues; the lines below are what it prints. A line of `...` alone stands for any lines. What is new with every run
(ids, keys, ports, times) may differ; a command that names an id of the page is run with the id that came in its place.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANY_LINES = "..."
NEW_EACH_TIME = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # application ids, trace ids
    r"|[0-9a-f]{16,}"  # secrets, hashes
    r"|(?<=-)[0-9a-f]{8}\b"  # the end of a connection's id
    r"|\d{4}-\d\d-\d\d(?:[T ][\d:.]+Z?)?|\d\d:\d\d:\d\d(?:\.\d+)?"  # times
    r"|(?<=127\.0\.0\.1:)\d+"  # ports
    r"|(?<=milliseconds=)\d+"
)
_EXIT = "exit code of the last command: "


class DifferentError(AssertionError):
    """A command printed something else than the page says."""


@dataclass(frozen=True)
class Step:
    """A command of the page, and the lines that it is said to print."""

    command: str
    printed: list[str]


def steps(page: str) -> list[Step]:
    """All commands of a page, in their order."""
    return [step for block in BLOCK.finditer(page) for step in _steps(block[1])]


def _steps(block: str) -> Iterator[Step]:
    command, printed = "", list[str]()
    for line in block.splitlines():
        if command.endswith("\\"):
            command = f"{command}\n{line}"
        elif line.startswith("$ "):
            if command:
                yield Step(command, printed)
            command, printed = line.removeprefix("$ "), []
        else:
            printed.append(line)
    yield Step(command, printed)


class Names:
    """What of the page stands for what of this run."""

    def __init__(self) -> None:
        self._meant: dict[str, str] = {}

    def translated(self, text: str) -> str:
        """Text of the page with this run's ids."""
        return NEW_EACH_TIME.sub(lambda found: self._meant.get(found[0], found[0]), text)

    def compare(self, said: list[str], printed: list[str]) -> None:
        """Learns from two outputs that are the same but for what is new each time; raises DifferentError if not."""
        if ANY_LINES in said:
            place = said.index(ANY_LINES)
            rest = len(said) - place - 1
            self.compare(said[:place], printed[:place])
            self.compare(said[place + 1 :], printed[max(place, len(printed) - rest) :])
            return
        one, other = "\n".join(said), "\n".join(printed)
        if NEW_EACH_TIME.sub("?", one) != NEW_EACH_TIME.sub("?", other):
            raise DifferentError(f"the page says:\n{one}\n\nthis was printed:\n{other}")
        self._meant |= dict(zip(NEW_EACH_TIME.findall(one), NEW_EACH_TIME.findall(other), strict=True))


class Shell:
    """One shell that runs one command after the other, until its `with` block ends.

    What a command prints includes its errors.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            ["/bin/bash", "--noprofile", "--norc"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, command: str) -> list[str]:
        """The lines that it prints; a last one tells of an exit code that is not 0."""
        given, printed = self._pipes
        given.write(f'{command}\necho "{_EXIT}$?"\n')
        given.flush()
        lines = []
        while not (line := printed.readline()).startswith(_EXIT):
            assert line, "the shell has ended"
            lines.append(line.rstrip())
        code = line.removeprefix(_EXIT).strip()
        return lines if code == "0" else [*lines, f"[exit code {code}]"]

    @property
    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self._process.stdin
        assert self._process.stdout
        return self._process.stdin, self._process.stdout
