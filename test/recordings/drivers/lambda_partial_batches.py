"""Lambda: batches of which a part fails, and what becomes of it in the end."""

import json

from drivers.events_delivered import passed
from drivers.lambda_batches import put, records
from drivers.lambda_invocations import LOGS, MAPPED, QUEUES, function, queue, seen
from drivers.lambda_streams import STREAMS, TABLES, dated, mapping, received, stream, streaming, table
from walker import drives

# Of a batch, it reports the records that are to fail.
REPORTS = """import base64
import json


def handler(event, context):
    print(json.dumps(event))
    failed = []
    for record in event["Records"]:
        if "kinesis" in record:
            isBad = json.loads(base64.b64decode(record["kinesis"]["data"]))["should_fail"]
        else:
            isBad = record["dynamodb"]["NewImage"]["should_fail"]["BOOL"]
        if isBad:
            failed.append({"itemIdentifier": record.get("kinesis", record.get("dynamodb"))[NUMBER]})
    return {"batchItemFailures": failed}
"""


def reporting(walk, number):
    function(walk, REPORTS.replace("NUMBER", repr(number)))


@drives("lambda", STREAMS + "kinesis_report_batch_item_failures")
def stream_reports_some(walk):
    walk.answers = dated(walk.answers)
    reporting(walk, "sequenceNumber")
    url, destination = queue(walk)
    source = stream(walk)
    put(walk, walk.answers["kinesis_records"]["Records"])
    mapping(walk, source, "create_event_source_mapping_response", destination)
    walk.match("sqs_payload", received(walk, url))
    walk.match("kinesis_records", {"Records": records(walk, len(walk.answers["kinesis_records"]["Records"]))})


@drives("lambda", TABLES + "dynamodb_report_batch_item_failures")
def table_reports_some(walk):
    walk.answers = dated(walk.answers)
    reporting(walk, "SequenceNumber")
    table(walk, "create_table_response", "my_partition_key")
    source = streaming(walk, "NEW_IMAGE", "update_table_response")
    url, destination = queue(walk)
    recorded = walk.answers["dynamodb_records"]["Records"]
    items = {record["eventID"]: record["dynamodb"]["NewImage"] for record in recorded}
    for item in items.values():
        walk.client("dynamodb").put_item(TableName="table", Item=item)
    mapping(walk, source, "create_event_source_mapping_response", destination)
    walk.match("destination_queue_messages", received(walk, url))
    walk.match("dynamodb_records", {"Records": records(walk, len(recorded))})


@drives("lambda", STREAMS + "kinesis_maximum_record_age_exceeded")
def too_old(walk, _):
    walk.answers = dated(walk.answers)
    function(walk, LOGS)
    url, destination = queue(walk)
    source = stream(walk)
    walk.client("kinesis").put_record(StreamName="stream", Data=b"stream-data", PartitionKey="test")
    passed(walk, 61)
    mapping(walk, source, "create_event_source_mapping_response", destination)
    walk.match("record_age_exceeded_payload", received(walk, url))


@drives("lambda", STREAMS + "kinesis_maximum_record_age_exceeded_discard_records")
def some_too_old(walk):
    walk.answers = dated(walk.answers)
    function(walk, LOGS)
    url, destination = queue(walk)
    source = stream(walk)
    walk.client("kinesis").put_record(StreamName="stream", Data=b"stream-data", PartitionKey="test")
    passed(walk, 61)
    put(walk, walk.answers["Records"])
    mapping(walk, source, "create_event_source_mapping_response", destination)
    walk.match("record_age_exceeded_payload", received(walk, url))
    walk.match("Records", records(walk, len(walk.answers["Records"])))


# What it has got, and what it answers, it says in a queue. Whether events have this member, recordings of one day do not agree on.
TELLS = """import json

import boto3


def told(body):
    for record in body["event"]["Records"]:
        record.pop("md5OfMessageAttributes", None)
    boto3.client("sqs").send_message(QueueUrl=URL, MessageBody=json.dumps(body))


def handler(event, context):
    ANSWERS
"""
FAILS_AT_FIRST = """
    record = event["Records"][0]
    if int(record["attributes"]["ApproximateReceiveCount"]) <= json.loads(record["body"])["fail_attempts"]:
        told({"error": "failed attempt", "event": event})
        raise Exception("failed attempt")
    told({"error": None, "event": event})
"""
REPORTS_AT_FIRST = """
    failed = [one["messageId"] for one in event["Records"] if int(one["attributes"]["ApproximateReceiveCount"]) <= json.loads(one["body"])["fail_attempts"]]
    result = {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}
    told({"event": event, "result": result})
    return result
"""
ALWAYS = """
    told({"event": event, "result": RESULT})
    return RESULT
"""
VISIBLE_SECONDS = 30


def telling(walk, answers, result=None):
    """A function, and the queue that it tells what it does."""
    url = queue(walk, "destination")[0]
    walk("get_destination_queue_url", walk.client("sqs").get_queue_url, QueueName="destination")
    source = TELLS.replace("\n    ANSWERS\n", answers).replace("URL", repr(url)).replace("RESULT", repr(result))
    function(walk, source)
    return url


