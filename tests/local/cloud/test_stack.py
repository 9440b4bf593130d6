"""From a template to what runs."""

from pathlib import Path

import pytest

from tools.local import ROOT
from tools.local.intrinsics import TemplateError
from tools.local.stack import Stack, read
from tools.local.template import Template, overrides
from tools.local.triggers import Mapping, Route, Schedule

TOY = Path(__file__).parent / "toy" / "template.yaml"

FUNCTION = """
Resources:
  Sample:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/
      Handler: sample.handler
      Events:
        Odd: {event}
"""


def _toy(scale: float = 1, **parameters: str) -> Stack:
    return read(Template(TOY, parameters), scale)


def _read(folder: Path, event: str) -> Stack:
    path = folder / "template.yaml"
    path.write_text(FUNCTION.replace("{event}", event))
    return read(Template(path, {}), 1)


def test_globals_merge_into_functions() -> None:
    echo = _toy().functions["Echo"]
    assert echo.timeout == 200
    assert echo.environment["OWN"] == "1"
    assert echo.environment["GREETING"] == "hello from local"
    assert [path.name for path in echo.code] == ["functions", "layer"]


def test_parameters_decide_about_values_and_resources() -> None:
    friendly, rude = _toy(), _toy(Greeting="oi")
    assert "GREETING" not in rude.functions["Echo"].environment
    assert {queue.name for queue in rude.queues} - {queue.name for queue in friendly.queues} == {"local-NeverMade"}


def test_triggers() -> None:
    stack = _toy()
    assert Route("GET", "/items/{id}", "Echo") in stack.routes
    assert Route("ANY", "$default", "Default") in stack.routes
    assert stack.mappings == [Mapping("local-jobs", "Works", 20, 20, True, 2)]
    assert stack.schedules == [Schedule("TicksMinute", "Ticks", 60, None)]


def test_one_scale_divides_every_duration() -> None:
    stack = _toy(scale=30)
    assert stack.functions["Echo"].timeout == pytest.approx(5 + 195 / 30), "work takes a machine's time"
    assert stack.functions["Works"].timeout == 1
    assert stack.mappings[0].window == pytest.approx(20 / 30)
    assert stack.schedules[0].seconds == 2
    jobs = next(queue for queue in stack.queues if queue.name == "local-jobs")
    assert jobs.attributes["VisibilityTimeout"] == "2", "SQS takes whole seconds, so 1.33 is rounded up"


def test_dead_letter_queues_are_known() -> None:
    assert _toy().dead_letter_arns == {"arn:aws:sqs:eu-west-1:123456789012:local-jobs-dead"}


@pytest.mark.parametrize(
    ("event", "named"),
    [
        ("{Type: S3}", "Sample.Odd.*S3"),
        ('{Type: Schedule, Properties: {Schedule: "cron(0 3 * * ? *)"}}', r"Sample\.Odd.*cron"),
    ],
)
def test_what_cannot_run_here_is_named(tmp_path: Path, event: str, named: str) -> None:
    with pytest.raises(TemplateError, match=named):
        _read(tmp_path, event)


@pytest.mark.parametrize("unit", ["1 minute", "60 minutes", "1 hour", "2 days"])
def test_rates(tmp_path: Path, unit: str) -> None:
    stack = _read(tmp_path, f"{{Type: ScheduleV2, Properties: {{ScheduleExpression: rate({unit})}}}}")
    seconds = {"1 minute": 60, "60 minutes": 3_600, "1 hour": 3_600, "2 days": 172_800}
    assert stack.schedules[0].seconds == seconds[unit]


def test_overrides_come_from_samconfig(tmp_path: Path) -> None:
    samconfig = tmp_path / "samconfig.toml"
    assert overrides(samconfig) == {}
    samconfig.write_text(
        '[local.global.parameters]\nparameter_overrides = ["Cluster=eu"]\n'
        "[local.deploy.parameters]\nparameter_overrides = \"Name='two words' Level=DEBUG\"\n"
    )
    assert overrides(samconfig) == {"Cluster": "eu", "Name": "two words", "Level": "DEBUG"}


def test_the_hubs_own_template_runs() -> None:
    stack = read(Template(ROOT / "template.yaml", overrides(ROOT / "samconfig.toml")), 20)
    assert {route.path for route in stack.routes} >= {"$default", "/health", "/segmentio/customer-processing"}
    assert {mapping.queue for mapping in stack.mappings} >= {"local-apply", "local-events", "local-deliver-segment"}
    for function in stack.functions.values():
        assert all(path.is_dir() for path in function.code)
        assert function.environment["TABLE_PREFIX"] == "local-"
