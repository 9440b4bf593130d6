"""How far a backfill has come, kept beside its file, so that the same command goes on where the last one stopped."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ValidationError

from tools.hubctl.backfill_lines import Line
from tools.hubctl.errors import WrongInputError


class Progress(BaseModel):
    """How far a backfill is; `sha256` is the file's, `first_ms` the time of the places before that of its first line.

    Of the file `offset` bytes, which are `lines` lines, are through: what they ask for is stored, and the first
    `report_bytes` of the report say what was wrong with them. A line is accepted if anything of it is.
    """

    sha256: str
    connection: str
    trace_id: str
    first_ms: int
    offset: int = 0
    lines: int = 0
    accepted: int = 0
    reasons: Counter[str] = Counter()
    report_bytes: int = 0
    bulk_calls: int = 0
    complete: bool = False

    def add(self, chunk: Iterable[Line]) -> None:
        """Counts lines that are through."""
        for line in chunk:
            self.offset, self.lines = line.end, line.number
            self.accepted += bool(line.commands)
            self.reasons.update(line.reasons)


class Notes:
    """The two files beside a backfill's file: its progress, and the report of what was wrong with lines."""

    def __init__(self, file: Path) -> None:
        self.progress = file.with_name(f"{file.name}.progress")
        self.report = file.with_name(f"{file.name}.rejected.ndjson")

    def read(self) -> Progress | None:
        """None if nothing has begun; raises WrongInputError if it cannot be read."""
        try:
            return Progress.model_validate_json(self.progress.read_text())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError):
            raise WrongInputError(f"{self.progress}: cannot be read; delete it to begin anew") from None

    def write(self, progress: Progress) -> None:
        """Replaces what was there as a whole, whenever it is cut off."""
        new = self.progress.with_name(f"{self.progress.name}.new")
        new.write_text(progress.model_dump_json())
        new.replace(self.progress)

    def note(self, progress: Progress, chunk: Iterable[Line]) -> None:
        """Adds to the report what was wrong with lines, over what a run that was cut off has added after `progress`."""
        with self.report.open("ab") as report:
            report.truncate(progress.report_bytes)
            for line in chunk:
                for reason in line.reasons:
                    report.write(f"{json.dumps({'line': line.number, 'reason': reason})}\n".encode())
            progress.report_bytes = report.tell()
