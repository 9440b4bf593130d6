"""Runs the toy stack until a signal comes: `python -m tests.local.cloud.toy FOLDER` prints its URLs when ready."""

import json
import signal
import sys
from pathlib import Path

from tools.local.cloud import running
from tools.local.settings import Settings
from tools.local.stack import read
from tools.local.template import Template

TIME_SCALE = 20


def main(folder: Path) -> None:
    """Prints `{"hub", "aws"}`."""
    settings = Settings(folder, scale=TIME_SCALE)
    stack = read(Template(Path(__file__).with_name("template.yaml"), {}), TIME_SCALE)
    with settings.in_force(), running(stack, settings) as cloud:
        sys.stdout.write(json.dumps({"hub": cloud.hub, "aws": cloud.aws}) + "\n")
        sys.stdout.flush()
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    main(Path(sys.argv[1]))