def source(walk, name="source", **attributes):
    """A queue that gives a message up after two tries, and the one that gets it then."""
    own = walk.client("sqs")
    ending = ".fifo" if "FifoQueue" in attributes else ""
    given_up = own.create_queue(QueueName=f"dlq{ending}", Attributes=attributes)["QueueUrl"]
    redrive = json.dumps({"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{walk.account}:dlq{ending}", "maxReceiveCount": 2})
    told = {"VisibilityTimeout": str(VISIBLE_SECONDS), "RedrivePolicy": redrive, **attributes}
    url = own.create_queue(QueueName=f"{name}{ending}", Attributes=told)["QueueUrl"]
    return url, f"arn:aws:sqs:us-east-1:{walk.account}:{name}{ending}", given_up


def mapped(walk, arn, label=None, **more):
    """A mapping of a queue, once it is enabled."""
    own = walk.client("lambda")
    made = own.create_event_source_mapping(FunctionName="fn-1", EventSourceArn=arn, **more)
    enabled = walk.until(lambda: own.get_event_source_mapping(UUID=made["UUID"]), lambda one: one["State"] == "Enabled")
    if label:
        walk.match(label, made if walk.answers[label]["State"] == "Creating" else enabled)


def taken(walk, url):
    """A message that does not come back."""
    answer = received(walk, url)
    for message in answer["Messages"]:
        walk.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return answer


def taken_later(walk, url):
    """What is there once messages are visible again, and not before."""
    assert "Messages" not in walk.client("sqs").receive_message(QueueUrl=url)
    passed(walk, VISIBLE_SECONDS)
    return taken(walk, url)


REPORTED = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


@drives("lambda", QUEUES + "test_failing_lambda_retries_after_visibility_timeout")
def failed(walk):
    url = telling(walk, FAILS_AT_FIRST)
    own, arn, _ = source(walk)
    mapped(walk, arn, "event_source_mapping", BatchSize=1)
    walk.client("sqs").send_message(QueueUrl=own, MessageBody=json.dumps({"destination": url, "fail_attempts": 1}))
    walk.match("first_attempt", taken(walk, url))
    walk.match("second_attempt", taken_later(walk, url))


@drives("lambda", QUEUES + "test_report_batch_item_failures")
def some_fail(walk):
    url = telling(walk, REPORTS_AT_FIRST)
    own, arn, left = source(walk, FifoQueue="true")
    entries = [
        {"Id": f"message-{at}", "MessageBody": json.dumps({"message": at, "fail_attempts": fails}), "MessageGroupId": "1", "MessageDeduplicationId": f"dedup-{at}"}
        for at, fails in enumerate((0, 1, 1, 2), 1)
    ]
    walk("send_message_batch", walk.client("sqs").send_message_batch, QueueUrl=own, Entries=entries)
    mapped(walk, arn, "create_event_source_mapping", **REPORTED)
    walk.match("first_invocation", taken(walk, url))
    walk.match("second_invocation", taken_later(walk, url))
    walk.match("dlq_response", taken_later(walk, left))


@drives("lambda", QUEUES + "test_report_batch_item_failures_empty_json_batch_succeeds")
def empty(walk):
    url = telling(walk, ALWAYS, {})
    own, arn, _ = source(walk)
    mapped(walk, arn, **REPORTED)
    walk.client("sqs").send_message(QueueUrl=own, MessageBody=json.dumps({"message": 1, "fail_attempts": 0}))
    walk.match("first_invocation", taken(walk, url))
    # It has been worked on, whatever it was to do.
    passed(walk, VISIBLE_SECONDS)
    walk.until(lambda: counted(walk, own), lambda counts: counts == ["0", "0"])


def counted(walk, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    said = walk.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return [said[name] for name in names]


@drives("lambda", QUEUES + "test_report_batch_item_failures_invalid_result_json_batch_fails")
def senseless(walk):
    url = telling(walk, ALWAYS, {"batchItemFailures": [{"foo": "notvalid"}]})
    own, arn, left = source(walk)
    mapped(walk, arn, **REPORTED)
    walk.client("sqs").send_message(QueueUrl=own, MessageBody=json.dumps({"message": 1, "fail_attempts": 0}))
    walk.match("first_invocation", taken(walk, url))
    walk.match("second_invocation", taken_later(walk, url))
    walk.match("dlq_response", taken_later(walk, left))


@drives("lambda", MAPPED + "sqs_event_source_mapping_batching_reserved_concurrency")
def two_at_once(walk):
    function(walk, LOGS)
    own = walk.client("lambda")
    walk("put_concurrency_resp", own.put_function_concurrency, FunctionName="fn-1", ReservedConcurrentExecutions=2)
    url, arn = queue(walk)
    bodies = [record["body"] for record in walk.answers["Records"]]
    for at in range(0, len(bodies), 10):
        entries = [{"Id": body, "MessageBody": body} for body in bodies[at : at + 10]]
        walk.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)
    mapped(walk, arn, "create-event-source-mapping-response", BatchSize=20, MaximumBatchingWindowInSeconds=1, ScalingConfig={"MaximumConcurrency": 2})
    found = records(walk, len(bodies))
    walk.match("batch_info", {"total_batches_received": len(seen(walk, 1))})
    walk.match("Records", sorted(found, key=lambda record: record["body"]))
