"""Messages through a queue, its mapping and its dead-letter queue."""

import json

import requests

from tests.local.cloud.conftest import Toy, eventually


def test_a_batch_arrives_once_and_in_lambdas_shape(toy: Toy) -> None:
    jobs = [f"good-{number}" for number in range(15)]
    toy.send(*jobs)
    eventually(lambda: not any(toy.pending().values()))
    noted = toy.noted()
    assert {f"{job}#1" for job in jobs} <= noted.keys()
    assert not {f"{job}#2" for job in jobs} & noted.keys()

    record = json.loads(noted["good-0#1"]["record"])
    assert json.loads(record["body"]) == "good-0"
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"].endswith(":local-jobs")
    assert record["attributes"]["MessageGroupId"] == "toy"
    assert int(record["attributes"]["SentTimestamp"]) > 0


def test_a_batching_window_gathers_more_than_sqs_gives_at_once(toy: Toy) -> None:
    url = toy.clients.sqs.get_queue_url(QueueName="local-jobs")["QueueUrl"]
    for part in range(2):
        toy.clients.sqs.send_message_batch(
            QueueUrl=url,
            Entries=[{"Id": str(n), "MessageBody": json.dumps(f"many-{part}-{n}")} for n in range(10)],
        )
    eventually(lambda: not any(toy.pending().values()))
    sizes = {int(item["batch"]) for key, item in toy.noted().items() if key.startswith("many-")}
    assert max(sizes) > 10


def test_only_the_failed_come_again_and_at_last_go_to_the_dead_letter_queue(toy: Toy) -> None:
    toy.send("bad-1", "fine-1")
    eventually(lambda: "bad-1#2" in toy.noted())
    eventually(lambda: not any(toy.pending().values()))
    noted = toy.noted()
    assert "fine-1#1" in noted
    assert "fine-1#2" not in noted
    assert "bad-1#3" not in noted

    url = toy.clients.sqs.get_queue_url(QueueName="local-jobs-dead")["QueueUrl"]
    dead = toy.clients.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    assert [json.loads(message["Body"]) for message in dead] == ["bad-1"]


def test_a_batch_whose_function_timed_out_comes_again(toy: Toy) -> None:
    toy.send("slow-1")
    eventually(lambda: "slow-1#2" in toy.noted())


def test_a_killed_function_loses_no_message(toy: Toy) -> None:
    toy.send("slow-2")
    eventually(lambda: "slow-2#1" in toy.noted())
    assert toy.kill("Works").json()["killed"] >= 1
    eventually(lambda: "slow-2#2" in toy.noted())
    eventually(lambda: not any(toy.pending().values()))


def test_pending_counts_rows_with_work(toy: Toy) -> None:
    rows = {
        "c": {"due": {"N": "1"}},
        "e#1": {"st": {"S": "wait"}},
        "e#2": {"st": {"S": "done"}},
    }
    for sort_key, values in rows.items():
        toy.clients.dynamodb.put_item(
            TableName="local-outbox", Item={"pk": {"S": "p"}, "sk": {"S": sort_key}, **values}
        )
    toy.clients.dynamodb.put_item(
        TableName="local-outbox", Item={"pk": {"S": "leased"}, "sk": {"S": "c"}, "lease": {"S": "w"}}
    )
    assert toy.pending()["outbox"] == 3
    for pk, sort_key in [("leased", "c"), *(("p", sort_key) for sort_key in rows)]:
        toy.clients.dynamodb.delete_item(TableName="local-outbox", Key={"pk": {"S": pk}, "sk": {"S": sort_key}})
    assert toy.pending() == {"queues": 0, "outbox": 0, "backlog": 0}


def test_a_schedule_invokes_with_eventbridges_event(toy: Toy) -> None:
    def ticks() -> list[str]:
        return [item["record"] for key, item in toy.noted().items() if key.startswith("tick#")]

    eventually(lambda: len(ticks()) >= 2)
    event = json.loads(ticks()[0])
    assert event["detail-type"] == "Scheduled Event"
    assert event["source"] == "aws.events"
    assert event["resources"][0].endswith(":rule/TicksMinute")


def test_a_fault_strikes_the_functions_calls_of_aws(toy: Toy) -> None:
    fault = {"match": "SendMessage", "status": 400, "count": 1}
    assert requests.post(f"{toy.aws}/_sandbox/faults", json=fault, timeout=30).status_code == 201
    assert requests.post(f"{toy.hub}/sends", json=["f-1"], timeout=30).status_code == 500
    toy.send("f-2")
    eventually(lambda: "f-2#1" in toy.noted())
    assert "f-1#1" not in toy.noted()
