"""What functions print is found in CloudWatch, as on AWS."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from moto import mock_aws

from tests.local.cloud.conftest import Toy, eventually
from tools.hubctl.logs import Logs
from tools.local import cloudwatch
from tools.local.cloudwatch import GROUP, CloudWatch, metrics_of
from tools.local.template import REGION, STACK_NAME

EMF = {
    "_aws": {
        "Timestamp": 1,
        "CloudWatchMetrics": [
            {"Namespace": "Hub", "Dimensions": [["service", "cdp"]], "Metrics": [{"Name": "Dead", "Unit": "Count"}]}
        ],
    },
    "cdp": "segment",
    "service": "local",
    "Dead": [2.0, 1.0],
}
METRIC_LINE = json.dumps(EMF, separators=(",", ":"))


@pytest.fixture
def watching(tmp_path: Path) -> Any:
    with mock_aws():
        found = CloudWatch(f"https://logs.{REGION}.amazonaws.com", tmp_path)
        boto3.client("logs", REGION).create_log_group(logGroupName=GROUP)
        yield found


def logged() -> list[str]:
    return [each["message"] for each in boto3.client("logs", REGION).filter_log_events(logGroupName=GROUP)["events"]]


def test_lines_go_to_the_group_of_the_stack_once_and_whole(watching: CloudWatch, tmp_path: Path) -> None:
    log = tmp_path / "SegmentIngest.log"
    log.write_text("one\ntw")
    watching.look()
    with log.open("a") as more:
        more.write("o\n")
    watching.look()
    watching.look()
    assert logged() == ["one", "two"]


def test_the_stream_names_the_function(watching: CloudWatch, tmp_path: Path) -> None:
    (tmp_path / "SegmentIngest.log").write_text("one\n")
    watching.look()
    (stream,) = boto3.client("logs", REGION).describe_log_streams(logGroupName=GROUP)["logStreams"]
    assert stream["logStreamName"].endswith("/local-SegmentIngest[$LATEST]")


def test_a_stream_does_not_grow_for_ever(watching: CloudWatch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloudwatch, "LINES_KEPT", 3)
    log = tmp_path / "SegmentIngest.log"
    for number in range(3):
        with log.open("a") as more:
            more.write(f"{number} a\n{number} b\n")
        watching.look()
    assert logged() == ["2 a", "2 b"]


def test_a_metric_is_the_sum_of_its_lines() -> None:
    dimensions = (("cdp", "segment"), ("service", "local"))
    assert list(metrics_of(METRIC_LINE)) == [(("Hub", "Dead", dimensions), 3.0)]
    assert not list(metrics_of('{"message": "_aws"}'))
    assert not list(metrics_of("START RequestId: 1"))


def test_what_a_running_cloud_logs_is_found_with_the_tools_for_aws(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    monkeypatch.setenv("AWS_ENDPOINT_URL", toy.aws)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    requests.post(f"{toy.hub}/echo?mark=0af7651916cd43dd", json={}, timeout=30)
    logs = Logs(STACK_NAME)
    eventually(lambda: bool(logs.read(0, "0af7651916cd43dd")))
    (line,) = logs.read(0, "0af7651916cd43dd")
    assert (line.function, line.entry["message"]) == ("Echo", "echo")
    metrics = boto3.client("cloudwatch")
    eventually(lambda: bool(metrics.list_metrics(Namespace="Toy", MetricName="Echoed")["Metrics"]))
