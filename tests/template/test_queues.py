"""G1: what queues and tables hold outlives crashes, retries and mistakes."""

from typing import Any

import pytest

from tests.template.stack import FUNCTIONS, QUEUES, TABLES, as_list, mappings, statements

DAY = 24 * 60 * 60
MAPPINGS = list(mappings())
REDRIVES = {arn: queue["RedrivePolicy"] for arn, queue in QUEUES.items() if "RedrivePolicy" in queue}
DEAD_LETTER_ARNS = {redrive["deadLetterTargetArn"] for redrive in REDRIVES.values()}

each_mapping = pytest.mark.parametrize(("function", "mapping"), MAPPINGS, ids=[name for name, _ in MAPPINGS])


def test_g1_every_queue_has_a_dead_letter_queue_of_its_own() -> None:
    assert REDRIVES.keys() == QUEUES.keys() - DEAD_LETTER_ARNS
    assert len(DEAD_LETTER_ARNS) == len(REDRIVES)


def test_g1_dead_letters_stay_as_long_as_sqs_allows() -> None:
    assert {QUEUES[arn]["MessageRetentionPeriod"] for arn in DEAD_LETTER_ARNS} == {14 * DAY}
    assert {QUEUES[arn]["MessageRetentionPeriod"] for arn in REDRIVES} == {4 * DAY}


def test_g1_every_queue_that_is_not_for_dead_letters_has_a_consumer() -> None:
    assert sorted(mapping["Queue"] for _, mapping in MAPPINGS) == sorted(REDRIVES)


@each_mapping
def test_g1_a_message_stays_hidden_while_its_consumer_may_still_work(function: str, mapping: dict[str, Any]) -> None:
    longest = FUNCTIONS[function]["Timeout"] + mapping.get("MaximumBatchingWindowInSeconds", 0)
    assert QUEUES[mapping["Queue"]]["VisibilityTimeout"] >= 6 * longest


@each_mapping
def test_g1_a_failed_message_does_not_take_its_batch_with_it(function: str, mapping: dict[str, Any]) -> None:
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@each_mapping
def test_g1_who_sends_to_its_own_queue_is_not_stopped_by_lambda(function: str, mapping: dict[str, Any]) -> None:
    """Lambda ends a chain of messages at its seventeenth turn unless the function says that it is meant."""
    sending = [one for one in statements(function) if "sqs:SendMessage" in as_list(one["Action"])]
    sends_to_itself = any(mapping["Queue"] in as_list(one["Resource"]) for one in sending)
    assert FUNCTIONS[function].get("RecursiveLoop") == ("Allow" if sends_to_itself else None)


@each_mapping
def test_g5_no_queue_takes_the_whole_account(function: str, mapping: dict[str, Any]) -> None:
    assert 2 <= mapping["ScalingConfig"]["MaximumConcurrency"] <= 50


def test_g7_everything_is_encrypted_at_rest() -> None:
    assert all(queue["SqsManagedSseEnabled"] for queue in QUEUES.values())
    assert all(table["SSESpecification"]["SSEEnabled"] for table in TABLES.values())


def test_g1_tables_can_be_put_back_to_any_second() -> None:
    for table in TABLES.values():
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
