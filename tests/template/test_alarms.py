"""Alarms: each loss is one, each says what to do, and none fires for a connection that is merely paused."""

import json
import re
from collections.abc import Iterable
from typing import Any

import pytest

from tests.template.stack import TEMPLATE, mappings
from tests.template.test_queues import DEAD_LETTER_ARNS
from tools.local import ROOT

ALARMS = {alarm.logical_id: alarm.properties for alarm in TEMPLATE.resources("AWS::CloudWatch::Alarm")}
SECTIONS = {
    heading.lower().replace(" ", "-")
    for heading in re.findall(r"^## (.+)$", (ROOT / "docs/runbook.md").read_text(), re.MULTILINE)
}
# What pausing itself counts. Only a rejected key, which nobody but a person can put right, may be told.
PAUSES = ("ConnectionPaused", "NotApplied", "Parked", "Retried")

each_alarm = pytest.mark.parametrize("alarm", ALARMS)


def watched(metric: str) -> set[str]:
    """The queues that have an alarm on a metric of SQS."""
    dimensions = [alarm["Dimensions"] for alarm in ALARMS.values() if alarm.get("MetricName") == metric]
    return {dimension["Value"] for (dimension,) in dimensions}


def names(arns: set[str]) -> set[str]:
    return {arn.rpartition(":")[2] for arn in arns}


def functions_failing() -> set[str]:
    return {alarm.removesuffix("Failing") for alarm in ALARMS if alarm.endswith("Failing")}


def test_g1_every_dead_letter_queue_is_watched() -> None:
    assert watched("ApproximateNumberOfMessagesVisible") == names(DEAD_LETTER_ARNS)


def test_g1_every_queue_with_a_consumer_is_watched_for_messages_that_wait() -> None:
    assert watched("ApproximateAgeOfOldestMessage") == names({mapping["Queue"] for _, mapping in mappings()})


def test_g5_no_delay_looks_like_a_message_that_waits_too_long() -> None:
    """SQS delays a message by 15 minutes at most; only events from Voucherify never wait on purpose."""
    ages = [alarm for alarm in ALARMS.values() if alarm.get("MetricName") == "ApproximateAgeOfOldestMessage"]
    delayed = [alarm for alarm in ages if not alarm["Dimensions"][0]["Value"].endswith("-events")]
    assert len(delayed) == len(ages) - 1
    assert all(alarm["Threshold"] >= 2 * 15 * 60 for alarm in delayed)


@each_alarm
def test_an_alarm_tells_one_of_the_two_topics(alarm: str) -> None:
    assert ALARMS[alarm]["AlarmActions"] in (["Page"], ["Notify"])


@each_alarm
def test_an_alarm_names_a_section_of_the_runbook(alarm: str) -> None:
    _, _, section = ALARMS[alarm]["AlarmDescription"].partition(" docs/runbook.md#")
    assert section in SECTIONS


def test_every_section_of_the_runbook_has_an_alarm() -> None:
    assert {alarm["AlarmDescription"].partition("#")[2] for alarm in ALARMS.values()} == SECTIONS


@each_alarm
def test_what_is_not_measured_is_no_alarm_but_for_the_sweep(alarm: str) -> None:
    expected = "breaching" if alarm == "SweepStopped" else "notBreaching"
    assert ALARMS[alarm]["TreatMissingData"] == expected


def rings_for_refused(minutes: Iterable[float]) -> bool:
    """Whether the alarm rings if webhooks are refused at these times; its window moves on every minute."""
    alarm = ALARMS["WebhooksRefused"]
    period, number = alarm["Period"] / 60, alarm["EvaluationPeriods"]
    ages = ([(end - minute) // period for minute in minutes if minute < end] for end in range(24 * 60))
    return any(len({age for age in some if age < number}) >= alarm["DatapointsToAlarm"] for some in ages)


def test_g1_one_webhook_that_is_refused_again_and_again_rings() -> None:
    """Voucherify's tries: the first, and so many minutes after it; at the last it switches the webhook off."""
    tries = [0, *(2**n for n in range(11)), 24 * 60]
    assert rings_for_refused(tries)
    assert not rings_for_refused(tries[:6])
    assert not rings_for_refused([0, *(minute / 10 for minute in range(300))])


@each_alarm
def test_g5_no_alarm_counts_pauses_but_of_rejected_keys(alarm: str) -> None:
    text = json.dumps(ALARMS[alarm])
    if any(metric in text for metric in PAUSES):
        assert ALARMS[alarm]["AlarmActions"] == ["Notify"]
        assert "= 'auth'" in text


def _canaries() -> dict[str, Any]:
    functions = TEMPLATE.resources("AWS::Serverless::Function")
    return {one.logical_id: one.properties for one in functions if "DeploymentPreference" in one.properties}


def test_whoever_answers_at_once_is_changed_step_by_step_and_back() -> None:
    assert _canaries().keys() == functions_failing()
    for name, properties in _canaries().items():
        assert properties["DeploymentPreference"]["Alarms"] == [f"{name}Failing", "NotStored"]


def test_workers_are_changed_at_once() -> None:
    assert not _canaries().keys() & {function for function, _ in mappings()}
