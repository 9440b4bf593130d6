"""Runs the toy stack until a signal comes: `python -m tests.local.cloud.toy FOLDER` prints its URLs when ready."""

import json
import sys
from pathlib import Path

from tools.local.cloud import running
from tools.local.processes import exit_on_signals, wait_for_signal
from tools.local.settings import Settings
from tools.local.stack import read
from tools.local.template import Template

TIME_SCALE = 20


def main(folder: Path) -> None:
    """Prints `{"hub", "aws"}`."""
    exit_on_signals(0)
    settings = Settings(folder, {"TIME_SCALE": str(TIME_SCALE)})
    stack = read(Template(Path(__file__).with_name("template.yaml"), {}), TIME_SCALE)
    with settings.in_force(), running(stack, settings) as cloud:
        sys.stdout.write(json.dumps({"hub": cloud.hub, "aws": cloud.aws}) + "\n")
        sys.stdout.flush()
        wait_for_signal()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
